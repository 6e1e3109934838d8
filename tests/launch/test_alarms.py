"""Metrics and alarms for tuning jobs that fail, and for launches that do."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition

WEEKLY = scheduler.ScheduleExpression.rate(Duration.days(7))


def alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    """Return the properties of the alarms, by what they say."""
    found = resources(template_of(stack), "AWS::CloudWatch::Alarm")
    return {each["Properties"]["AlarmDescription"]: each["Properties"] for each in found}


def rules(stack: Stack) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources(template_of(stack), "AWS::Events::Rule")]


def test_a_job_that_fails_and_a_launch_that_does() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    made = hpo.TuningAlarms(stack, "Alarms", [job])
    failed, launch = alarms(stack).values()
    (rule,) = rules(stack)
    assert rule["EventPattern"]["detail"] == {
        "HyperParameterTuningJobName": [{"prefix": "stack-job-"}],
        "HyperParameterTuningJobStatus": ["Failed"],
    }
    assert "Targets" not in rule
    (dimension,) = failed["Dimensions"]
    (name,) = [each for each, one in template_of(stack)["Resources"].items() if one["Type"] == "AWS::Events::Rule"]
    assert dimension == {"Name": "RuleName", "Value": {"Ref": name}}
    assert (failed["Namespace"], failed["MetricName"]) == ("AWS/Events", "TriggeredRules")
    assert (launch["Namespace"], launch["MetricName"]) == ("CdkHpo", "Failures")
    for each in (failed, launch):
        assert (each["Statistic"], each["Period"], each["Threshold"], each["EvaluationPeriods"]) == ("Sum", 300, 1, 1)
        assert each["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert each["TreatMissingData"] == "notBreaching"
    assert len(made.alarms) == 2


def test_each_launcher_has_its_own() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Results")
    launchers: list[Any] = [
        hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=WEEKLY),
        hpo.TuningFleet(stack, "Fleet", minimal_definition(), variants=[{}], max_concurrency=1, results_bucket=bucket),
        hpo.HyperParameterTuningTask(stack, "Task", minimal_definition()),
        hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Theirs", "their-job"),
    ]
    hpo.TuningAlarms(stack, "Alarms", launchers)
    assert {said: each["MetricName"] for said, each in alarms(stack).items()} == {
        "Stack/Weekly: a tuning job has failed": "TriggeredRules",
        "Stack/Weekly: a launch of a tuning job has failed": "ExecutionsFailed",
        "Stack/Fleet: a tuning job has failed": "TriggeredRules",
        "Stack/Fleet: a launch of a tuning job has failed": "ExecutionsFailed",
        "Stack/Task: a tuning job has failed": "TriggeredRules",
        "Stack/Theirs: a tuning job has failed": "TriggeredRules",
    }
    names = [each["EventPattern"]["detail"]["HyperParameterTuningJobName"] for each in rules(stack)]
    assert names == [
        [{"prefix": "stack-weekly-"}],
        [{"prefix": "stack-fleet-"}],
        [{"prefix": "stack-task-"}],
        ["their-job"],
    ]


def test_paths_that_read_the_same_without_slashes() -> None:
    stack = new_stack()
    jobs = [
        hpo.HyperParameterTuningJob(Construct(stack, first), second, minimal_definition())
        for first, second in (("A", "BC"), ("AB", "C"))
    ]
    hpo.TuningAlarms(stack, "Alarms", jobs)
    assert sorted(each.partition(":")[0] for each in alarms(stack)) == sorted(["Stack/A/BC", "Stack/AB/C"] * 2)


def test_actions_and_period() -> None:
    stack = new_stack()
    topic = sns.Topic(stack, "Topic")
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.TuningAlarms(stack, "Alarms", [job], actions=[actions.SnsAction(topic)], period=Duration.hours(1))
    for each in alarms(stack).values():
        assert each["AlarmActions"] == [stack.resolve(topic.topic_arn)] and each["Period"] == 3600


def test_the_metric_alone() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    assert rules(stack) == []
    first, second = job.metric_failed_jobs(), job.metric_failed_jobs(period=Duration.minutes(1))
    assert len(rules(stack)) == 1
    assert (first.period.to_seconds(), second.period.to_seconds()) == (300, 60)
    first.create_alarm(stack, "Alarm", threshold=3, evaluation_periods=1)
    (alarm,) = resources(template_of(stack), "AWS::CloudWatch::Alarm")
    assert alarm["Properties"]["Threshold"] == 3


def test_a_name_from_the_input() -> None:
    stack = new_stack()
    named = dataclasses.replace(minimal_definition(), name=sfn.JsonPath.string_at("$.name"))
    task = hpo.HyperParameterTuningTask(stack, "Task", named)
    with pytest.raises(ValueError, match="Stack/Task: the job's name comes from the input"):
        hpo.TuningAlarms(stack, "Alarms", [task])
