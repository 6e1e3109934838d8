"""The service's patterns: matched against the whole text, compiled on first use."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

Match: TypeAlias = "Callable[[str], object]"

LINE_ENDS = "\n\r\x85\u2028\u2029"
ONE_LINE = frozenset({".*", ".+"})
ANYTHING = frozenset({r"[\S\s]*"})
_TAG_PUNCTUATION = frozenset("_.:/=+-@")


def one_line(text: str) -> bool:
    """Tell whether a text has no line break, as ``.`` means it in the service's patterns."""
    return text.isprintable() or not any(end in text for end in LINE_ENDS)


def tag_characters(text: str) -> bool:
    """Tell whether a text has only letters, separators and numbers of any script, and ``_ . : / = + - @``."""
    return all(
        character.isalnum() if character.isascii() else _is_word_or_separator(character)
        for character in text
        if character not in _TAG_PUNCTUATION and character != " "
    )


def _is_word_or_separator(character: str) -> bool:
    from unicodedata import category

    return category(character)[0] in "LZN"


def matcher(pattern: str) -> Match:
    r"""Return a function that tells whether a whole text matches a pattern of the model.

    ``\d`` and ``\w`` mean ASCII characters only, and ``.`` stops at every line break, as in the
    service's regular expressions.
    """
    if r"\p{" in pattern:
        return tag_characters

    whole: Match | None = None

    def match(text: str) -> object:
        nonlocal whole
        if whole is None:
            whole = _compiled(pattern).fullmatch
        return whole(text)

    return match


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # A dot outside brackets and without a backslash before it; the model's patterns have no escaped bracket.
    dot = re.compile(r"(\\.|\[[^\]]*\])|\.")
    return re.compile(dot.sub(lambda part: part[1] or f"[^{LINE_ENDS}]", pattern), re.ASCII)
