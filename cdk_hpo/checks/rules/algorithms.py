"""The algorithm, its metrics and the objective."""

from __future__ import annotations

import re
from functools import lru_cache

from cdk_hpo.checks.parts import Algorithm
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import ALGORITHM, BUILT_IN, OWN_IMAGE, rule
from cdk_hpo.checks.say import closest
from cdk_hpo.checks.tables import builtin_algorithms
from cdk_hpo.checks.values import duplicates, given, structs, text

_METRICS = "MetricDefinitions"
_DOCUMENTED_METRICS = 20
_MOST_METRICS = 40


@rule("algorithm-exactly-one", ALGORITHM)
def one_algorithm(algorithm: Algorithm, report: Report) -> None:
    """An image or an algorithm, not both."""
    if algorithm.definition.data.get("AlgorithmSpecification").__class__ is not dict:
        return
    image, name = given(algorithm.data, "TrainingImage"), "AlgorithmName" in algorithm.data
    if image != name:
        return
    found = "both TrainingImage and AlgorithmName" if image else "neither TrainingImage nor AlgorithmName"
    advice = "Remove one of them." if image else "Add one of them."
    report(algorithm.path, found, "exactly one of the two", advice)


@rule("metric-definitions-required", OWN_IMAGE)
def metrics_defined(algorithm: Algorithm, report: Report) -> None:
    """An own image tells how its metrics are found in the log."""
    if not given(algorithm.data, _METRICS):
        report(
            algorithm.path,
            "MetricDefinitions are missing, and the image is no built-in algorithm of SageMaker",
            "MetricDefinitions with the objective's name and a regular expression",
            'Add MetricDefinitions, such as {"Name": "loss", "Regex": "loss=([0-9.]+)"}.',
        )


@rule("objective-in-metric-definitions", OWN_IMAGE, when=_METRICS)
def objective_defined(algorithm: Algorithm, report: Report) -> None:
    """The objective of an own image is one of its metrics."""
    names = [text(item, "Name") for _, item in structs(algorithm.data, _METRICS)]
    if not names or None in names or len(names) < len(algorithm.metrics):
        return
    for path, objective in algorithm.definition.objectives:
        metric = text(objective, "MetricName")
        if metric is not None and metric not in names:
            shortened = ", ".join(shown(name) for name in names[:5])
            found = f"the objective {shown(metric)} is not in {_METRICS}"
            likely = closest(metric, [name for name in names if name is not None])
            advice = f"Did you mean {shown(likely)}?" if likely else "Define it there, or correct the name."
            report(at(path, "MetricName"), found, f"a defined metric such as {shortened}", advice, metric)


@rule("metric-names-unique", ALGORITHM, when=_METRICS)
def metric_names_unique(algorithm: Algorithm, report: Report) -> None:
    """Each metric is defined once."""
    for index, name in duplicates(algorithm.data, _METRICS, "Name"):
        path = at(algorithm.path, _METRICS, index, "Name")
        report(path, f"{shown(name)} is defined twice", "distinct names", "Rename or remove one.", name)


@rule("metric-definitions-over-20", ALGORITHM, when=_METRICS)
def many_metrics(algorithm: Algorithm, report: Report) -> None:
    """The limits page says 20 metrics, the API 40."""
    count = len(algorithm.metrics)
    if _DOCUMENTED_METRICS < count <= _MOST_METRICS:
        path = at(algorithm.path, _METRICS)
        report(
            path,
            f"{count} metrics",
            f"{_DOCUMENTED_METRICS} according to the limits page, {_MOST_METRICS} according to the API",
            "Define fewer, or expect a refusal.",
            count,
        )


@lru_cache(maxsize=512)
def _groups(regex: str) -> int | str:
    """Count the groups of a regular expression, or say why it is none."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(regex).groups
    except Exception as error:  # re.error, but also OverflowError and RecursionError
        return str(error)


def _expressions(algorithm: Algorithm) -> list[tuple[int, str]]:
    metrics = structs(algorithm.data, _METRICS)
    return [(index, regex) for index, item in metrics if (regex := text(item, "Regex")) is not None]


@rule("metric-regex-valid", ALGORITHM, when=_METRICS)
def expression_valid(algorithm: Algorithm, report: Report) -> None:
    """A metric's expression can be compiled."""
    for index, regex in _expressions(algorithm):
        groups = _groups(regex)
        if isinstance(groups, str):
            path = at(algorithm.path, _METRICS, index, "Regex")
            found = f"{shown(regex)} is no regular expression: {groups}"
            report(
                path,
                found,
                "an expression that can be compiled",
                "Correct it; a backslash before ( [ . and the like takes them literally.",
                regex,
            )


@rule("metric-regex-capture", ALGORITHM, when=_METRICS)
def expression_captures(algorithm: Algorithm, report: Report) -> None:
    """A metric's expression has one group, the value."""
    for index, regex in _expressions(algorithm):
        groups = _groups(regex)
        if isinstance(groups, int) and groups != 1:
            path = at(algorithm.path, _METRICS, index, "Regex")
            found = f"{shown(regex)} has {groups} groups"
            advice = "Put the number into the only (…); write other groups as (?:…)."
            report(path, found, "one group, the metric's value", advice, regex)


@rule("builtin-objective-metric", BUILT_IN)
def builtin_metric(algorithm: Algorithm, report: Report) -> None:
    """A built-in algorithm is tuned for a metric that it writes."""
    # With sagemaker_program the image runs the user's own script, which may write any metric.
    if "sagemaker_program" in algorithm.definition.static:
        return
    known = builtin_algorithms()[algorithm.builtin]["metrics"]
    for path, objective in algorithm.definition.objectives:
        metric = text(objective, "MetricName")
        if known and metric is not None and metric not in known:
            found = f"{algorithm.builtin} is not known to write the metric {shown(metric)}"
            likely = closest(metric, known)
            advice = f"Did you mean {likely}?" if likely else "Choose one of these."
            report(at(path, "MetricName"), found, ", ".join(known), advice, metric)


@rule("builtin-objective-direction", BUILT_IN)
def builtin_direction(algorithm: Algorithm, report: Report) -> None:
    """A built-in algorithm's metric has its documented direction."""
    if "sagemaker_program" in algorithm.definition.static:
        return
    known = builtin_algorithms()[algorithm.builtin]["metrics"]
    for path, objective in algorithm.definition.objectives:
        metric, direction = text(objective, "MetricName"), text(objective, "Type")
        right = known.get(metric) if metric is not None else None
        if right is not None and direction is not None and direction != right:
            found = f"{direction} for the metric {metric} of {algorithm.builtin}"
            report(at(path, "Type"), found, f"{right}, according to the guide", f"Set Type to {right}.", direction)
