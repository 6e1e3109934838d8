"""Input that cannot be checked."""

from __future__ import annotations

#: What stands for standard input among the files.
STDIN = "-"


class Unusable(Exception):
    """An input is unreadable, or neither a request nor a template.

    Parameters
    ----------
    name
        The input's name, as given.
    reason
        What is the matter, as the end of a sentence that begins with the name.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = shown_name(name)
        super().__init__(f"{self.name}: {reason}")
        self.reason = reason


def shown_name(name: str) -> str:
    """Return how an input is called in reports."""
    return "<stdin>" if name == STDIN else name


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 error``, ``2 errors``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
