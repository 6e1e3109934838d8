"""Numbers that the API writes as text: their grammar, and exact comparison."""

from __future__ import annotations

import re
from functools import cache

_LONGEST = 4000


@cache
def _integer() -> re.Pattern[str]:
    return re.compile(r"[+-]?[0-9]+")


@cache
def _decimal() -> re.Pattern[str]:
    return re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def is_integer(text: str) -> bool:
    """Tell whether a text is a plain integer: optional sign, ASCII digits, nothing else."""
    return (text.isdecimal() and text.isascii()) or _integer().fullmatch(text) is not None


def is_decimal(text: str) -> bool:
    """Tell whether a text is a finite decimal or scientific number; ``nan``, ``inf``, ``1_0`` are not."""
    return _decimal().fullmatch(text) is not None


def compare(left: str, right: str) -> int | None:
    """Compare two numbers of :func:`is_decimal`'s grammar exactly: negative, zero or positive.

    Rounding to a float keeps the order, so floats decide unless they are equal.
    """
    left_float, right_float = float(left), float(right)
    if left_float != right_float:
        return -1 if left_float < right_float else 1
    if left == right or max(len(left), len(right)) > _LONGEST:
        return 0
    from decimal import Decimal, InvalidOperation

    try:
        return int(Decimal(left).compare(Decimal(right)))
    except (InvalidOperation, ValueError):  # an exponent beyond what can be computed
        return None


def integers_between(low: str, high: str) -> int | None:
    """Return how many integers lie in a range, bounds included; None for an empty or absurd one."""
    if max(len(low), len(high)) > _LONGEST:
        return None
    count = int(high) - int(low) + 1
    return count if count > 0 else None
