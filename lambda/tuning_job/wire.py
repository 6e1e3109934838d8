"""From CloudFormation's strings back to the types of the API.

CloudFormation hands every number and boolean of a custom resource over as text. The service model says what
each one was; text that only looks like a number stays text because the model says so.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LONGEST_INTEGER = 30  # digits; the API's longest has 19. Keeps "1E999999999" from being written out.


def restore(shape: Any, value: Any) -> Any:
    """Give a value the types of the model; what the model does not know, or what does not fit it, is kept as it is.

    Parameters
    ----------
    shape
        botocore's shape for the value.
    value
        The value as CloudFormation sent it.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members
        return {key: restore(members[key], item) if key in members else item for key, item in value.items()}
    if kind == "map" and isinstance(value, Mapping):
        return {unescape(key): restore(shape.value, item) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [restore(shape.member, item) for item in value]
    if isinstance(value, str):
        return _scalar(kind, value)
    return value


def unescape(key: str) -> str:
    """Take off the one backslash that the construct puts before map keys that CDK or CloudFormation would interpret."""
    return key.removeprefix("\\")


def _scalar(kind: str, text: str) -> Any:
    if kind in ("integer", "long"):
        return _integer(text)
    if kind in ("float", "double"):
        return float(text) if _NUMBER.fullmatch(text) else text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def _integer(text: str) -> int | str:
    if _NUMBER.fullmatch(text) is None:
        return text
    number = Decimal(text)
    if number.adjusted() > _LONGEST_INTEGER or number != number.to_integral_value():
        return text
    return int(number)


def misfits(shape: Any, value: Any, path: str = "") -> Iterator[str]:
    """Yield what cannot be sent: unknown fields and values of another type, by path and without the value.

    Lengths, ranges and missing fields are left to the service, whose words are better than a second copy of
    its rules.
    """
    kind = shape.type_name
    if not _fits(kind, value):
        yield f"{path or 'the request'} must be {_TYPES[kind][0]}"
    elif kind == "structure":
        for key, item in value.items():
            inner = f"{path}.{key}" if path else key
            if key in shape.members:
                yield from misfits(shape.members[key], item, inner)
            else:
                yield f"{inner} is not a field of the API"
    elif kind == "map":
        for key, item in value.items():
            yield from misfits(shape.value, item, f"{path}[{json.dumps(key)}]")
    elif kind == "list":
        for index, item in enumerate(value):
            yield from misfits(shape.member, item, f"{path}[{index}]")


_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "structure": ("a structure", (Mapping,)),
    "map": ("a map", (Mapping,)),
    "list": ("a list", (list,)),
    "string": ("a string", (str,)),
    "integer": ("an integer", (int,)),
    "long": ("an integer", (int,)),
    "float": ("a number", (int, float)),
    "double": ("a number", (int, float)),
    "boolean": ("true or false", (bool,)),
}


def _fits(kind: str, value: Any) -> bool:
    if kind not in _TYPES:
        return True
    if isinstance(value, bool):  # a bool is an int in Python
        return kind == "boolean"
    return isinstance(value, _TYPES[kind][1])


def digest(request: Mapping[str, Any]) -> str:
    """Return the digest that tells two configurations apart; it is kept on the jobs, so it must never change."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
