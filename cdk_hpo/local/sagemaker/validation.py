"""Checks a request against botocore's service model and says what is wrong in the service's words."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import invalid_members, unreadable

if TYPE_CHECKING:
    from botocore.model import ServiceModel

# Java's Unicode classes, as far as the model uses them; Python's re has none.
_UNICODE_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{M}": "\u0300-\u036f",
    r"\p{Z}": " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
}
# Letters, marks, separators, numbers, punctuation, perhaps symbols: whatever is printed.
_ALL_PRINTED = re.compile(r"\[\\p\{L\}\\p\{M\}\\p\{Z\}(\\p\{S\})?\\p\{N\}\\p\{P\}\]")
# A slip of the model's: nothing can follow the end.
_BEHIND_THE_END = re.compile(r"\$\{1,\d+\}$")
_NUMBERS = ("integer", "long", "float", "double")


@cache
def service_model() -> "ServiceModel":
    """Load the full SageMaker model that botocore ships."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"))


def validate(operation: str, request: object) -> dict[str, Any]:
    """Return the request when it fits the operation's input shape, else raise a ServiceError."""
    shape = service_model().operation_model(operation).input_shape
    if not isinstance(request, dict):
        raise unreadable("Start of structure or map found where not expected.")
    if shape is None:
        return request
    _check_types(shape, request)
    problems = list(_problems(shape, request, ""))
    if problems:
        raise invalid_members(problems)
    return request


def _check_types(shape: Any, value: Any) -> None:
    """Raise for a JSON value of a type that the service could not read."""
    if value is None:
        return
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            raise unreadable(f"{_token(value)} can not be converted to a structure")
        for name, member in value.items():
            if name in shape.members:  # unknown members are ignored, as JSON services do
                _check_types(shape.members[name], member)
    elif shape.type_name == "map":
        if not isinstance(value, dict):
            raise unreadable(f"{_token(value)} can not be converted to a map")
        for member in value.values():
            _check_types(shape.value, member)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            raise unreadable(f"{_token(value)} can not be converted to a list")
        for member in value:
            _check_types(shape.member, member)
    elif not _readable(shape.type_name, value):
        raise unreadable(f"{_token(value)} can not be converted to {_ARTICLES.get(shape.type_name, 'a String')}")


_ARTICLES = {
    "integer": "an Integer",
    "long": "a Long",
    "float": "a Float",
    "double": "a Double",
    "boolean": "a Boolean",
    "timestamp": "a Timestamp",
}


def _readable(type_name: str, value: object) -> bool:
    if type_name == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if type_name in ("integer", "long"):
        return isinstance(value, int)
    if type_name in ("float", "double", "timestamp"):
        return isinstance(value, int | float)
    return isinstance(value, str)


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, int | float):
        return "NUMBER_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "START_ARRAY" if isinstance(value, list) else "START_OBJECT"


def _problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the constraints that a value of the right type breaks, in the order of the model."""
    yield from (_sentence(shape, value, path, rule) for rule in _broken(shape, value))
    if shape.type_name == "structure":
        yield from _structure_problems(shape, value, path)
    elif shape.type_name == "list":
        yield from _list_problems(shape, value, path)
    elif shape.type_name == "map":
        yield from _map_problems(shape, value, path)


def _structure_problems(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, member in shape.members.items():
        inner = f"{path}.{_lower_first(name)}" if path else _lower_first(name)
        if value.get(name) is not None:
            yield from _problems(member, value[name], inner)
        elif name in shape.required_members:
            yield f"Value null at '{inner}' failed to satisfy constraint: Member must not be null"


def _list_problems(shape: Any, value: list[Any], path: str) -> Iterator[str]:
    if shape.member.type_name in ("structure", "list", "map"):
        for position, member in enumerate(value, start=1):
            yield from _problems(shape.member, member, f"{path}.{position}.member")
        return
    # Of simple members the service names the list only, and every constraint on a member.
    if any(next(iter(_broken(shape.member, member)), None) for member in value):
        yield _sentence(shape, value, path, f"Member must satisfy constraint: [{', '.join(_rules(shape.member))}]")


def _map_problems(shape: Any, value: Mapping[str, Any], path: str) -> Iterator[str]:
    if any(next(iter(_broken(shape.key, key)), None) for key in value):
        yield _sentence(shape, value, path, f"Map keys must satisfy constraint: [{', '.join(_rules(shape.key))}]")
    if any(next(iter(_broken(shape.value, member)), None) for member in value.values()):
        yield _sentence(shape, value, path, f"Map value must satisfy constraint: [{', '.join(_rules(shape.value))}]")


def _sentence(shape: Any, value: object, path: str, rule: str) -> str:
    shown = "" if shape.metadata.get("sensitive") else f" '{_plain(value)}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {rule}"


def _plain(value: object) -> str:
    """Print a value as Java would: no quotes inside, ``key=value`` in maps."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_plain(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(member) for member in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _rules(shape: Any) -> list[str]:
    return [text for _, text in _constraints(shape)]


def _broken(shape: Any, value: Any) -> list[str]:
    return [text for holds, text in _constraints(shape) if not holds(value)]


def _constraints(shape: Any) -> list[tuple[Any, str]]:
    """List (predicate, text) of the shape's own constraints, those of its members aside."""
    metadata, found = shape.metadata, []
    if shape.type_name in _NUMBERS:
        if (low := metadata.get("min")) is not None:
            found.append((lambda v: v >= low, f"Member must have value greater than or equal to {low}"))
        if (high := metadata.get("max")) is not None:
            found.append((lambda v: v <= high, f"Member must have value less than or equal to {high}"))
    elif shape.type_name in ("string", "list", "map"):
        if metadata.get("enum"):
            found.append(
                (
                    lambda v: v in metadata["enum"],
                    f"Member must satisfy enum value set: [{', '.join(metadata['enum'])}]",
                )
            )
        if (most := metadata.get("max")) is not None:
            found.append((lambda v: len(v) <= most, f"Member must have length less than or equal to {most}"))
        if (least := metadata.get("min")) is not None:
            found.append((lambda v: len(v) >= least, f"Member must have length greater than or equal to {least}"))
        if pattern := metadata.get("pattern"):
            found.append(
                (
                    lambda v: compiled(pattern).fullmatch(v) is not None,
                    f"Member must satisfy regular expression pattern: {pattern}",
                )
            )
    return found


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile one of the model's (Java) patterns: ASCII classes, except where it asks for Unicode ones."""
    translated = _ALL_PRINTED.sub(r"[^\\x00-\\x1f]", pattern.replace(r"[\P{M}\p{M}]", r"[\s\S]"))
    translated = _BEHIND_THE_END.sub("", translated)
    for java, python in _UNICODE_CLASSES.items():
        translated = translated.replace(java, python)
    return re.compile(translated, 0 if r"\p{" in pattern else re.ASCII)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
