"""What the state machines of launchers have in common."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.access.lint_findings import CONTEXT_KEY
from tests.cdk import feature_flags, new_stack, resources, template_of
from tests.examples import minimal_definition

LAUNCHERS = ("schedule", "fleet", "best model")


def launch(launcher: str, stack: Stack, **options: Any) -> dict[str, Any]:
    """Return the template of a stack with the state machine of one launcher."""
    if launcher == "schedule":
        weekly = scheduler.ScheduleExpression.rate(Duration.days(7))
        hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=weekly, **options)
    elif launcher == "fleet":
        more: dict[str, Any] = {"variants": [{}], "max_concurrency": 1, "results_bucket": s3.Bucket(stack, "Results")}
        hpo.TuningFleet(stack, "Fleet", minimal_definition(), **more, **options)
    else:
        job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
        hpo.BestModel(stack, "Best", job).run_on_completion(**options)
    return template_of(stack)


def the_machine(template: dict[str, Any]) -> dict[str, Any]:
    (found,) = resources(template, "AWS::StepFunctions::StateMachine")
    return found


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_logs_and_traces(launcher: str) -> None:
    stack = new_stack()
    group = logs.LogGroup(stack, "Events")
    wanted = sfn.LogOptions(destination=group, level=sfn.LogLevel.ALL, include_execution_data=False)
    properties = the_machine(launch(launcher, stack, logs=wanted, tracing_enabled=True))["Properties"]
    assert properties["TracingConfiguration"] == {"Enabled": True}
    written = properties["LoggingConfiguration"]
    assert (written["Level"], written["IncludeExecutionData"]) == ("ALL", False)
    assert written["Destinations"] == [
        {"CloudWatchLogsLogGroup": {"LogGroupArn": stack.resolve(group.log_group_arn)}},
    ]


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_neither_by_default(launcher: str) -> None:
    machine = the_machine(launch(launcher, new_stack()))
    assert not {"LoggingConfiguration", "TracingConfiguration"} & machine["Properties"].keys()
    assert "cdk_nag" not in machine.get("Metadata", {})


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_linters_find_reasons_where_the_app_asks_for_them(launcher: str) -> None:
    app = App(context={**feature_flags(), CONTEXT_KEY: True}, analytics_reporting=False)
    template = launch(launcher, Stack(app, "Stack"))
    metadata = the_machine(template)["Metadata"]
    assert [each["id"] for each in metadata["cdk_nag"]["rules_to_suppress"]] == ["AwsSolutions-SF1", "AwsSolutions-SF2"]
    assert metadata["cfn-lint"]["config"] == {"ignore_checks": ["W3005"]}
    roles = [each["Properties"]["RoleArn"]["Fn::GetAtt"][0] for each in [the_machine(template)]]
    for each in resources(template, "AWS::IAM::Policy"):
        if [role.get("Ref") for role in each["Properties"]["Roles"]] == roles:
            (reason,) = each["Metadata"]["cdk_nag"]["rules_to_suppress"]
            assert reason["id"] == "AwsSolutions-IAM5" and reason["applies_to"]
    for table in resources(template, "AWS::DynamoDB::Table"):
        assert [each["id"] for each in table["Metadata"]["checkov"]["skip"]] == ["CKV_AWS_28", "CKV_AWS_119"]
