"""Metrics, read from a job's log with the regular expressions of its definition.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-metrics-variables.html
"""

import re
from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.images import builtin_algorithm

NUMBER = r"[-+]?(?:nan|inf(?:inity)?|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def expression(definition: Mapping[str, Any], metric: str) -> re.Pattern[str] | None:
    """Return the regular expression of a metric.

    Parameters
    ----------
    definition
        The training job definition. A built-in algorithm has its metrics without defining them.
    metric
        The metric's name.

    Returns
    -------
    re.Pattern or None
        None when the metric is not defined, or its regular expression is none.
    """
    algorithm = definition["AlgorithmSpecification"]
    given = {each["Name"]: each["Regex"] for each in algorithm.get("MetricDefinitions") or []}
    if metric in given:
        try:
            return re.compile(given[metric])
        except re.error:
            return None
    built_in = builtin_algorithm(algorithm.get("TrainingImage") or "")
    return re.compile(_built_in(built_in, metric)) if built_in else None


def values(pattern: re.Pattern[str], line: str) -> list[float]:
    """Return the values in a line: what the first group of each match holds, where that is a number."""
    found = []
    for match in pattern.finditer(line):
        text = match[1] if pattern.groups else match[0]
        try:
            found.append(float(text or ""))
        except ValueError:
            continue
    return found


def _built_in(algorithm: str, metric: str) -> str:
    channel, _, name = metric.partition(":")
    if algorithm == "xgboost":
        return rf"\[[0-9]+\].*#011{re.escape(channel)}-{re.escape(name)}:({NUMBER})"
    # The others do not run here; a program that the user maps to one of them prints name=value.
    return rf"{re.escape(metric)}\s*[=:]\s*({NUMBER})"
