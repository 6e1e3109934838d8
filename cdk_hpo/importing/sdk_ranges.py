"""The SDK's hyperparameters and their ranges, as text in the way that the SDK writes them."""

import json
from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import Path, at
from cdk_hpo.importing.arguments import listed, mapping
from cdk_hpo.importing.notes import Notes

_KINDS = {"integer": "IntegerParameterRanges", "continuous": "ContinuousParameterRanges"}
_CATEGORICAL = "categorical"
_UNCLEAR = 'left out: its "type" has to be ContinuousParameter, IntegerParameter or CategoricalParameter'


def parameter_ranges(given: Any, path: Path, notes: Notes, *, as_json: bool) -> dict[str, Any]:
    """Return the ranges by kind.

    Parameters
    ----------
    given
        ``{"eta": {"type": "ContinuousParameter", "min_value": 0, "max_value": 1}, …}``.
    as_json
        Whether categories are written as JSON, as the SDK does for its framework estimators.
    """
    ranges: dict[str, Any] = {}
    if given is not None and not isinstance(given, Mapping):
        notes.lose(at(path, "hyperparameter_ranges"), "is no object; left out")
    for name, each in mapping(given).items():
        kind = _kind(each)
        if kind == _CATEGORICAL:
            values = listed(each["values"] if isinstance(each, Mapping) else each)
            texts = [json.dumps(str(value)) if as_json else str(value) for value in values]
            ranges.setdefault("CategoricalParameterRanges", []).append({"Name": name, "Values": texts})
        elif kind in _KINDS and "min_value" in each and "max_value" in each:
            bounds = {"MinValue": str(each["min_value"]), "MaxValue": str(each["max_value"])}
            scaling = {"ScalingType": each["scaling_type"]} if each.get("scaling_type") is not None else {}
            ranges.setdefault(_KINDS[kind], []).append({"Name": name, **bounds, **scaling})
        else:
            notes.lose(at(path, str(name)), _UNCLEAR)
    return ranges


def texts(hyper_parameters: Mapping[str, Any], *, as_json: bool) -> dict[str, str]:
    """Return hyperparameters as the SDK writes them."""
    return {str(key): json.dumps(each) if as_json else str(each) for key, each in hyper_parameters.items()}


def _kind(given: Any) -> str:
    if isinstance(given, list):
        return _CATEGORICAL
    if not isinstance(given, Mapping):
        return ""
    said = given.get("type", _CATEGORICAL if "values" in given else "")
    kind = str(said).rpartition(".")[2].lower().removesuffix("parameter")
    return kind if kind != _CATEGORICAL or "values" in given else ""
