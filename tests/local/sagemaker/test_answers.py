"""Every answer fits the output shape of botocore's full model, constraints and all."""

from typing import Any

import pytest

from tests.local.requests import tuning_request
from tests.local.sagemaker.conformance import require_conforming
from tests.local.sagemaker.conftest import Bench
from tests.shared import accepted_requests


@pytest.mark.parametrize("request_", accepted_requests().values(), ids=accepted_requests())
@pytest.mark.parametrize("seconds", [0, 5, 11])
def test_answers_about_accepted_requests(bench: Bench, request_: dict[str, Any], seconds: int) -> None:
    name = {"HyperParameterTuningJobName": request_["HyperParameterTuningJobName"]}
    require_conforming("CreateHyperParameterTuningJob", bench.call("CreateHyperParameterTuningJob", **request_))
    bench.now += seconds
    described = bench.call("DescribeHyperParameterTuningJob", **name)
    require_conforming("DescribeHyperParameterTuningJob", described)
    assert described["HyperParameterTuningJobConfig"] == request_["HyperParameterTuningJobConfig"]
    for operation, more in (("ListHyperParameterTuningJobs", {}), ("ListTrainingJobsForHyperParameterTuningJob", name)):
        require_conforming(operation, bench.call(operation, **more))
    listed = bench.call("ListTrainingJobsForHyperParameterTuningJob", **name)["TrainingJobSummaries"]
    training = bench.call("DescribeTrainingJob", TrainingJobName=listed[0]["TrainingJobName"])
    require_conforming("DescribeTrainingJob", training)
    tags = bench.call("ListTags", ResourceArn=described["HyperParameterTuningJobArn"])
    require_conforming("ListTags", tags)
    assert tags["Tags"] == request_.get("Tags", [])


def test_answers_about_ended_jobs(bench: Bench) -> None:
    for name, end in (("failed", "Failed"), ("stopped", "Stopped")):
        bench.create(name)
        bench.service.end_job(name, "Failed" if end == "Failed" else "Stopped", "because")
        described = bench.describe(name)
        require_conforming("DescribeHyperParameterTuningJob", described)
        assert described["HyperParameterTuningJobStatus"] == end


def test_what_the_service_adds(bench: Bench) -> None:
    bench.create("job")
    bench.now += 11
    described = bench.describe("job")
    definition = described["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"] == {"num_round": "100", "_tuning_objective_metric": "validation:rmse"}
    assert described["ConsumedResources"] == {"RuntimeInSeconds": 20}
    assert 0 <= described["TuningJobCompletionDetails"]["NumberOfTrainingJobsObjectiveNotImproving"] <= 3
    best = described["BestTrainingJob"]
    training = bench.call("DescribeTrainingJob", TrainingJobName=best["TrainingJobName"])
    assert training["ModelArtifacts"]["S3ModelArtifacts"] == (
        f"s3://models/out/{best['TrainingJobName']}/output/model.tar.gz"
    )
    assert training["HyperParameters"] == {**definition["StaticHyperParameters"], **best["TunedHyperParameters"]}


def test_the_overall_best_may_be_a_parents(bench: Bench) -> None:
    bench.create("parent", limits=(40, 40))
    bench.now += 11
    warm = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    }
    bench.create("child", limits=(1, 1), WarmStartConfig=warm)
    bench.create("cousin", limits=(1, 1), WarmStartConfig={**warm, "WarmStartType": "TransferLearning"})
    bench.now += 11
    child = bench.describe("child")
    require_conforming("DescribeHyperParameterTuningJob", child)
    assert child["BestTrainingJob"]["TuningJobName"] == "child"
    assert child["OverallBestTrainingJob"]["TuningJobName"] == "parent"
    assert "OverallBestTrainingJob" not in bench.describe("cousin")


def test_flexible_instances_become_a_resource_config(bench: Bench) -> None:
    request = tuning_request("job")
    definition = request["TrainingJobDefinition"]
    del definition["ResourceConfig"]
    definition["HyperParameterTuningResourceConfig"] = {
        "AllocationStrategy": "Prioritized",
        "InstanceConfigs": [{"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 30}],
    }
    bench.call("CreateHyperParameterTuningJob", **request)
    name = bench.call("ListTrainingJobsForHyperParameterTuningJob", HyperParameterTuningJobName="job")[
        "TrainingJobSummaries"
    ][0]["TrainingJobName"]
    training = bench.call("DescribeTrainingJob", TrainingJobName=name)
    require_conforming("DescribeTrainingJob", training)
    assert training["ResourceConfig"] == {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 30}
