"""Requests in boto3 form, and the answers of describe, which hold one."""

import re
from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.images import builtin_algorithm
from cdk_hpo.checks.paths import ROOT, Path, at
from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.importing.notes import Notes, Reading

#: The service tells training jobs their objective with it, and refuses it in a request.
_RESERVED = "_tuning_objective_metric"
_CHOSEN_BY_THE_SERVICE = ("SelectedInstanceType", "SelectedInstanceCount")
_SCRIPT = "sagemaker_program"
#: Tags that the library and AWS set themselves.
_OWN_TAGS = re.compile("(cdk-hpo|aws):")
NAME_TAKEN = "not taken over: SageMaker takes a name only once, and cdk-hpo gives each run a name of its own"


def request(value: Mapping[str, Any]) -> Reading:
    """Read a request in boto3 form."""
    return Reading(dict(value))


def description(answer: Mapping[str, Any]) -> Reading:
    """Read the answer of ``describe_hyper_parameter_tuning_job``, with the tags if they were added as ``Tags``."""
    notes = Notes()
    known = shapes()["DescribeHyperParameterTuningJobResponse"]["members"]
    wanted = shapes()[REQUEST_SHAPE]["members"]
    given = {
        name: each
        for name, each in answer.items()
        if name in wanted or (name not in known and name != "ResponseMetadata")
    }
    return Reading(submitted(given, notes), notes)


def submitted(given: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Return the request behind what the service says of a job: without what it adds itself."""
    out = dict(given)
    if out.pop("HyperParameterTuningJobName", None) is not None:
        notes.tell(at(ROOT, "HyperParameterTuningJobName"), NAME_TAKEN)
    if isinstance(out.get("Tags"), list):
        out["Tags"] = [each for each in out["Tags"] if not _is_own_tag(each)]
    if out.get("Tags") in ([], {}):
        del out["Tags"]
    config = out.get("HyperParameterTuningJobConfig")
    if isinstance(config, Mapping):
        out["HyperParameterTuningJobConfig"] = _without_empty_ranges(config, "ParameterRanges")
    name, names = "TrainingJobDefinition", "TrainingJobDefinitions"
    if isinstance(out.get(name), Mapping):
        out[name] = _definition(out[name], at(ROOT, name), notes)
    if isinstance(out.get(names), list):
        out[names] = [
            _definition(each, at(ROOT, names, index), notes) if isinstance(each, Mapping) else each
            for index, each in enumerate(out[names])
        ]
    return out


def _definition(given: Mapping[str, Any], path: Path, notes: Notes) -> dict[str, Any]:
    out = _without_empty_ranges(given, "HyperParameterRanges")
    static = out.get("StaticHyperParameters")
    if isinstance(static, Mapping):
        out["StaticHyperParameters"] = {key: each for key, each in static.items() if key != _RESERVED}
        if not out["StaticHyperParameters"]:
            del out["StaticHyperParameters"]
    resources = out.get("ResourceConfig")
    if isinstance(resources, Mapping):
        out["ResourceConfig"] = {key: each for key, each in resources.items() if key not in _CHOSEN_BY_THE_SERVICE}
    algorithm = out.get("AlgorithmSpecification")
    if isinstance(algorithm, Mapping):
        out["AlgorithmSpecification"] = _algorithm(algorithm, static, at(path, "AlgorithmSpecification"), notes)
    return out


def _algorithm(given: Mapping[str, Any], static: Any, path: Path, notes: Notes) -> dict[str, Any]:
    """Return the algorithm without the metrics that the service adds for a built-in one."""
    out = dict(given)
    image = out.get("TrainingImage")
    scripted = isinstance(static, Mapping) and _SCRIPT in static
    if isinstance(image, str) and builtin_algorithm(image) and not scripted and "MetricDefinitions" in out:
        del out["MetricDefinitions"]
        notes.tell(at(path, "MetricDefinitions"), "not taken over: a built-in algorithm brings its own")
    return out


def _without_empty_ranges(given: Mapping[str, Any], member: str) -> dict[str, Any]:
    out = dict(given)
    if isinstance(out.get(member), Mapping):
        out[member] = {kind: ranges for kind, ranges in out[member].items() if ranges != []}
        if not out[member]:
            del out[member]
    return out


def _is_own_tag(tag: Any) -> bool:
    return isinstance(tag, Mapping) and _OWN_TAGS.match(str(tag.get("Key"))) is not None
