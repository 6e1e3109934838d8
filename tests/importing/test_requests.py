"""From what the service says of a job back to the request that made it."""

import datetime
from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from cdk_hpo.importing.fitting import fitted
from cdk_hpo.importing.requests import description
from cdk_hpo.local.sagemaker import SimulatedEngine, TuningService
from tests.importing.test_round_trip import REQUESTS

NAME = "HyperParameterTuningJobName"


def described(request: dict[str, Any]) -> dict[str, Any]:
    """Return what the service says of a job with that request."""
    service = TuningService(SimulatedEngine())
    service.call("CreateHyperParameterTuningJob", request)
    return service.call("DescribeHyperParameterTuningJob", {NAME: request[NAME]})


def without_emptiness(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request as it can be known from a description: no name, no tags, no empty lists of ranges."""
    out = {key: each for key, each in request.items() if key not in (NAME, "Tags")}
    config = dict(out["HyperParameterTuningJobConfig"])
    _strip(config, "ParameterRanges")
    out["HyperParameterTuningJobConfig"] = config
    if "TrainingJobDefinition" in out:
        out["TrainingJobDefinition"] = _stripped(out["TrainingJobDefinition"])
    else:
        out["TrainingJobDefinitions"] = [_stripped(each) for each in out["TrainingJobDefinitions"]]
    return out


def _stripped(definition: dict[str, Any]) -> dict[str, Any]:
    out = dict(definition)
    _strip(out, "HyperParameterRanges")
    if out.get("StaticHyperParameters") == {}:
        del out["StaticHyperParameters"]
    algorithm = out["AlgorithmSpecification"]
    out["AlgorithmSpecification"] = {key: each for key, each in algorithm.items() if each != []}
    return out


def _strip(holder: dict[str, Any], member: str) -> None:
    if member in holder:
        holder[member] = {key: each for key, each in holder[member].items() if each}
        if not holder[member]:
            del holder[member]


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_described_jobs_come_back(name: str) -> None:
    request = REQUESTS[name]
    if "${Token[" in str(request):
        pytest.skip("no service takes tokens")
    reading = description(described(request))
    assert reading.request == without_emptiness(request)
    assert not reading.notes.lost
    assert fitted(reading).definition is not None


def test_what_the_service_adds_is_left_out() -> None:
    answer = described(base_request())
    assert "_tuning_objective_metric" in answer["TrainingJobDefinition"]["StaticHyperParameters"]
    answer["TrainingJobDefinition"]["ResourceConfig"]["SelectedInstanceType"] = "ml.m5.large"
    answer["CreationTime"] = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    answer["ResponseMetadata"] = {"HTTPStatusCode": 200}
    reading = description(answer)
    assert reading.request == without_emptiness(base_request())
    assert [(note.path, note.lost) for note in reading.notes] == [(NAME, False)]


def test_a_built_in_algorithm_brings_its_metrics() -> None:
    answer = described(base_request())
    algorithm = answer["TrainingJobDefinition"]["AlgorithmSpecification"]
    algorithm["TrainingImage"] = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/kmeans:1"
    assert "MetricDefinitions" not in description(answer).request["TrainingJobDefinition"]["AlgorithmSpecification"]
    # A script of one's own in the same image brings its own metrics.
    answer["TrainingJobDefinition"]["StaticHyperParameters"]["sagemaker_program"] = "train.py"
    assert "MetricDefinitions" in description(answer).request["TrainingJobDefinition"]["AlgorithmSpecification"]


def test_tags_of_others_are_kept_and_own_ones_are_not() -> None:
    tags = [{"Key": key, "Value": "x"} for key in ("team", "cdk-hpo:run", "aws:cloudformation:stack-name", "awsome")]
    reading = description({**described(base_request()), "Tags": tags})
    assert [tag["Key"] for tag in reading.request["Tags"]] == ["team", "awsome"]


def test_what_a_newer_service_says_is_not_lost_in_silence() -> None:
    reading = description({**described(base_request()), "Priority": 5})
    assert [(note.path, note.lost) for note in fitted(reading).reading.notes if note.lost] == [("Priority", True)]
