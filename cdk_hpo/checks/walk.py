"""The walk over the service model: types, required and unknown members, sizes, ranges, patterns, enums.

Each shape is compiled once into a function that takes a value, appends problems, and returns what the
rules that follow may rely on: plain dictionaries and lists, with UNKNOWN in place of tokens and of
values that already have a wrong type or an unknown enum member. What is right is returned as it is;
only what is not is copied, and nobody changes either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from cdk_hpo.checks import say
from cdk_hpo.checks.paths import Path, Step
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.scalars import boolean, decimal_number, integer, text
from cdk_hpo.checks.service_model import REQUEST_SHAPE, Shape, shapes
from cdk_hpo.checks.shape_rules import PRIVATE, SIZES
from cdk_hpo.checks.unknown import LIST_MARK, UNKNOWN, is_intrinsic, is_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Problems: TypeAlias = "list[tuple[str, Problem]]"
Visit: TypeAlias = "Callable[[object, Path, Step, Problems], Any]"

_SCALARS = {"boolean": boolean, "float": decimal_number, "integer": integer, "long": integer, "string": text}


@cache
def compiled_request() -> Visit:
    """Return the function that checks a whole request; compiled when first asked for."""
    return _compile(REQUEST_SHAPE, {})


def _compile(name: str, done: dict[str, Visit]) -> Visit:
    if name not in done:
        shape = shapes()[name]
        make = {"structure": _structure, "list": _list, "map": _map}.get(shape["type"])
        done[name] = make(name, shape, done) if make else _SCALARS[shape["type"]](name, shape)
    return done[name]


def _structure(name: str, shape: Shape, done: dict[str, Visit]) -> Visit:
    members = {member: _compile(target["shape"], done) for member, target in shape["members"].items()}
    required = tuple(sorted(shape.get("required", ())))
    find = members.get

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        here = (parent, step) if step != "" else None
        data = value if value.__class__ is dict else plain_mapping(value, here, problems)
        if data is None:
            return UNKNOWN
        clean = data
        for key, item in data.items():
            member = find(key)
            if member is None:
                if is_intrinsic(data):
                    return UNKNOWN
                problems.append(("unknown-field", say.unknown_field(here, key, list(members))))
                if clean is data:
                    clean = dict(data)
                del clean[key]
                continue
            new = member(item, here, key, problems)
            if new is not item:
                if clean is data:
                    clean = dict(data)
                clean[key] = new
        for name in required:
            if name not in clean:
                strange = [key for key in data if key not in members]
                problems.append(("required-field", say.required_field(here, name, strange)))
        return clean

    return visit


def _list(name: str, shape: Shape, done: dict[str, Visit]) -> Visit:
    item_visit = _compile(shape["member"]["shape"], done)
    least, most = shape.get("min", 0), shape.get("max")
    rule = SIZES.get(name)

    def visit(value: Any, parent: Path, step: Step, problems: Problems) -> Any:
        if value.__class__ is not list:
            if not isinstance(value, (list, tuple)):
                if not is_unknown(value):
                    problems.append(("wrong-type", say.wrong_type((parent, step), value, "list")))
                return UNKNOWN
            value = [*value]
        size = len(value)
        if size == 1 and isinstance(value[0], str) and LIST_MARK in value[0]:
            return UNKNOWN
        here = (parent, step)
        if rule and (size < least or (most is not None and size > most)):
            problems.append((rule, say.wrong_count(here, size, least, most, "items")))
        clean = value
        for index, item in enumerate(value):
            new = item_visit(item, here, index, problems)
            if new is not item:
                if clean is value:
                    clean = list(value)
                clean[index] = new
        return clean

    return visit


def _map(name: str, shape: Shape, done: dict[str, Visit]) -> Visit:
    key_visit = _compile(shape["key"]["shape"], done)
    value_shape = shape["value"]["shape"]
    private = value_shape in PRIVATE
    value_visit = text(value_shape, shapes()[value_shape], private=True) if private else _compile(value_shape, done)
    most = shape.get("max")
    rule = SIZES.get(name)

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        here = (parent, step, True)
        data = value if value.__class__ is dict else plain_mapping(value, here, problems)
        if data is None or (len(data) == 1 and is_intrinsic(data)):
            return UNKNOWN
        if rule and most is not None and len(data) > most:
            problems.append((rule, say.wrong_count(here, len(data), 0, most, "entries")))
        clean = {}
        for key, item in data.items():
            if key.__class__ is not str:
                if not isinstance(key, str):
                    problems.append(("wrong-type", say.wrong_key_type(here, key)))
                    continue
                key = str.__str__(key)
            key_visit(key, here, key, problems)
            clean[key] = value_visit(item, here, key, problems)
        return clean

    return visit


def plain_mapping(value: object, here: Path, problems: Problems) -> dict[Any, Any] | None:
    """Return a mapping of another class as a dictionary; None when it is a token or no mapping at all."""
    if isinstance(value, Mapping):
        try:
            return dict(value)
        except Exception:  # a mapping of the caller's own class that cannot be read: nothing is known of it
            return None
    if not is_unknown(value):
        problems.append(("wrong-type", say.wrong_type(here, value, "structure")))
    return None
