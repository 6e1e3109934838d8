"""A tuning job that runs again and again."""

import dataclasses
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Duration, Token
from aws_cdk import aws_autoscaling as autoscaling
from aws_cdk import aws_events as events
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.launch.expressions import value_of
from tests.launch.test_task import from_input, machine

WEEKLY = scheduler.ScheduleExpression.rate(Duration.days(7))


def scheduled(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> dict[str, Any]:
    stack = new_stack()
    hpo.TuningSchedule(stack, "Weekly", definition or minimal_definition(), **({"schedule": WEEKLY} | options))
    return template_of(stack)


def the_schedule(template: dict[str, Any]) -> dict[str, Any]:
    (found,) = resources(template, "AWS::Scheduler::Schedule")
    properties: dict[str, Any] = found["Properties"]
    return properties


def test_one_run_at_a_time_by_default() -> None:
    template = scheduled()
    states = machine(template)["States"]
    assert machine(template)["StartAt"] == "Take the turn"
    assert states["Take the turn"]["Next"] == "Tune"
    assert states["Is the holder busy"]["Choices"][0]["Next"] == "Skipped"
    assert states["Tune"]["Catch"][0] == {
        "ErrorEquals": ["States.ALL"],
        "Next": "Give the turn back",
        "Assign": {"failure": "{% $states.errorOutput %}"},
    }
    (table,) = resources(template, "AWS::DynamoDB::Table")
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST" and table["DeletionPolicy"] == "Delete"


def test_waiting_for_ones_turn() -> None:
    states = machine(scheduled(concurrency=hpo.Concurrency.QUEUE))["States"]
    assert states["Is the holder busy"]["Choices"][0]["Next"] == "Wait for the turn"
    assert states["Take the turn"]["Catch"][0]["Assign"] == {"wait": 60}
    wait = states["Wait for the turn"]
    assert (wait["Seconds"], wait["Next"]) == ("{% $wait %}", "Whose turn is it")


def steps_of_a_look(states: dict[str, Any]) -> list[str]:
    """Return the states between two waits, while the holder is busy."""
    found = ["Wait for the turn"]
    while True:
        state = states[found[-1]]
        following = state.get("Next") or state["Default"]
        if found[-1] == "Is the holder busy":
            following = state["Choices"][0]["Next"]
        if following == found[0]:
            return found
        found.append(following)


def test_a_history_has_room_for_a_month_of_waiting() -> None:
    states = machine(scheduled(concurrency=hpo.Concurrency.QUEUE))["States"]
    waits = [states["Take the turn"]["Catch"][0]["Assign"]["wait"]]
    for _ in range(6):
        waits.append(value_of(states["Wait for the turn"]["Assign"]["wait"], wait=waits[-1]))
    assert waits == [60, 120, 240, 480, 960, 1800, 1800]
    # Entered, scheduled, started, ended and left for each of the two calls; entered and left for the others.
    events = {"Task": 5, "Choice": 2, "Wait": 2}
    look, around = sum(events[states[name]["Type"]] for name in steps_of_a_look(states)), waits[-1]
    assert 25_000 // look * around > Duration.days(30).to_seconds()


def test_a_replaced_holder_has_no_job_that_goes_on() -> None:
    states = machine(scheduled())["States"]
    assert states["Is the holder busy"]["Default"] == "Does a job run"
    assert [catch["Next"] for catch in states["Look at the holder"]["Catch"]] == ["Does a job run"]
    assert states["Does a job run"]["Arguments"]["StatusEquals"] == "InProgress"
    assert states["Does a job run"]["Next"] == "Does a job stop"
    assert states["Does a job stop"]["Arguments"]["StatusEquals"] == "Stopping"
    assert states["Does a job stop"]["Next"] == "Does a job go on"
    going = states["Does a job go on"]
    assert (going["Choices"][0]["Next"], going["Default"]) == ("Skipped", "Replace the holder")


@pytest.mark.parametrize(
    ("names", "runs"),
    [
        ([], False),
        (["stack-weekly-0123abcd-89ef"], True),
        (["stack-weekly-fleet-0123abcd-89ef", "my-stack-weekly-0123abcd-89ef"], False),
        (["stack-weekly-fleet-0123abcd-89ef", "stack-weekly-0123abcd-89ef"], True),
    ],
)
def test_only_the_launchers_own_jobs_go_on(names: list[str], runs: bool) -> None:
    states = machine(scheduled())["States"]
    listed = {"HyperParameterTuningJobSummaries": [{"HyperParameterTuningJobName": name} for name in names]}
    assert value_of(states["Does a job run"]["Assign"], result=listed) == {"runs": runs}


def test_what_a_call_of_the_turns_survives() -> None:
    states = machine(scheduled())["States"]
    assert "Sfn.SfnException" in states["Look at the holder"]["Retry"][0]["ErrorEquals"]
    for name in ("Take the turn", "Replace the holder", "Whose turn is it", "Give the turn back"):
        assert "DynamoDB.ProvisionedThroughputExceededException" in states[name]["Retry"][0]["ErrorEquals"]


@pytest.mark.parametrize("name", ["Take the turn", "Replace the holder"])
def test_a_turn_begins_without_a_failure(name: str) -> None:
    assert machine(scheduled())["States"][name]["Assign"] == {"failure": {}}


def test_a_catch_hands_the_data_on() -> None:
    states = machine(scheduled(run_timeout=Duration.hours(1)))["States"]
    steps = [each for each in states.values() if each.get("Output") == "{% $states.input %}" and "Catch" in each]
    assert len(steps) == 5
    assert {catch["Output"] for each in steps for catch in each["Catch"]} == {"{% $states.input %}"}


def test_a_run_whose_time_is_over_stops_its_job() -> None:
    states = machine(scheduled(run_timeout=Duration.hours(5)))["States"]
    assert [(each["ErrorEquals"], each["Next"]) for each in states["Tune"]["Catch"]] == [
        (["States.Timeout"], "Look for its job"),
        (["States.ALL"], "Give the turn back"),
    ]
    name = states["Tune"]["Arguments"]["HyperParameterTuningJobName"]
    contained = states["Look for its job"]["Arguments"]["NameContains"]
    run = value_of(states["Name the run"]["Assign"]["run"])
    assert re.fullmatch("[0-9a-f]{8}", run)
    assert re.fullmatch(f"stack-weekly-{run}-[0-9a-f]{{4}}", value_of(name, run=run))
    assert value_of(contained, run=run) == f"stack-weekly-{run}-"
    assert states["Does its job go on"]["Default"] == "Give the turn back"


@pytest.mark.parametrize(
    ("jobs", "leads_to"),
    [
        ({}, "Give the turn back"),
        ({"a": "Completed"}, "Give the turn back"),
        ({"a": "Stopping"}, "Wait for its end"),
        ({"a": "Failed", "b": "InProgress"}, "Stop its job"),
    ],
)
def test_what_becomes_of_a_job_whose_time_is_over(jobs: dict[str, str], leads_to: str) -> None:
    states = machine(scheduled(run_timeout=Duration.hours(5)))["States"]
    summaries = [
        {"HyperParameterTuningJobName": name, "HyperParameterTuningJobStatus": status} for name, status in jobs.items()
    ]
    known = value_of(states["Look for its job"]["Assign"], result={"HyperParameterTuningJobSummaries": summaries})
    choice = states["Does its job go on"]
    ways = [rule["Next"] for rule in choice["Choices"] if value_of(rule["Condition"], **known) is True]
    assert (ways or [choice["Default"]])[0] == leads_to
    if leads_to == "Stop its job":
        assert value_of(states["Stop its job"]["Arguments"], **known) == {"HyperParameterTuningJobName": "b"}


def test_a_run_beside_others_stops_its_own_job() -> None:
    template = scheduled(run_timeout=Duration.hours(5), concurrency=hpo.Concurrency.ALLOW)
    states = machine(template)["States"]
    assert states["Does its job go on"]["Default"] == "Given up"
    assert states["Given up"] == {
        "Type": "Fail",
        "Error": "{% $failure.Error %}",
        "Cause": "{% $exists($failure.Cause) ? $failure.Cause : '' %}",
    }
    assert value_of(states["Given up"]["Cause"], failure={"Error": "States.Timeout"}) == ""


def test_a_workflow_fails_as_its_job_has() -> None:
    states = machine(scheduled())["States"]
    assert states["Failed"].keys() == {"Type", "Error", "Cause"}
    failure = {"Error": "States.TaskFailed", "Cause": "All training jobs failed."}
    told = [value_of(states["Failed"][name], failure=failure) for name in ("Error", "Cause")]
    assert told == ["States.TaskFailed", "All training jobs failed."]


def test_all_at_once_need_no_table() -> None:
    template = scheduled(concurrency=hpo.Concurrency.ALLOW)
    assert list(machine(template)["States"]) == ["Tune"]
    assert resources(template, "AWS::DynamoDB::Table") == []


def test_warm_start_from_the_last_good_run() -> None:
    template = scheduled(warm_start=hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM, concurrency=hpo.Concurrency.ALLOW)
    states = machine(template)["States"]
    assert machine(template)["StartAt"] == "Find the last good run"
    assert "WarmStartConfig" not in states["Tune"]["Arguments"]
    warm = states["Tune from the last"]["Arguments"]
    assert warm["WarmStartConfig"]["ParentHyperParameterTuningJobs"] == [
        {"HyperParameterTuningJobName": "{% $parent %}"}
    ]
    assert warm["HyperParameterTuningJobName"] == states["Tune"]["Arguments"]["HyperParameterTuningJobName"]
    (role,) = [name for name in template["Resources"] if "TuneRole" in name]
    assert role in json.dumps(warm["TrainingJobDefinition"]["RoleArn"])
    assert "stack-weekly-[0-9a-f]{8}-[0-9a-f]{4}$" in states["Find the last good run"]["Assign"]["parent"]


@pytest.mark.parametrize("concurrency", list(hpo.Concurrency))
def test_a_parent_that_is_refused(concurrency: hpo.Concurrency) -> None:
    template = scheduled(warm_start=hpo.WarmStartType.TRANSFER_LEARNING, concurrency=concurrency)
    first = machine(template)["States"]["Tune from the last"]["Catch"][0]
    assert (first["Next"], "Assign" in first) == ("Tune", False)
    assert "SageMaker.AmazonSageMakerException" in first["ErrorEquals"]
    assert not any("SageMaker" in json.dumps(each) for each in machine(template)["States"]["Tune"].get("Catch", ()))


def test_options_of_the_schedule() -> None:
    stack = new_stack()
    queue = sqs.Queue(stack, "Dead")
    hpo.TuningSchedule(
        stack,
        "Weekly",
        minimal_definition(),
        schedule=scheduler.ScheduleExpression.cron(week_day="MON", hour="3", minute="0"),
        time_window=scheduler.TimeWindow.flexible(Duration.minutes(30)),
        enabled=False,
        dead_letter_queue=queue,
        retry_attempts=3,
        max_event_age=Duration.hours(1),
        run_timeout=Duration.hours(5),
        description="every Monday",
    )
    template = template_of(stack)
    found = the_schedule(template)
    assert found["ScheduleExpression"].startswith("cron(0 3") and found["State"] == "DISABLED"
    assert found["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 30}
    assert found["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 3}
    assert found["Target"]["DeadLetterConfig"]["Arn"] == stack.resolve(queue.queue_arn)
    assert found["Description"] == "every Monday"
    assert machine(template)["States"]["Tune"]["TimeoutSeconds"] == 18000


def test_the_schedule_comes_after_what_its_runs_may_do() -> None:
    template = scheduled()
    (found,) = resources(template, "AWS::Scheduler::Schedule")
    assert [name for name in found["DependsOn"] if "LookAtHolder" in name]


def test_no_permission_is_for_everything() -> None:
    template = scheduled(warm_start=hpo.WarmStartType.TRANSFER_LEARNING)
    allowed = [
        (statement["Action"], statement["Resource"])
        for policy in resources(template, "AWS::IAM::Policy")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert [action for action, resource in allowed if resource == "*"] == ["sagemaker:ListHyperParameterTuningJobs"]
    assert not [action for action, _ in allowed if "*" in json.dumps(action)]


def test_a_definition_with_a_name_or_parents_of_its_own() -> None:
    with pytest.raises(ValueError, match="Stack/Weekly: a scheduled job has a new name each time"):
        scheduled(dataclasses.replace(minimal_definition(), name="nightly"))
    parents = hpo.WarmStart(["parent"], type=hpo.WarmStartType.TRANSFER_LEARNING)
    with pytest.raises(ValueError, match="parents of its own"):
        scheduled(
            dataclasses.replace(minimal_definition(), warm_start=parents),
            warm_start=hpo.WarmStartType.TRANSFER_LEARNING,
        )


@pytest.mark.parametrize("text", ["{% $states.input.data %}", "{% $states.context.Execution.Input.data %}"])
def test_a_definition_that_asks_for_an_input(text: str) -> None:
    with pytest.raises(ValueError, match=r"Stack/Weekly: the definition asks for an input.*data"):
        scheduled(from_input(1, text))


def test_a_number_that_is_asked_for() -> None:
    with pytest.raises(ValueError, match=r"asks for an input, .*states\.input\.jobs"):
        scheduled(from_input(Token.as_number("{% $states.input.jobs %}"), "s3://data/"))


def test_what_a_run_knows_without_an_input() -> None:
    address = "{% 's3://data/' & $states.context.Execution.Name & '/' %}"
    sent = machine(scheduled(from_input(1, address)))["States"]["Tune"]["Arguments"]
    (channel,) = sent["TrainingJobDefinition"]["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == address


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match=r"Concurrency\.SKIP or Concurrency\.QUEUE or Concurrency\.ALLOW, got 'one'"):
        scheduled(concurrency="one")
    with pytest.raises(hpo.ValidationError, match="int32-range"):
        scheduled(dataclasses.replace(minimal_definition(), random_seed=2**31))
    with pytest.raises(TypeError, match="expected a TuningJobDefinition, got dict"):
        scheduled({"HyperParameterTuningJobConfig": {}})  # type: ignore[arg-type]


def test_a_refused_definition_leaves_nothing_behind() -> None:
    stack = new_stack()
    wrong = dataclasses.replace(minimal_definition(), random_seed=2**31)
    with pytest.raises(hpo.ValidationError):
        hpo.TuningSchedule(stack, "Weekly", wrong, schedule=WEEKLY)
    assert stack.node.try_find_child("Weekly") is None


def test_events_of_its_jobs() -> None:
    stack = new_stack()
    schedule = hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=WEEKLY)
    schedule.on_failed("Failed")
    (rule,) = resources(template_of(stack), "AWS::Events::Rule")
    assert rule["Properties"]["EventPattern"]["detail"]["HyperParameterTuningJobName"] == [{"prefix": "stack-weekly-"}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("rate(1 day)", r"""got 'rate\(1 day\)' \(str\): write ScheduleExpression\.expression\("rate\(1 day\)"\)$"""),
        (
            events.Schedule.rate(Duration.days(2)),
            r"""got a Schedule of another module: write ScheduleExpression\.expression\("rate\(2 days\)"\)$""",
        ),
        (Duration.days(1), r"of the class Duration: write ScheduleExpression\.rate\(…\) around it$"),
        (None, r"got None \(NoneType\): write ScheduleExpression\.rate\(Duration\.days\(1\)\), for example$"),
        ('cron("x")', r"""write ScheduleExpression\.expression\('cron\("x"\)'\)$"""),
        ("daily", r"got 'daily' \(str\): write ScheduleExpression\.cron\(…\) or \.rate\(…\)$"),
        (
            autoscaling.Schedule.cron(hour="3"),
            r"got a Schedule of another module: write ScheduleExpression\.cron\(…\) or \.rate\(…\)$",
        ),
        (Token.as_string({"Ref": "When"}), r": write ScheduleExpression\.expression\(…\) around it$"),
    ],
    ids=["text", "events", "duration", "nothing", "quotes", "word", "auto scaling", "token"],
)
def test_a_schedule_in_another_form(given: Any, said: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError, match=f"^Stack/Weekly: schedule: expected a ScheduleExpression of .*{said}"):
        hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=given)
    assert stack.node.try_find_child("Weekly") is None


@pytest.mark.parametrize("argument", ["run_timeout", "max_event_age"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3600, r"got 3600 \(int\): write Duration\.seconds\(3600\), if seconds are meant$"),
        (timedelta(milliseconds=300), r"write Duration\.millis\(300\)$"),
        (timedelta(hours=2), r"write Duration\.seconds\(7200\)$"),
        ("2h", r"got '2h' \(str\): write Duration\.hours\(2\), for example$"),
        (True, r"got True \(bool\): write Duration\.hours\(2\), for example$"),
    ],
    ids=str,
)
def test_a_time_in_another_form(argument: str, given: Any, said: str) -> None:
    stack = new_stack()
    rate = scheduler.ScheduleExpression.rate(Duration.days(1))
    with pytest.raises(TypeError, match=f"^Stack/Weekly: {argument}: expected a Duration, .*{said}"):
        hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=rate, **{argument: given})
    assert stack.node.try_find_child("Weekly") is None
