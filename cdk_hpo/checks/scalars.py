"""The walk's leaves: texts, numbers and booleans. The usual case comes first, so that it costs little."""

from __future__ import annotations

import re
from collections.abc import Callable

from cdk_hpo.checks import say
from cdk_hpo.checks.paths import Path, Step
from cdk_hpo.checks.patterns import ANYTHING, ONE_LINE, Match, matcher, one_line
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.service_model import Shape
from cdk_hpo.checks.shape_rules import ENUMS, PATTERNS, RANGES, SIZES
from cdk_hpo.checks.shape_rules import ONE_LINE as ONE_LINE_RULE
from cdk_hpo.checks.unknown import UNKNOWN, has_mark, is_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Problems: TypeAlias = "list[tuple[str, Problem]]"
Visit: TypeAlias = "Callable[[object, Path, Step, Problems], Any]"

_UNLIMITED = 1 << 62
_ABSURD = 1 << 128
#: "From none to so many", at the end of the patterns of names.
_COUNTED = re.compile(r"\{0,[0-9]+\}")
_BITS = {"integer": (31, "int32-range"), "long": (63, "shuffle-seed-int64")}


def text(name: str, shape: Shape, *, private: bool = False) -> Visit:
    """Make the check of a text; a private one is never repeated in a message."""
    if "enum" in shape:
        return _enum(shape["enum"], ENUMS.get(name))
    least, most = shape.get("min", 0), shape.get("max", _UNLIMITED)
    size_rule = SIZES.get(name)
    pattern = shape.get("pattern", r"[\S\s]*")
    likely, match, pattern_rule = _match_of(name, pattern)
    # Of a text that is too long only the length is wrong when its form would be right at any length.
    any_length = matcher(_COUNTED.sub("*", pattern)) if _COUNTED.search(pattern) else match

    def visit(value: Any, parent: Path, step: Step, problems: Problems) -> Any:
        if value.__class__ is not str:
            if not isinstance(value, str):
                return _not_text(value, parent, step, problems, private)
            value = str.__str__(value)
        if least <= len(value) <= most and likely(value) and not has_mark(value):
            return value
        return judge(value, parent, step, problems)

    def judge(value: str, parent: Path, step: Step, problems: Problems) -> object:
        if is_unknown(value):
            return UNKNOWN
        if size_rule and not least <= len(value) <= most:
            problems.append(
                (size_rule, say.wrong_length((parent, step), value, name, least, shape.get("max"), private))
            )
            if pattern_rule == size_rule:
                return value
        # Too short has been said.
        fits = match if len(value) <= most else any_length
        if pattern_rule and len(value) >= least and not fits(value):
            problems.append((pattern_rule, say.wrong_pattern((parent, step), value, name, pattern, private)))
        return value

    return visit


def _match_of(name: str, pattern: str) -> tuple[Match, Match, str | None]:
    """Return a quick test that nearly all right texts pass, the exact test, and the rule."""
    if pattern in ANYTHING:
        return _anything, _anything, None
    if pattern in ONE_LINE:
        return str.isprintable, one_line, ONE_LINE_RULE
    match = matcher(pattern)
    return match, match, PATTERNS.get(name)


def _anything(value: str) -> bool:
    return True


def _enum(values: list[str], rule: str | None) -> Visit:
    allowed = frozenset(values)

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        if value.__class__ is str and value in allowed:
            return value
        if not isinstance(value, str):
            return _not_text(value, parent, step, problems, False)
        plain = str.__str__(value)
        if plain in allowed:
            return plain
        if rule and not is_unknown(plain):
            problems.append((rule, say.wrong_member((parent, step), plain, values)))
        return UNKNOWN

    return visit


def _not_text(value: object, parent: Path, step: Step, problems: Problems, private: bool) -> object:
    if not is_unknown(value):
        problems.append(("wrong-type", say.wrong_type((parent, step), value, "string", private)))
    return UNKNOWN


def integer(name: str, shape: Shape) -> Visit:
    """Make the check of an integer of 32 or 64 bits."""
    bits, bits_rule = _BITS[shape["type"]]
    lowest, highest = -(1 << bits), (1 << bits) - 1
    least, most = shape.get("min", lowest), shape.get("max", highest)
    rule = RANGES.get(name)

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        if value.__class__ is int and least <= value <= most:
            return value
        if is_unknown(value):
            return UNKNOWN
        if not isinstance(value, int) or isinstance(value, bool):
            problems.append(("wrong-type", say.wrong_type((parent, step), value, "integer")))
            return UNKNOWN
        if not lowest <= value <= highest:
            problems.append((bits_rule, say.wrong_number((parent, step), value, lowest, highest)))
        if rule and (("min" in shape and value < least) or ("max" in shape and value > most)):
            problems.append((rule, say.wrong_number((parent, step), value, shape.get("min"), shape.get("max"))))
        # Python refuses to print integers of some thousand digits: the rules are spared those.
        return int(value) if -_ABSURD < value < _ABSURD else UNKNOWN

    return visit


def decimal_number(name: str, shape: Shape) -> Visit:
    """Make the check of a decimal number: any finite one."""

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        if is_unknown(value):
            return UNKNOWN
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.append(("wrong-type", say.wrong_type((parent, step), value, "number")))
            return UNKNOWN
        if value != value or value - value != 0:
            problems.append(("target-metric-finite", say.not_finite((parent, step), value)))
            return UNKNOWN
        return value

    return visit


def boolean(name: str, shape: Shape) -> Visit:
    """Make the check of a boolean."""

    def visit(value: object, parent: Path, step: Step, problems: Problems) -> Any:
        if value is True or value is False:
            return value
        if not is_unknown(value):
            problems.append(("wrong-type", say.wrong_type((parent, step), value, "boolean")))
        return UNKNOWN

    return visit
