"""The algorithm, its metrics and the objective."""

from __future__ import annotations

import re
from functools import lru_cache

from cdk_hpo.checks.parts import Algorithm
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import ALGORITHM, Found, rule
from cdk_hpo.checks.tables import builtin_metrics
from cdk_hpo.checks.values import duplicates, given, structs, text

_METRICS = "MetricDefinitions"
_DOCUMENTED_METRICS = 20
_MOST_METRICS = 40


@rule("algorithm-exactly-one", ALGORITHM)
def one_algorithm(algorithm: Algorithm) -> Found:
    """An image or an algorithm, not both."""
    if algorithm.definition.data.get("AlgorithmSpecification").__class__ is not dict:
        return
    image, name = given(algorithm.data, "TrainingImage"), "AlgorithmName" in algorithm.data
    if image != name:
        return
    found = "both TrainingImage and AlgorithmName" if image else "neither TrainingImage nor AlgorithmName"
    advice = "Remove one of them." if image else "Add one of them."
    yield Problem(algorithm.path, found, "exactly one of the two", advice)


@rule("metric-definitions-required", ALGORITHM, when="TrainingImage")
def metrics_defined(algorithm: Algorithm) -> Found:
    """An own image tells how its metrics are found in the log."""
    if algorithm.own_image and not given(algorithm.data, _METRICS):
        yield Problem(
            algorithm.path,
            "MetricDefinitions are missing, and the image is no built-in algorithm of SageMaker",
            "MetricDefinitions with the objective's name and a regular expression",
            "Add MetricDefinitions.",
        )


@rule("objective-in-metric-definitions", ALGORITHM, when=_METRICS)
def objective_defined(algorithm: Algorithm) -> Found:
    """The objective of an own image is one of its metrics."""
    if not algorithm.own_image or not algorithm.metrics:
        return
    names = [text(item, "Name") for _, item in structs(algorithm.data, _METRICS)]
    if None in names or len(names) < len(algorithm.metrics):
        return
    for path, objective in algorithm.definition.objectives:
        metric = text(objective, "MetricName")
        if metric is not None and metric not in names:
            shortened = ", ".join(shown(name) for name in names[:5])
            found = f"the objective {shown(metric)} is not in {_METRICS}"
            advice = "Define it there, or correct the name."
            yield Problem(at(path, "MetricName"), found, f"a defined metric such as {shortened}", advice, metric)


@rule("metric-names-unique", ALGORITHM, when=_METRICS)
def metric_names_unique(algorithm: Algorithm) -> Found:
    """Each metric is defined once."""
    for index, name in duplicates(algorithm.data, _METRICS, "Name"):
        path = at(algorithm.path, _METRICS, index, "Name")
        yield Problem(path, f"{shown(name)} is defined twice", "distinct names", "Rename or remove one.", name)


@rule("metric-definitions-over-20", ALGORITHM, when=_METRICS)
def many_metrics(algorithm: Algorithm) -> Found:
    """The limits page says 20 metrics, the API 40."""
    count = len(algorithm.metrics)
    if _DOCUMENTED_METRICS < count <= _MOST_METRICS:
        path = at(algorithm.path, _METRICS)
        yield Problem(path, f"{count} metrics", f"{_DOCUMENTED_METRICS}, says the limits page", "Define fewer.", count)


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
def expression_valid(algorithm: Algorithm) -> Found:
    """A metric's expression can be compiled."""
    for index, regex in _expressions(algorithm):
        groups = _groups(regex)
        if isinstance(groups, str):
            path = at(algorithm.path, _METRICS, index, "Regex")
            found = f"{shown(regex)} is no regular expression: {groups}"
            yield Problem(path, found, "a regular expression", "Correct it.", regex)


@rule("metric-regex-capture", ALGORITHM, when=_METRICS)
def expression_captures(algorithm: Algorithm) -> Found:
    """A metric's expression has one group, the value."""
    for index, regex in _expressions(algorithm):
        groups = _groups(regex)
        if isinstance(groups, int) and groups != 1:
            path = at(algorithm.path, _METRICS, index, "Regex")
            found = f"{shown(regex)} has {groups} groups"
            advice = "Put the number into the only (…); write other groups as (?:…)."
            yield Problem(path, found, "one group, the metric's value", advice, regex)


@rule("builtin-objective-metric", ALGORITHM, when="TrainingImage")
def builtin_metric(algorithm: Algorithm) -> Found:
    """A built-in algorithm is tuned for a metric that it writes."""
    # With sagemaker_program the image runs the user's own script, which may write any metric.
    if not algorithm.builtin or "sagemaker_program" in algorithm.definition.static:
        return
    known = builtin_metrics().get(algorithm.builtin)
    for path, objective in algorithm.definition.objectives:
        metric = text(objective, "MetricName")
        if known and metric is not None and metric not in known:
            found = f"{algorithm.builtin} is not known to write the metric {shown(metric)}"
            yield Problem(at(path, "MetricName"), found, ", ".join(known), "Choose one of these.", metric)


@rule("builtin-objective-direction", ALGORITHM, when="TrainingImage")
def builtin_direction(algorithm: Algorithm) -> Found:
    """A built-in algorithm's metric has its documented direction."""
    if not algorithm.builtin or "sagemaker_program" in algorithm.definition.static:
        return
    known = builtin_metrics().get(algorithm.builtin, {})
    for path, objective in algorithm.definition.objectives:
        metric, direction = text(objective, "MetricName"), text(objective, "Type")
        right = known.get(metric) if metric is not None else None
        if right is not None and direction is not None and direction != right:
            found = f"{direction} {metric} of {algorithm.builtin}"
            yield Problem(
                at(path, "Type"), found, f"{right}, according to the guide", f"Set Type to {right}.", direction
            )
