"""What CloudFormation computes, written as text: ``${Models.Arn}``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cdk_hpo.checks.unknown import is_intrinsic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def readable(value: Any) -> Any:
    """Return a part of a template with its intrinsic functions written as text; other values stay what they are.

    ``{"Ref": "Models"}`` becomes ``${Models}``, ``{"Fn::GetAtt": ["Models", "Arn"]}`` becomes ``${Models.Arn}``, texts
    that are joined or substituted become one text, and any other function is written as a call:
    ``${Select(0, Split(",", Subnets))}``.
    """
    if isinstance(value, Mapping):
        if is_intrinsic(value):
            return _text(value)
        return {key: readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return value


def _text(value: Any) -> str:
    """Return what stands in a longer text."""
    if not (isinstance(value, Mapping) and is_intrinsic(value)):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    ((function, argument),) = value.items()
    text = _composed(function, argument)
    return f"${{{_call(function, argument)}}}" if text is None else text


def _composed(function: str, argument: Any) -> str | None:
    """Return the text that a function puts together; none if the function does something else."""
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
        return str(argument[0]).join(_text(each) for each in argument[1])
    if function == "Fn::Sub":
        text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if isinstance(text, str) and isinstance(given, Mapping):
            for name, each in given.items():
                text = text.replace(f"${{{name}}}", _text(each))
            return text.replace("${!", "${")
    return None


def _call(function: str, argument: Any) -> str:
    """Return what stands between the braces."""
    if function == "Ref":
        return str(argument)
    if function == "Fn::GetAtt":
        if isinstance(argument, str):
            return argument
        if isinstance(argument, list) and all(isinstance(each, str) for each in argument):
            return ".".join(argument)
    arguments = argument if isinstance(argument, list) else [argument]
    return f"{function.removeprefix('Fn::')}({', '.join(_argument(each) for each in arguments)})"


def _argument(value: Any) -> str:
    if isinstance(value, Mapping) and is_intrinsic(value):
        ((function, argument),) = value.items()
        text = _composed(function, argument)
        return _call(function, argument) if text is None else json.dumps(text, ensure_ascii=False)
    return json.dumps(readable(value), ensure_ascii=False)
