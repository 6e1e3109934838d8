"""Requests made from the service model: one for every leaf, and random ones."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

#: What a structure needs beside the members that the model requires: one of several forms that exclude each other.
NEEDED: dict[str, dict[str, Any]] = {
    "CreateHyperParameterTuningJobRequest": {"TrainingJobDefinition": None},
    "HyperParameterTrainingJobDefinition": {"ResourceConfig": None},
    "HyperParameterAlgorithmSpecification": {"TrainingImage": "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "HyperParameterTuningResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "DataSource": {"S3DataSource": None},
    "ParentHyperParameterTuningJob": {"HyperParameterTuningJobName": "parent"},
}
#: What a member drives out of the same structure.
EXCLUDES: dict[str, tuple[str, ...]] = {
    "TrainingJobDefinitions": ("TrainingJobDefinition",),
    "HyperParameterTuningResourceConfig": ("ResourceConfig",),
    "AlgorithmName": ("TrainingImage",),
    "InstanceGroups": ("InstanceType", "InstanceCount", "InstancePreferences"),
    "InstancePreferences": ("InstanceType", "InstanceCount", "InstancePlacementConfig"),
    "InstanceConfigs": ("InstanceType", "InstanceCount", "VolumeSizeInGB"),
    "FileSystemDataSource": ("S3DataSource", "DatasetSource"),
    "DatasetSource": ("S3DataSource",),
}
#: Text that must fit a pattern to be taken.
FITTING: dict[str, str] = {
    "AlgorithmImage": "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1",
    "ArnOrName": "my-algorithm",
    "ChannelName": "train",
    "FileSystemId": "fs-0a1b2c3d4e5f60718",
    "HubDataSetArn": "arn:aws:sagemaker:us-east-1:111122223333:hub-content/hub/DataSet/data/1.0.0",
    "HyperParameterTrainingJobDefinitionName": "one",
    "HyperParameterTuningJobName": "parent",
    "RoleArn": "arn:aws:iam::111122223333:role/hpo-exec",
    "S3Uri": "s3://bucket/prefix",
    "SecurityGroupId": "sg-0a1b2c3d4e5f60718",
    "SubnetId": "subnet-0a1b2c3d4e5f60718",
    "TrainingPlanArn": "arn:aws:sagemaker:us-east-1:111122223333:training-plan/plan-1",
}
#: The bounds of a range are numbers in any form, the lower one not above the upper one.
BOUNDS: dict[tuple[str, str], list[Any]] = {
    ("IntegerParameterRange", "MinValue"): ["1", "-0", "007"],
    ("IntegerParameterRange", "MaxValue"): ["10", "007"],
    ("ContinuousParameterRange", "MinValue"): ["1", "1.0", "-0", "1e-3"],
    ("ContinuousParameterRange", "MaxValue"): ["1e3", "007", "10.50"],
}
LOOKALIKES = ("1", "1.0", "1e3", "true", "False", "null", "-0", "007", "NaN")


@cache
def request_shape() -> Any:
    """Return the request's shape in the installed botocore's own model, not in the trimmed copy."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))
    return model.operation_model("CreateHyperParameterTuningJob").input_shape


def leaf_paths(shape: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every leaf; ``[]`` stands for an item, ``{}`` for a value of a map."""
    shape = shape or request_shape()
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from leaf_paths(member, (*path, name))
    elif shape.type_name == "list":
        yield from leaf_paths(shape.member, (*path, "[]"))
    elif shape.type_name == "map":
        yield from leaf_paths(shape.value, (*path, "{}"))
    else:
        yield path


def minimal(shape: Any) -> Any:
    """Return the smallest value of a shape that can stand in a request."""
    kind = shape.type_name
    if kind == "structure":
        out = {name: minimal(shape.members[name]) for name in shape.required_members}
        for name, value in NEEDED.get(shape.name, {}).items():
            out[name] = minimal(shape.members[name]) if value is None else value
        return out | {name: BOUNDS[shape.name, name][0] for name in out if (shape.name, name) in BOUNDS}
    if kind == "list":
        return [minimal(shape.member)] * max(1, shape.metadata.get("min", 0))
    if kind == "map":
        return {"key": minimal(shape.value)}
    return samples(shape)[0]


def samples(shape: Any) -> list[Any]:
    """Return values of a leaf: numbers at their bounds, booleans both ways, text that looks like either."""
    kind, limits = shape.type_name, shape.metadata
    if kind == "boolean":
        return [True, False]
    if kind in ("integer", "long"):
        most = 2**31 - 1 if kind == "integer" else 2**63 - 1
        least = max(1, limits["min"]) if "min" in limits else -most - 1
        least = 0 if shape.name == "RandomSeed" else least
        return [least, limits.get("max", most), *([2**53 + 1] if kind == "long" else [])]
    if kind in ("float", "double"):
        return [0.5, -1.5, 1e-7, 3e38, 12345678.0]
    if getattr(shape, "enum", None):
        return list(shape.enum[:3])
    if shape.name in FITTING:
        return [FITTING[shape.name]]
    fits = re.compile(limits.get("pattern", ".*").replace("\\p{L}\\p{Z}\\p{N}", "\\w ")).fullmatch
    return [text for text in LOOKALIKES if limits.get("min", 0) <= len(text) <= limits.get("max", 99) and fits(text)]


def with_leaf(path: tuple[str, ...], value: Any, shape: Any = None) -> Any:
    """Return the smallest request that has a leaf with that value."""
    shape = shape or request_shape()
    if not path:
        return value
    first, rest = path[0], path[1:]
    if first == "[]":
        item = with_leaf(rest, value, shape.member)
        return [item] * max(1, shape.metadata.get("min", 0))
    if first == "{}":
        return {"key": with_leaf(rest, value, shape.value)}
    out = minimal(shape)
    for excluded in EXCLUDES.get(first, ()):
        out.pop(excluded, None)
    out[first] = with_leaf(rest, value, shape.members[first])
    if first == "StrategyConfig":
        out["Strategy"] = "Hyperband"
    return out


def leaf_shape(path: tuple[str, ...]) -> Any:
    """Return the shape of a leaf."""
    shape = request_shape()
    for step in path:
        shape = shape.member if step == "[]" else shape.value if step == "{}" else shape.members[step]
    return shape


def leaf_samples(path: tuple[str, ...]) -> list[Any]:
    """Return values of the leaf at a path."""
    return BOUNDS.get((leaf_shape(path[:-1]).name, path[-1])) or samples(leaf_shape(path))


def requests_by_leaf() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield a name, the value and a request for every leaf and each of its samples."""
    for path in leaf_paths():
        for value in leaf_samples(path):
            yield ".".join(path).replace(".[]", "[]").replace(".{}", "{}"), value, with_leaf(path, value)


def requests(shape: Any = None) -> st.SearchStrategy[Any]:
    """Return a strategy for requests of the right types that hold one of each pair of exclusive forms."""
    shape = shape or request_shape()
    kind = shape.type_name
    if kind == "structure":
        return _structures(shape)
    if kind == "list":
        return st.lists(requests(shape.member), min_size=shape.metadata.get("min", 0), max_size=1)
    if kind == "map":
        return st.dictionaries(st.text(min_size=1, max_size=5), requests(shape.value), max_size=1)
    if getattr(shape, "enum", None):
        return st.sampled_from(shape.enum)
    if kind == "boolean":
        return st.booleans()
    if shape.name == "HyperParameterTuningJobName":
        return st.from_regex("[a-zA-Z0-9][a-zA-Z0-9-]{0,30}[a-zA-Z0-9]", fullmatch=True)
    if kind == "string":
        return st.text(min_size=max(1, min(shape.metadata.get("min", 1), 4)), max_size=6)
    return st.sampled_from(samples(shape))


def _structures(shape: Any) -> st.SearchStrategy[Any]:
    required = {name: requests(shape.members[name]) for name in shape.required_members}
    needed = NEEDED.get(shape.name, {})
    always = {name: requests(shape.members[name]) for name in needed} | required
    optional = {name: requests(member) for name, member in shape.members.items() if name not in always}
    return st.fixed_dictionaries(always, optional=optional).map(_settled)


def _settled(out: dict[str, Any]) -> dict[str, Any]:
    for member, excluded in EXCLUDES.items():
        # An empty list of groups excludes nothing.
        if member in out and out[member] != []:
            for name in excluded:
                out.pop(name, None)
    if "StrategyConfig" in out:
        out["Strategy"] = "Hyperband"
    return out
