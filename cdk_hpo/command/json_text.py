"""Where something stands in a JSON text."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_BETWEEN = re.compile(r"[\s,:]*")
_skip = json.JSONDecoder().raw_decode


def position(text: str, steps: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column, from 1, of a member's name or an item.

    Parameters
    ----------
    text
        The text, which is known to be JSON.
    steps
        Names and indexes on the way; where the way ends early, what encloses the rest is meant.
    """
    found = value = _after_space(text, 0)
    for step in steps:
        place = _member(text, value, step) if isinstance(step, str) else _item(text, value, step)
        if place is None:
            break
        found, value = place
    return text.count("\n", 0, found) + 1, found - text.rfind("\n", 0, found)


def _member(text: str, start: int, name: str) -> tuple[int, int] | None:
    """Return where a member's name and value begin; the last one counts, as for the reader."""
    if text[start] != "{":
        return None
    place = None
    at = _after_space(text, start + 1)
    while text[at] != "}":
        key, end = _skip(text, at)
        value = _after_space(text, end)
        if key == name:
            place = at, value
        at = _after_space(text, _skip(text, value)[1])
    return place


def _item(text: str, start: int, index: int) -> tuple[int, int] | None:
    if text[start] != "[":
        return None
    at = _after_space(text, start + 1)
    while text[at] != "]":
        if index == 0:
            return at, at
        index -= 1
        at = _after_space(text, _skip(text, at)[1])
    return None


def _after_space(text: str, start: int) -> int:
    match = _BETWEEN.match(text, start)
    return match.end() if match else start
