"""Fleets in the local cloud: every variant once, some at a time, results in S3."""

import json
from typing import Any

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions, denied
from tests.launch.test_fleet import by_customer


class Fleet(Executions):
    """A deployed fleet."""

    def __init__(self, cloud: LocalCloud, deployer: Deployer, name: str, count: int, **options: Any) -> None:
        variants = [{"data": f"s3://customers/{number}/", "jobs": 1 + number % 3} for number in range(count)]

        def build(stack: Stack) -> None:
            results = s3.Bucket(stack, "Results", removal_policy=RemovalPolicy.DESTROY)
            given = {"max_concurrency": 5, "results_bucket": results, "variants": variants} | options
            made = hpo.TuningFleet(stack, "Fleet", by_customer(), **given)
            CfnOutput(stack, "Arn", value=made.state_machine.state_machine_arn)
            CfnOutput(stack, "Bucket", value=results.bucket_name)

        outputs = deployer.outputs(deployer.deploy(name, build))
        super().__init__(cloud, outputs["Arn"])
        self.variants, self._s3, self._bucket = variants, cloud.client("s3"), outputs["Bucket"]

    def collected(self, output: str) -> dict[str, list[dict[str, Any]]]:
        """Return what the fleet has written, by outcome, and empty the bucket."""
        details = json.loads(output)["ResultWriterDetails"]
        manifest = self._read(details["Key"])
        found = {
            status: [each for file in files for each in self._read(file["Key"])]
            for status, files in manifest["ResultFiles"].items()
        }
        for each in self._s3.list_objects_v2(Bucket=self._bucket)["Contents"]:
            self._s3.delete_object(Bucket=self._bucket, Key=each["Key"])
        return found

    def _read(self, key: str) -> Any:
        return json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())


def most_at_once(jobs: list[dict[str, Any]]) -> int:
    """Return how many jobs ran together at most."""
    edges = sorted(
        edge
        for job in jobs
        for edge in ((job["CreationTime"].timestamp(), 1), (job["HyperParameterTuningEndTime"].timestamp(), -1))
    )
    running = most = 0
    for _, change in edges:
        running += change
        most = max(most, running)
    return most


def test_two_hundred_variants_five_at_a_time(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=0.3)
    fleet = Fleet(cloud, deployer, "Many", 200)
    result = fleet.run()
    assert result["status"] == "SUCCEEDED", result
    created = deployer.created()
    sources = [
        each["TrainingJobDefinition"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] for each in created
    ]
    assert sorted(sources) == sorted(each["data"] for each in fleet.variants)
    assert {each["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] for each in created} == {
        1,
        2,
        3,
    }
    jobs = [deployer.describe(each["HyperParameterTuningJobName"]) for each in created]
    assert 2 <= most_at_once(jobs) <= 5
    collected = fleet.collected(result["output"])
    assert len(collected["SUCCEEDED"]) == 200 and not collected["FAILED"]
    assert json.loads(collected["SUCCEEDED"][0]["Output"])["BestTrainingJob"]["TunedHyperParameters"]


def test_some_may_fail(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=0.3)
    fleet = Fleet(cloud, deployer, "Tolerant", 10, tolerated_failure_percentage=20)
    words = "Value at trainingJobDefinition is not accepted."
    cloud.inject_faults(
        [{"operation": "CreateHyperParameterTuningJob", "code": "ResourceInUse", "message": words, "times": 2}]
    )
    result = fleet.run()
    assert result["status"] == "SUCCEEDED", result
    collected = fleet.collected(result["output"])
    assert (len(collected["SUCCEEDED"]), len(collected["FAILED"])) == (8, 2)
    assert {each["Error"] for each in collected["FAILED"]} == {"SageMaker.ResourceInUseException"}


def test_too_many_fail(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=0.3)
    fleet = Fleet(cloud, deployer, "Intolerant", 4)
    cloud.inject_faults([{"operation": "CreateHyperParameterTuningJob", "code": "ResourceInUse", "times": 1}])
    result = fleet.run()
    assert (result["status"], result["error"]) == ("FAILED", "States.ExceedToleratedFailureThreshold")


def test_zz_nothing_was_denied(cloud: LocalCloud) -> None:
    """Runs last: over all executions above."""
    assert denied(cloud) == []
