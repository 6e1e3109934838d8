"""What the terminal can do: its width and its colours."""

import os
import sys

_USUAL, _NARROWEST, _WIDEST = 100, 40, 120


def width() -> int:
    """Return how many columns a line may have: the terminal's, else ``COLUMNS``, else 100."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        found = int(columns)
    else:
        try:
            found = os.get_terminal_size(sys.stdout.fileno()).columns or _USUAL
        except (OSError, ValueError, AttributeError):  # no terminal, or no file at all
            found = _USUAL
    return min(max(found, _NARROWEST), _WIDEST)


def wrapped(text: str, columns: int) -> list[str]:
    """Return the lines of a text, broken between words only: textwrap does more, and takes longer to import."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return lines


def colours() -> bool:
    """Tell whether colours are wanted: only on a terminal, and not with ``NO_COLOR`` (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def printable(text: str) -> str:
    """Return a text of a file without what would command the terminal or break the line."""
    return text if text.isprintable() else ascii(text)[1:-1]


class Paint:
    """Puts text in colour, or leaves it as it is."""

    _CODES = {"error": "1;31", "warning": "1;33", "good": "32", "strong": "1", "faint": "2"}  # noqa: RUF012

    def __init__(self, on: bool) -> None:
        self._on = on

    def __call__(self, how: str, text: str) -> str:
        """Return the text in the manner of ``how``."""
        code = self._CODES.get(how) if self._on else None
        return f"\x1b[{code}m{text}\x1b[0m" if code else text
