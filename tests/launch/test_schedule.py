"""A tuning job that runs again and again."""

import dataclasses
import json
from typing import Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.launch.test_task import machine

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
    assert states["Wait for the turn"] == {
        "Type": "Wait",
        "Seconds": 60,
        "Output": "{% $states.input %}",
        "Next": "Take the turn",
    }


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
