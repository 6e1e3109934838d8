"""How a request differs from what a test expects of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from cdk_hpo.checks.paths import rendered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.checks.paths import Path

_LONGEST_VALUE = 300


def differences(expected: Any, given: Any, path: Path = None) -> Iterator[str]:
    """Yield what is expected and not given, one text for each field.

    Members of ``given`` that are not expected do not count. A list must have as many items as expected, each of which
    may in turn have more members. ``None`` expects that a member is not there.
    """
    if isinstance(expected, Mapping) and isinstance(given, Mapping):
        for key, each in expected.items():
            here = (path, key)
            if key in given and each is not None:
                yield from differences(each, given[key], here)
            elif key in given:
                yield _pair(here, "nothing", _shown(given[key]))
            elif each is not None:
                yield _pair(here, _shown(each), f"nothing{_hint(str(key), given)}")
    elif isinstance(expected, list | tuple) and isinstance(given, list):
        if len(expected) != len(given):
            yield _pair(path, f"{_items(expected)}: {_shown(expected)}", f"{_items(given)}: {_shown(given)}")
            return
        for index, (one, other) in enumerate(zip(expected, given, strict=True)):
            yield from differences(one, other, (path, index))
    elif not _same(expected, given):
        yield _pair(path, _shown(expected), _shown(given))


def _same(expected: Any, given: Any) -> bool:
    """Compare two values; a bool is an int in Python, but not in a request."""
    return bool(expected == given) and isinstance(expected, bool) == isinstance(given, bool)


def _pair(path: Path, expected: str, given: str) -> str:
    return f"{rendered(path) or 'the request'}\n  expected  {expected}\n  got       {given}"


def _items(value: list[Any] | tuple[Any, ...]) -> str:
    return "1 item" if len(value) == 1 else f"{len(value)} items"


def _hint(key: str, given: Mapping[str, Any]) -> str:
    """Tell what is there instead."""
    near = get_close_matches(key, [str(each) for each in given], n=1)
    if near:
        return f"; there is {near[0]}"
    return f"; there are {', '.join(sorted(map(str, given)))}" if given else ""


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
