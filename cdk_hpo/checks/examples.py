"""Wrong and right examples of the rules: small changes to a base request that is right."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

Example: TypeAlias = "dict[str, Any]"


def _definition() -> dict[str, Any]:
    return {
        "StaticHyperParameters": {"objective": "reg"},
        "AlgorithmSpecification": {
            "TrainingImage": "123456789012.dkr.ecr.us-east-1.amazonaws.com/trainer:1",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}],
        },
        "RoleArn": "arn:aws:iam::123456789012:role/hpo",
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://in-bucket/p"}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://out-bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


def base_request(form: Literal["single", "list"] = "single") -> dict[str, Any]:
    """Return a request that keeps all rules, with a single definition or a list of two."""
    limits = {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2}
    objective = {"Type": "Minimize", "MetricName": "val_loss"}
    eta = {"Name": "eta", "MinValue": "0.01", "MaxValue": "0.3"}
    config: dict[str, Any] = {"Strategy": "Bayesian"}
    if form == "list":
        own = {"HyperParameterRanges": {"ContinuousParameterRanges": [eta]}, "TuningObjective": objective}
        return {
            "HyperParameterTuningJobName": "dev-multi",
            "HyperParameterTuningJobConfig": config | {"ResourceLimits": limits},
            "TrainingJobDefinitions": [
                {**_definition(), "DefinitionName": name, **{key: _copy(value) for key, value in own.items()}}
                for name in ("alg-a", "alg-b")
            ],
        }
    config["HyperParameterTuningJobObjective"] = objective
    config["ResourceLimits"] = limits
    config["ParameterRanges"] = {
        "IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "8"}],
        "ContinuousParameterRanges": [eta],
        "CategoricalParameterRanges": [{"Name": "opt", "Values": ["sgd", "adam"]}],
    }
    return {
        "HyperParameterTuningJobName": "dev-job",
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": _definition(),
    }


def request_of(example: Example) -> dict[str, Any]:
    """Return the whole request of an example in the catalogue.

    Parameters
    ----------
    example
        ``base`` ("single", the default, or "list"), ``set`` (values by field path), ``remove``
        (field paths). Values may be written shorter: ``{"$text": [before, character, times, after]}``,
        ``{"$items": [item, times]}`` and ``{"$entries": [key, value, times]}``, where ``{n}``
        counts from 0.
    """
    request = base_request(example.get("base", "single"))
    for path in example.get("remove", ()):
        parent, key = _find(request, path)
        del parent[key]
    for path, value in example.get("set", {}).items():
        parent, key = _find(request, path)
        parent[key] = expanded(value)
    return request


def _find(request: Any, path: str) -> tuple[Any, Any]:
    steps: list[str | int] = [
        int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path) if name or index
    ]
    place = request
    for step in steps[:-1]:
        place = place[step]
    return place, steps[-1]


def _copy(value: Any) -> Any:
    return expanded(value)


def expanded(value: Any) -> Any:
    """Write out the short forms in a value of an example."""
    if isinstance(value, list):
        return [expanded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$number" in value:
        return float(value["$number"])
    if "$text" in value:
        before, character, times, after = value["$text"]
        return f"{before}{character * times}{after}"
    if "$items" in value:
        item, times = value["$items"]
        return expanded(value.get("$first", [])) + [_counted(item, n) for n in range(times)]
    if "$entries" in value:
        key, item, times = value["$entries"]
        return {_counted(key, n): _counted(item, n) for n in range(times)}
    if "$long_key" in value:
        character, times, item = value["$long_key"]
        return {character * times: expanded(item)}
    return {key: expanded(item) for key, item in value.items()}


def _counted(value: Any, n: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(n))
    if isinstance(value, dict):
        return {key: _counted(item, n) for key, item in expanded(value).items()}
    return expanded(value)
