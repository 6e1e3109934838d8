"""Failures are counted in the log, in the form of which CloudWatch makes a metric."""

import json
from typing import Any

import pytest
from tuning_job.metric import stack_name

from tests.handler.cloudformation import A, CloudFormation
from tests.handler.world import Crash, Fault


def metrics(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line for line in lines if "_aws" in line]


def test_success_is_not_counted(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.create(A)
    cloud.delete()
    assert metrics(capsys) == []


def test_a_failure_is_counted_once(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.sagemaker.faults = [Fault("CreateHyperParameterTuningJob", "ValidationException", "no")]
    cloud.send("Create", A)
    (line,) = metrics(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "CdkHpo"
    # What the format asks for: the named members are there, the metric as a number, the dimensions as texts.
    for metric in directive["Metrics"]:
        assert isinstance(line[metric["Name"]], int) and metric["Unit"] == "Count"
    for dimensions in directive["Dimensions"]:
        assert all(isinstance(line[name], str) and line[name] for name in dimensions)
    assert (line["StackName"], line["LogicalId"]) == ("Models", "Tuning")
    assert abs(line["_aws"]["Timestamp"] / 1000 - cloud.clock.now()) < 10


def test_a_failure_of_every_attempt_is_counted(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:

    def die(number: int, operation: str) -> None:
        raise Crash

    cloud.sagemaker.before = die
    cloud.deliver(cloud.event("Create", A))
    assert len(metrics(capsys)) == 1


def test_an_id_of_another_form() -> None:
    assert stack_name("stack") == "stack"
    assert stack_name("arn:aws:cloudformation:us-east-1:123456789012:stack/Name/1") == "Name"
