"""Values that a workflow knows only when it runs: from the input of a state, its variables or its context."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

from cdk_hpo.checks.unknown import TEXT_MARK, is_expression

#: Takes the place of such a value where the rest of a request is checked.
_LATER = f"{TEXT_MARK}known when the workflow runs]}}"
_PATH = ".$"


def rendered(request: Mapping[str, Any], language: sfn.QueryLanguage) -> dict[str, Any]:
    """Return a request as a state's parameters: with JSONPath, members that come later end in ``.$``."""
    if language is sfn.QueryLanguage.JSONATA:
        return dict(request)
    return dict(sfn.FieldUtils.render_object(dict(request)) or {})


def known_part(parameters: Any) -> Any:
    """Return parameters with a mark in the place of every value that comes when the workflow runs."""
    if isinstance(parameters, Mapping):
        return {
            name.removesuffix(_PATH): _LATER if name.endswith(_PATH) else known_part(each)
            for name, each in parameters.items()
        }
    if isinstance(parameters, list):
        return [known_part(each) for each in parameters]
    return _LATER if isinstance(parameters, str) and is_expression(parameters) else parameters


def wrong_keys(value: Any, path: str = "") -> list[str]:
    """Return the paths of members whose own names JSONPath would take for such values."""
    if isinstance(value, Mapping):
        own = [f"{path}[{name!r}]" for name in value if isinstance(name, str) and name.endswith(_PATH)]
        return own + [each for name, held in value.items() for each in wrong_keys(held, f"{path}.{name}".lstrip("."))]
    if isinstance(value, list):
        return [each for index, held in enumerate(value) for each in wrong_keys(held, f"{path}[{index}]")]
    return []
