"""Attributes: always all of them, the best training job's own definition, and no secrets."""

import json
from typing import Any

import pytest
from tuning_job.attributes import attributes_of
from tuning_job.event import WaitFor
from tuning_job.job import Job


def job(status: str = "Completed", **details: Any) -> Job:
    return Job(name="n", status=status, created=0.0, arn="arn:aws:sagemaker:n", details=details)


def definition(name: str | None = None, output: str = "s3://models/", **static: str) -> dict[str, Any]:
    named = {} if name is None else {"DefinitionName": name}
    return {**named, "StaticHyperParameters": static, "OutputDataConfig": {"S3OutputPath": output}}


def best(of: str | None = None, **tuned: str) -> dict[str, Any]:
    named = {} if of is None else {"TrainingJobDefinitionName": of}
    return {"TrainingJobName": "t-1", "TrainingJobArn": "arn:t-1", "TunedHyperParameters": tuned, **named}


def test_the_same_attributes_whatever_is_known() -> None:
    complete = attributes_of(job(BestTrainingJob=best(), TrainingJobDefinition=definition()), WaitFor.COMPLETED)
    assert attributes_of(job(), WaitFor.COMPLETED).keys() == complete.keys()
    assert attributes_of(job(), WaitFor.COMPLETED)["ModelArtifact"] == ""
    assert attributes_of(job(), WaitFor.CREATED).keys() == {"Name", "Arn", "Status", "FailureReason"}


def test_hyperparameters_are_those_of_the_winners_own_definition() -> None:
    several = [definition("a", "s3://a/", depth="1"), definition("b", "s3://b/", depth="2", rounds="9")]
    data = attributes_of(job(BestTrainingJob=best("b", eta="0.1"), TrainingJobDefinitions=several), WaitFor.COMPLETED)
    assert json.loads(data["HyperParameters"]) == {"eta": "0.1", "depth": "2", "rounds": "9"}
    assert json.loads(data["TunedHyperParameters"]) == {"eta": "0.1"}
    assert data["ModelArtifact"] == "s3://b/t-1/output/model.tar.gz"


def test_what_the_service_adds_and_what_may_be_a_secret_is_left_out() -> None:
    static = {"_tuning_objective_metric": "auc", "db_password": "x", "k": "AKIAIOSFODNN7EXAMPLEKEY", "rounds": "9"}
    data = attributes_of(
        job(BestTrainingJob=best(eta="0.1"), TrainingJobDefinition=definition(**static)), WaitFor.COMPLETED
    )
    assert json.loads(data["HyperParameters"]) == {"eta": "0.1", "rounds": "9"}


@pytest.mark.parametrize("wait_for", list(WaitFor))
def test_failure_reason_is_short(wait_for: WaitFor) -> None:
    data = attributes_of(job("Failed", FailureReason="x" * 5000), wait_for)
    assert data["FailureReason"] == "x" * 512


def test_a_model_that_is_not_packed() -> None:
    unpacked = definition()
    unpacked["OutputDataConfig"]["CompressionType"] = "NONE"
    data = attributes_of(job(BestTrainingJob=best(), TrainingJobDefinition=unpacked), WaitFor.COMPLETED)
    assert data["ModelArtifact"] == "s3://models/t-1/output/model/"
