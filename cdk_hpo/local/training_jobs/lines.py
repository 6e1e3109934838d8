"""A job's output as lines of a log."""

import re
from collections.abc import Iterator
from typing import Protocol

# CloudWatch takes no longer ones.
MOST_BYTES = 256 * 1024
# The service writes control characters as three octal digits: a tab is #011, a carriage return #015.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class LogSink(Protocol):
    """Takes the lines of one job's log; it is called from the job's own thread, and must not raise."""

    def __call__(self, lines: list[str]) -> None:
        """Take some lines."""
        ...


class Lines:
    """Cuts output into lines, whatever the pieces are in which it comes."""

    def __init__(self) -> None:
        self._rest = b""

    def cut(self, output: bytes) -> list[str]:
        """Return the lines that are complete with this piece."""
        *whole, self._rest = (self._rest + output).split(b"\n")
        found = [line for each in whole for line in _pieces(each)]
        while len(self._rest) > MOST_BYTES:
            found.append(shown(self._rest[:MOST_BYTES]))
            self._rest = self._rest[MOST_BYTES:]
        return found

    def end(self) -> list[str]:
        """Return what no line ended."""
        rest, self._rest = self._rest, b""
        return list(_pieces(rest)) if rest else []


def _pieces(line: bytes) -> Iterator[str]:
    for start in range(0, max(len(line), 1), MOST_BYTES):
        yield shown(line[start : start + MOST_BYTES])


def shown(line: bytes) -> str:
    """Return a line as the service's log holds it."""
    return _CONTROL.sub(lambda found: f"#{ord(found[0]):03o}", line.decode("utf-8", "replace"))
