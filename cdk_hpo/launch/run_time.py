"""Values that a workflow knows only when it runs: from the input of a state, its variables or its context."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from aws_cdk import aws_stepfunctions as sfn

from cdk_hpo.checks.unknown import TEXT_MARK, is_expression, is_unknown

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


def expressions(request: Any, resolve: Callable[[Any], Any]) -> list[str]:
    """Return the paths of values that are expressions of JSONata; ``resolve`` tells what a number stands for."""
    return [path for path, value in _leaves(request) if _is_expression(value, resolve)]


def _is_expression(value: Any, resolve: Callable[[Any], Any]) -> bool:
    if isinstance(value, str):
        return is_expression(value)
    if not isinstance(value, int | float) or not is_unknown(value):
        return False
    found = resolve(value)
    return isinstance(found, str) and is_expression(found)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(each, f"{path}[{index}]")
    else:
        yield path, value
