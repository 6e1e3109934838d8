"""Rules for the states of jobs."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition

DETAIL_TYPE = "SageMaker HyperParameter Tuning Job State Change"


def rule(stack: Any) -> dict[str, Any]:
    (found,) = resources(template_of(stack), "AWS::Events::Rule")
    properties: dict[str, Any] = found["Properties"]
    return properties


@pytest.mark.parametrize(
    ("method", "statuses"),
    [
        ("on_completed", ["Completed"]),
        ("on_failed", ["Failed"]),
        ("on_stopped", ["Stopped"]),
        ("on_state_change", None),
    ],
)
def test_patterns(method: str, statuses: list[str] | None) -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Tune", minimal_definition())
    topic = sns.Topic(stack, "Topic")
    getattr(job, method)("Rule", target=targets.SnsTopic(topic), description="tell me", rule_name="told")
    found = rule(stack)
    detail: dict[str, Any] = {"HyperParameterTuningJobName": [{"prefix": "stack-tune-"}]}
    detail |= {} if statuses is None else {"HyperParameterTuningJobStatus": statuses}
    assert found["EventPattern"] == {"source": ["aws.sagemaker"], "detail-type": [DETAIL_TYPE], "detail": detail}
    assert found["Targets"][0]["Arn"] == stack.resolve(topic.topic_arn)
    assert (found["Description"], found["Name"]) == ("tell me", "told")


def test_names() -> None:
    stack = new_stack()
    named = dataclasses.replace(minimal_definition(), name="nightly")
    hpo.HyperParameterTuningJob(stack, "Fixed", named).on_state_change("Rule")
    hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Imported", "their-job").on_state_change("Rule")
    hpo.HyperParameterTuningTask(stack, "Task", minimal_definition()).on_state_change("Rule")
    found = resources(template_of(stack), "AWS::Events::Rule")
    names = [each["Properties"]["EventPattern"]["detail"]["HyperParameterTuningJobName"] for each in found]
    assert names == [["nightly"], ["their-job"], [{"prefix": "stack-task-"}]]


def test_an_event_pattern_of_ones_own_narrows_it() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Tune", minimal_definition())
    job.on_failed("Rule", event_pattern={"account": ["111122223333"]})  # type: ignore[typeddict-item]
    pattern = rule(stack)["EventPattern"]
    assert pattern["account"] == ["111122223333"] and pattern["source"] == ["aws.sagemaker"]


@pytest.mark.parametrize("form", [dict, events.EventPattern], ids=["mapping", "pattern"])
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"detail": {"HyperParameterTuningJobStatus": ["Completed"]}}, "detail.HyperParameterTuningJobStatus"),
        ({"detail": {"HyperParameterTuningJobName": ["another"]}}, "detail.HyperParameterTuningJobName"),
        ({"source": ["aws.ec2"]}, "source"),
        ({"detail_type": ["Another"]}, "detail_type"),
    ],
    ids=["status", "name", "source", "type"],
)
def test_an_event_pattern_that_would_widen_it(given: dict[str, Any], named: str, form: Any) -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Tune", minimal_definition())
    with pytest.raises(ValueError, match=f"Stack/Tune: event_pattern: {named} is set by this method"):
        job.on_failed("Rule", event_pattern=form(**given))
    assert job.node.try_find_child("Rule") is None


def test_what_all_states_leave_open_can_be_narrowed() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Tune", minimal_definition())
    mine = events.EventPattern(
        detail={"HyperParameterTuningJobStatus": ["Failed", "Stopped"]}, account=["111122223333"]
    )
    job.on_state_change("Rule", event_pattern=mine)
    pattern = rule(stack)["EventPattern"]
    assert pattern["detail"] == {
        "HyperParameterTuningJobName": [{"prefix": "stack-tune-"}],
        "HyperParameterTuningJobStatus": ["Failed", "Stopped"],
    }
    assert pattern["account"] == ["111122223333"]


def test_a_mistyped_option_is_refused() -> None:
    job = hpo.HyperParameterTuningJob(new_stack(), "Tune", minimal_definition())
    with pytest.raises(TypeError, match="targt"):
        job.on_failed("Rule", targt=None)  # type: ignore[call-arg]


def test_a_name_from_the_input() -> None:
    named = dataclasses.replace(minimal_definition(), name=sfn.JsonPath.string_at("$.name"))
    task = hpo.HyperParameterTuningTask(new_stack(), "Task", named)
    with pytest.raises(ValueError, match="Stack/Task: the job's name comes from the input"):
        task.on_failed("Rule")


def test_nothing_is_created_unless_asked_for() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Tune", minimal_definition())
    assert resources(template_of(stack), "AWS::Events::Rule") == []


@pytest.mark.parametrize("construct", [hpo.TuningAlarms, hpo.TuningDashboard])
def test_launchers_are_given_in_a_list(construct: Any) -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    for given, said in (
        (job, "expected a list such as [job], got HyperParameterTuningJob: put it into [ ]"),
        ("my-job", "expected a list such as [job], got str"),
        ([job, minimal_definition()], "item 1: expected a job, task, schedule or fleet of this library, got Tuning"),
    ):
        with pytest.raises(TypeError) as error:
            construct(stack, "Watch", given)
        assert f"Stack/Watch: launchers: {said}" in str(error.value)
        assert stack.node.try_find_child("Watch") is None


def test_the_launcher_of_a_best_model() -> None:
    stack = new_stack()
    with pytest.raises(TypeError, match="Stack/Best: launcher: expected a job, task"):
        hpo.BestModel(stack, "Best", minimal_definition())  # type: ignore[arg-type]
    assert stack.node.try_find_child("Best") is None
