"""What tuning jobs are doing, at a glance."""

import dataclasses
import json
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from tests.cdk import assert_matches_snapshot, new_stack, resources, template_of
from tests.examples import minimal_definition

WEEKLY = scheduler.ScheduleExpression.rate(Duration.days(7))


def body(stack: Stack) -> dict[str, Any]:
    """Return what the dashboard shows; what CloudFormation fills in stands as ``<Name>``."""
    (dashboard,) = resources(template_of(stack), "AWS::CloudWatch::Dashboard")
    parts = dashboard["Properties"]["DashboardBody"]["Fn::Join"][1]
    filled = (part if isinstance(part, str) else f"<{part.get('Ref') or part['Fn::GetAtt'][0]}>" for part in parts)
    found: dict[str, Any] = json.loads("".join(filled))
    return found


def titles(stack: Stack) -> list[str]:
    return [each["properties"]["title"] for each in body(stack)["widgets"] if each["type"] == "metric"]


def test_a_job() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.TuningDashboard(stack, "Dashboard", [job])
    assert_matches_snapshot("dashboard", body(stack))


def test_several_launchers() -> None:
    stack = new_stack()
    several = [
        dataclasses.replace(
            minimal_definition().training_jobs[0],
            name=name,
            objective=hpo.Objective.maximize(metric),
            parameter_ranges=[hpo.ContinuousParameter("eta", 0.01, 0.3)],
            algorithm=hpo.Algorithm.from_image(
                f"111122223333.dkr.ecr.us-east-1.amazonaws.com/{name}:1",
                metric_definitions=[hpo.MetricDefinition(metric, f"{metric}=([0-9.]+)")],
            ),
        )
        for name, metric in (("linear", "auc"), ("trees", "f1"))
    ]
    definition = dataclasses.replace(minimal_definition(), objective=None, parameter_ranges=None, training=several)
    launchers: list[Any] = [
        hpo.TuningSchedule(stack, "Weekly", definition, schedule=WEEKLY),
        hpo.HyperParameterTuningTask(stack, "Task", minimal_definition()),
        hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Theirs", "their-job"),
    ]
    hpo.TuningDashboard(stack, "Dashboard", launchers)
    state, running, failed = "Tuning jobs that came to a state", "Training instances", "Failed launches"
    assert titles(stack) == [
        *(state, running, failed, "Objective: auc", "Objective: f1"),
        *(state, running, "Objective: loss"),
        *(state, running),
    ]
    texts = [each["properties"]["markdown"] for each in body(stack)["widgets"] if each["type"] == "text"]
    assert ["Runs" in each for each in texts] == [True, False, False]
    assert [each.splitlines()[0] for each in texts] == ["## Stack/Weekly", "## Stack/Task", "## Stack/Theirs"]
    assert "TrainingJobs$3FlogStreamNameFilter$3Dtheir-job" in texts[2]


def test_rows_fill_the_width() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.TuningDashboard(stack, "Dashboard", [job, hpo.HyperParameterTuningTask(stack, "Task", minimal_definition())])
    rows: dict[int, int] = {}
    for each in body(stack)["widgets"]:
        rows[each["y"]] = rows.get(each["y"], 0) + each["width"]
    assert set(rows.values()) == {24}


def test_options_and_more_widgets() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    dashboard = hpo.TuningDashboard(
        stack, "Dashboard", [job], dashboard_name="tuning", default_interval=Duration.days(7)
    )
    dashboard.add_widgets(cloudwatch.TextWidget(markdown="ours"))
    (found,) = resources(template_of(stack), "AWS::CloudWatch::Dashboard")
    assert found["Properties"]["DashboardName"] == "tuning"
    assert body(stack)["start"] == "-P7D" and body(stack)["widgets"][-1]["properties"]["markdown"] == "ours"


def test_with_alarms_the_rules_are_made_once() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.TuningAlarms(stack, "Alarms", [job])
    hpo.TuningDashboard(stack, "Dashboard", [job])
    hpo.TuningDashboard(stack, "Other", [job])
    template = template_of(stack)
    assert len(resources(template, "AWS::Events::Rule")) == 4
    assert len(resources(template, "AWS::CloudWatch::Dashboard")) == 2


def test_it_warns_of_nothing() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.TuningDashboard(stack, "Dashboard", [job])
    app: Any = stack.node.root
    messages = app.synth().get_stack_by_name("Stack").messages
    assert [str(each.entry.data) for each in messages if "Dashboard" in each.id] == []
