"""Requests and roles that the tests of the local cloud share."""

import copy
import json
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/hpo-exec"

_REQUEST: dict[str, Any] = {
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:rmse"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
        "ParameterRanges": {
            "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.01", "MaxValue": "0.3"}],
            "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "3", "MaxValue": "10"}],
            "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
        },
    },
    "TrainingJobDefinition": {
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "validation:rmse", "Regex": "rmse=([0-9.]+)"}],
        },
        "RoleArn": ROLE,
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/train/"}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://models/out/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 600},
        "StaticHyperParameters": {"num_round": "100"},
    },
}


def tuning_request(name: str, *, limits: tuple[int, int] | None = None, **changes: Any) -> dict[str, Any]:
    """Return a valid request; limits are those of training jobs, in all and at once."""
    request = copy.deepcopy(_REQUEST) | {"HyperParameterTuningJobName": name} | changes
    if limits is not None:
        request["HyperParameterTuningJobConfig"]["ResourceLimits"] = {
            "MaxNumberOfTrainingJobs": limits[0],
            "MaxParallelTrainingJobs": limits[1],
        }
    return request


def with_role(request: dict[str, Any], role_arn: str) -> dict[str, Any]:
    """Return the request with another role."""
    return {**request, "TrainingJobDefinition": {**request["TrainingJobDefinition"], "RoleArn": role_arn}}


def trust(service: str = "sagemaker.amazonaws.com", /, **condition: Any) -> dict[str, Any]:
    """Return a trust policy for a service, with a condition if one is given."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


def make_role(cloud: Any, name: str, document: dict[str, Any] | None = None) -> str:
    """Create a role and return its ARN."""
    made = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document or trust()))
    arn: str = made["Role"]["Arn"]
    return arn
