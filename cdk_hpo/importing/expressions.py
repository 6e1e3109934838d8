"""The expression that makes a value: the nicest constructor, and only what differs from the defaults."""

import ast
import dataclasses
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from cdk_hpo.checks.unknown import is_unknown
from cdk_hpo.definition._codec import Bound, Codec, Problem
from cdk_hpo.definition._value import Value, Wire
from cdk_hpo.definition.algorithm import AlgorithmResource, TrainingImage
from cdk_hpo.definition.channel import Channel, S3DataSource
from cdk_hpo.definition.enums import ObjectiveType
from cdk_hpo.definition.objective import Objective
from cdk_hpo.definition.ranges import ParameterRanges, RangesCodec
from cdk_hpo.definition.tags import Tag, TagsCodec
from cdk_hpo.importing.builtin import known_image
from cdk_hpo.importing.layout import Code, Expression, Group, Item, Text

#: What is read first stands first.
_FIRST = ("name", "strategy", "algorithm", "count")
#: What a channel of S3 data says about its source only in the long form.
_LONG_FORM = ("accept_eula", "hub_content_arn", "instance_group_names")


class Writer:
    """Makes expressions.

    Parameters
    ----------
    region
        The region whose built-in images are written as algorithms, or ``None`` for no region.
    """

    def __init__(self, region: str | None) -> None:
        self._region = region
        self._special: dict[type[Value], Callable[[Any], Expression]] = {
            Objective: self._objective,
            TrainingImage: self._image,
            AlgorithmResource: lambda held: _call("Algorithm.from_algorithm", self._arguments(held)),
            Channel: self._channel,
        }

    def value(self, held: Value) -> Expression:
        """Return the expression of a typed value."""
        special = self._special.get(type(held))
        return special(held) if special else _call(type(held).__name__, self._arguments(held))

    def _objective(self, held: Objective) -> Expression:
        if isinstance(held.type, ObjectiveType):
            return _call(f"Objective.{held.type.name.lower()}", [Item(Text(held.metric_name))])
        return _call("Objective", self._arguments(held))

    def _image(self, held: TrainingImage) -> Expression:
        known = known_image(held.image)
        if known is None or known.region != self._region:
            return _call("Algorithm.from_image", self._arguments(held))
        named = [Item(Text(each)) for each in (known.name, known.version) if each is not None]
        return _call("Algorithm.built_in", [*named, *self._arguments(held, without="image")])

    def _channel(self, held: Channel) -> Expression:
        source = held.source
        if not isinstance(source, S3DataSource) or any(getattr(source, name) is not None for name in _LONG_FORM):
            return _call("Channel", self._arguments(held))
        first, *others = self._arguments(held, without="source")
        return _call("Channel.from_bucket", [first, *self._arguments(source), *others])

    def _arguments(self, held: Value, without: str = "") -> list[Item]:
        """Return the arguments that make a value: positional ones as far as there is no gap."""
        positional: list[Item] = []
        keywords: list[Item] = []
        gap = False
        for field in _fields(held):
            given = getattr(held, field.name)
            if field.name == without:
                continue
            if given == field.default:
                gap = gap or not field.kw_only
                continue
            wire: Wire = field.metadata["wire"]
            expression = self._expression(given, wire.codec)
            if field.kw_only or gap:
                keywords.append(Item(expression, keyword=field.name))
            else:
                positional.append(Item(expression))
        return positional + keywords

    def _expression(self, held: Any, codec: Codec) -> Expression:
        if isinstance(held, ParameterRanges) and isinstance(codec, RangesCodec):
            return self._ranges(held)
        if isinstance(held, Value):
            return self.value(held)
        if isinstance(held, tuple):
            return self._tags(held) if isinstance(codec, TagsCodec) else self._list(held, codec)
        if isinstance(held, dict):
            return _dictionary(held)
        if isinstance(held, StrEnum):
            return Code(f"hpo.{type(held).__name__}.{held.name}")
        if isinstance(held, str):
            return Code(held) if _is_number(held, codec) else Text(held)
        number = repr(float(held) if is_unknown(held) else held).replace("e+", "e")
        # A number token is a double, also where a whole number belongs.
        return Code(f"int({number})" if is_unknown(held) else number)

    def _list(self, held: tuple[Any, ...], codec: Codec) -> Expression:
        return Group("[", [Item(self._expression(each, codec)) for each in held], "]")

    def _ranges(self, held: ParameterRanges) -> Expression:
        """Return a plain list where that says the same: no kind of range is there, but empty."""
        kinds = [getattr(held, field.name) for field in _fields(held)]
        ranges = [each for kind in kinds if kind is not None for each in kind]
        if not ranges or () in kinds or not all(isinstance(each, Value) for each in ranges):
            return self.value(held)
        return Group("[", [Item(self.value(each)) for each in ranges], "]")

    def _tags(self, held: tuple[Any, ...]) -> Expression:
        """Return a dictionary, unless a key occurs twice."""
        if not all(isinstance(each, Tag) for each in held) or len({each.key for each in held}) < len(held):
            return self._list(held, Codec())
        return _dictionary({each.key: each.value for each in held})


def _fields(held: Value) -> Iterator[dataclasses.Field[Any]]:
    fields = dataclasses.fields(held)  # type: ignore[arg-type]
    yield from (field for name in _FIRST for field in fields if field.name == name)
    yield from (field for field in fields if field.name not in _FIRST)


def _call(name: str, arguments: list[Item]) -> Group:
    return Group(f"hpo.{name}(", arguments, ")")


def _dictionary(held: dict[str, str]) -> Group:
    return Group("{", [Item(Text(each), key=Text(key)) for key, each in held.items()], "}")


def _is_number(text: str, codec: Codec) -> bool:
    """Tell whether a bound of a range can be written as a number that is sent as exactly this text."""
    if not isinstance(codec, Bound):
        return False
    try:
        number = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    try:
        return bool(codec.normalise(number) == text) and text.isascii()
    except Problem:
        return False
