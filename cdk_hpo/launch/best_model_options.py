"""What can be wrong with the options of a promotion."""

import math
import re
from typing import Any

from cdk_hpo.checks.unknown import is_unknown

#: A state has 80 characters for its name: the id, a colon, a space, and the longest, "Describe the tuning job".
_LONGEST_ID = 55
_LONGEST_PARAMETER = 1011
_PARAMETER = re.compile(r"(?!/?(?:aws|ssm))(?:/[\w./-]+|[\w.-]+)", re.ASCII | re.IGNORECASE)
_GROUP = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


def number_problems(threshold: float | None) -> list[str]:
    """Return what is wrong with a bound."""
    if threshold is None:
        return []
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not number or not math.isfinite(threshold) or is_unknown(threshold):
        return [f"threshold: expected a number that is known at synthesis, got {threshold!r}"]
    return []


def id_problems(id: str) -> list[str]:
    """Return what is wrong with an id, which the names of the states begin with."""
    if len(id) > _LONGEST_ID:
        return [f"id: the names of the states begin with it: at most {_LONGEST_ID} characters, got {len(id)}"]
    return []


def name_problems(parameter_name: str | None) -> list[str]:
    """Return what is wrong with the name of a parameter."""
    if parameter_name is None:
        return []
    if is_unknown(parameter_name) or "{%" in parameter_name or not parameter_name:
        return [f"parameter_name: expected a name that is known at synthesis, got {parameter_name!r}"]
    if not _PARAMETER.fullmatch(parameter_name) or len(parameter_name) > _LONGEST_PARAMETER:
        return [
            f"parameter_name: expected 1 to {_LONGEST_PARAMETER} letters, digits and . _ - /, beginning with a slash "
            f"where there is one, and not with aws or ssm, got {parameter_name!r}"
        ]
    return []


def group_problems(group: str | None) -> list[str]:
    """Return what is wrong with the name of a group of the model registry."""
    if group is not None and group.startswith("arn:"):
        return [f"model_package_group: expected a name, got an ARN: give {group.rpartition('/')[2]!r}"]
    if group is not None and not is_unknown(group) and not _GROUP.fullmatch(group):
        return [
            f"model_package_group: expected 1 to 63 letters, digits and hyphens, no hyphen at either end, got {group!r}"
        ]
    return []


def use_problems(
    creates: bool, registers: bool, role: Any, tags: Any, content_types: Any, response_types: Any, parameter_name: Any
) -> list[str]:
    """Return which options have no use, where nothing is made that they are for."""
    for_models = {"role": role, "tags": tags}
    for_packages = {"content_types": content_types, "response_types": response_types}
    problems = []
    if not creates:
        problems += [f"{name}: is for a model, but none is created" for name, each in for_models.items() if each]
    if not registers:
        problems += [f"{name}: needs a model_package_group" for name, each in for_packages.items() if each]
    if not creates and not registers and parameter_name is None:
        problems.append("nothing is to be done: give create_model, model_package_group or parameter_name")
    return problems
