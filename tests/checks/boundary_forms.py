"""How requests on both sides of the rules' bounds are written: changes to a base request, and what must report.

Each case: base ("single" or "list"), changes by path, paths to remove, ids of errors, ids of warnings.
"""

from typing import Any, NamedTuple

CONFIG = "HyperParameterTuningJobConfig"
LIMITS = f"{CONFIG}.ResourceLimits"
RANGES = f"{CONFIG}.ParameterRanges"
INTEGER = f"{RANGES}.IntegerParameterRanges[0]"
CONTINUOUS = f"{RANGES}.ContinuousParameterRanges[0]"
CATEGORICAL = f"{RANGES}.CategoricalParameterRanges[0]"
ONE = "TrainingJobDefinition"
TWO = "TrainingJobDefinitions[1]"
ALGORITHM = f"{ONE}.AlgorithmSpecification"
CHANNEL = f"{ONE}.InputDataConfig[0]"
S3 = f"{CHANNEL}.DataSource.S3DataSource"
RESOURCES = f"{ONE}.ResourceConfig"
TUNING = f"{ONE}.HyperParameterTuningResourceConfig"
STOPPING = f"{ONE}.StoppingCondition"
SPOT = f"{ONE}.EnableManagedSpotTraining"
STATIC = f"{ONE}.StaticHyperParameters"
HYPERBAND = {f"{CONFIG}.Strategy": "Hyperband"}
BAND = f"{CONFIG}.StrategyConfig.HyperbandStrategyConfig"
KMEANS = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
PARENT = {"WarmStartType": "TransferLearning", "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "p"}]}
VPC = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
FILES = {"FileSystemId": "fs-12345678", "FileSystemAccessMode": "ro", "FileSystemType": "EFS", "DirectoryPath": "/d"}
GROUP = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "InstanceGroupName": "g"}
G5, G6 = {"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.g6.xlarge"}
M5 = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
PLAN = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/plan-a"


class Case(NamedTuple):
    """A request on one side of a bound."""

    base: str
    changes: dict[str, Any]
    remove: list[str]
    errors: set[str]
    warnings: set[str]


def single(changes: dict[str, Any], *errors: str, warn: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Case:
    return Case("single", changes, list(remove), set(errors), set(warn))


def several(changes: dict[str, Any], *errors: str, warn: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Case:
    return Case("list", changes, list(remove), set(errors), set(warn))


def spot(wait: int | None = 3600, **more: Any) -> dict[str, Any]:
    return {SPOT: True} | ({} if wait is None else {f"{STOPPING}.MaxWaitTimeInSeconds": wait}) | more


def image(address: str, metric: str = "test:msd", direction: str = "Minimize") -> dict[str, Any]:
    return {
        f"{ALGORITHM}.TrainingImage": address,
        f"{CONFIG}.HyperParameterTuningJobObjective": {"Type": direction, "MetricName": metric},
    }


def in_list(member: str, value: Any) -> dict[str, Any]:
    return {f"TrainingJobDefinitions[{index}].{member}": value for index in (0, 1)}


def long_arn(service: str, resource: str, size: int) -> str:
    """Return an ARN of some length; its region takes the place that is left."""
    account = ":123456789012:"
    return f"arn:aws:{service}{'r' * (size - len(f'arn:aws:{service}{account}{resource}'))}{account}{resource}"


DATA_SET = "hub-content/hub/DataSet/ds"
NO_METRICS = (f"{ALGORITHM}.MetricDefinitions",)
NO_NUMBERS = (f"{RANGES}.ContinuousParameterRanges", f"{RANGES}.IntegerParameterRanges")
NO_CONTINUOUS = (f"{RANGES}.ContinuousParameterRanges",)
NO_RESOURCES = (RESOURCES,)
