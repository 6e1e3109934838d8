"""Made-up answers of the service; each is held against the shape of the real ones."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore.stub import Stubber

from cdk_hpo.watching.job import TuningJob, tuning_job

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LIST = "list_training_jobs_for_hyper_parameter_tuning_job"
_ARN = "arn:aws:sagemaker:us-east-1:111122223333"
RANGES = {
    "ContinuousParameterRanges": [
        {"Name": "eta", "MinValue": "0.001", "MaxValue": "0.5", "ScalingType": "Logarithmic"}
    ],
    "IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "9"}],
    "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
}
OBJECTIVE = {"Type": "Minimize", "MetricName": "rmse"}


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def definition(**changes: Any) -> dict[str, Any]:
    return {
        "StaticHyperParameters": {"num_round": "100"},
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::111122223333:role/train",
        "OutputDataConfig": {"S3OutputPath": "s3://models/out/"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        **changes,
    }


def training(
    number: int, value: float | None = None, *, tuned: dict[str, str] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return a line of the list; a training job without a value failed unless changes say otherwise."""
    given: dict[str, Any] = {
        "TrainingJobName": f"tuning-{number:03}-abcdef01",
        "TrainingJobArn": f"{_ARN}:training-job/tuning-{number:03}-abcdef01",
        "CreationTime": after(number),
        "TrainingStartTime": after(number + 1),
        "TrainingEndTime": after(number + 61),
        "TrainingJobStatus": "Failed" if value is None else "Completed",
        "TunedHyperParameters": {"eta": f"{0.01 * number}", "depth": f"{number}", "booster": "dart"},
        **changes,
    }
    if tuned is not None:
        given["TunedHyperParameters"] = tuned
    if value is not None:
        given["FinalHyperParameterTuningJobObjectiveMetric"] = {"MetricName": "rmse", "Value": value}
    return {name: each for name, each in given.items() if each is not None}


def running(number: int) -> dict[str, Any]:
    return training(number, TrainingJobStatus="InProgress", TrainingEndTime=None)


def description(
    trainings: list[dict[str, Any]], status: str = "Completed", limit: int | None = 4, **changes: Any
) -> dict[str, Any]:
    """Return the answer of DescribeHyperParameterTuningJob about these training jobs."""
    statuses = [each["TrainingJobStatus"] for each in trainings]
    config = {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": OBJECTIVE,
        "ResourceLimits": {"MaxParallelTrainingJobs": 2},
        "ParameterRanges": RANGES,
    } | changes.pop("config", {})
    if limit is not None:
        config["ResourceLimits"] = {**config["ResourceLimits"], "MaxNumberOfTrainingJobs": limit}
    given = {
        "HyperParameterTuningJobName": "tuning",
        "HyperParameterTuningJobArn": f"{_ARN}:hyper-parameter-tuning-job/tuning",
        "HyperParameterTuningJobConfig": {name: each for name, each in config.items() if each is not None},
        "TrainingJobDefinition": definition(),
        "HyperParameterTuningJobStatus": status,
        "CreationTime": START,
        "TrainingJobStatusCounters": {
            "Completed": statuses.count("Completed"),
            "InProgress": statuses.count("InProgress"),
            "NonRetryableError": statuses.count("Failed"),
            "Stopped": statuses.count("Stopped"),
        },
        "ObjectiveStatusCounters": {},
        **({} if status == "InProgress" else {"HyperParameterTuningEndTime": after(120)}),
    }
    valued = [each for each in trainings if "FinalHyperParameterTuningJobObjectiveMetric" in each]
    if valued:
        key = "FinalHyperParameterTuningJobObjectiveMetric"
        given["BestTrainingJob"] = min(valued, key=lambda each: float(each[key]["Value"]))
    return {name: each for name, each in {**given, **changes}.items() if each is not None}


def job(trainings: list[dict[str, Any]], status: str = "Completed", limit: int | None = 4, **changes: Any) -> TuningJob:
    """Read made-up answers through a client, which refuses what the service could not say."""
    client = _silent_client()
    stubber = Stubber(client)
    answer = description(trainings, status, limit, **changes)
    stubber.add_response("describe_hyper_parameter_tuning_job", answer)
    stubber.add_response(LIST, {"TrainingJobSummaries": trainings})
    with stubber:
        described = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")
        listed = client.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")
    return tuning_job(described, listed["TrainingJobSummaries"])


@cache
def _silent_client() -> Any:
    return client_with()[0]


def client_with() -> tuple[Any, Stubber]:
    """Return a client that reaches nothing, and what to fill with answers."""
    client = boto3.Session(
        aws_access_key_id="111122223333", aws_secret_access_key="none", region_name="us-east-1"
    ).client("sagemaker")
    return client, Stubber(client)


def reporting_client(trainings: list[dict[str, Any]], best: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Return a client that answers the calls of one report, in two pages, and refuses any other call."""
    client, stubber = client_with()
    stubber.add_response("describe_hyper_parameter_tuning_job", description(trainings, **changes))
    half = len(trainings) // 2
    stubber.add_response(LIST, {"TrainingJobSummaries": trainings[:half], "NextToken": "more"})
    stubber.add_response(LIST, {"TrainingJobSummaries": trainings[half:]})
    if best is not None:
        stubber.add_response("describe_training_job", described_training(best))
    stubber.activate()
    return client


def described_training(given: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the answer of DescribeTrainingJob."""
    return {
        "TrainingJobName": given["TrainingJobName"],
        "TrainingJobArn": given["TrainingJobArn"],
        "ModelArtifacts": {"S3ModelArtifacts": f"s3://models/out/{given['TrainingJobName']}/output/model.tar.gz"},
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "AlgorithmSpecification": {"TrainingInputMode": "File"},
        "ResourceConfig": {"VolumeSizeInGB": 1},
        "StoppingCondition": {},
        "CreationTime": START,
        "HyperParameters": {"num_round": "100", "_tuning_objective_metric": "rmse", **given["TunedHyperParameters"]},
        **changes,
    }
