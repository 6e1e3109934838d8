"""Lines that are drawn anew in their place, on a terminal that is left clean."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import NoReturn, TextIO

#: What a shell reports for a program that SIGTERM ended.
_TERMINATED = 143
# The cursor goes, and lines that are too long are cut by the terminal itself: a wrapped one would shift all others.
_BEGIN, _END = "\x1b[?25l\x1b[?7l", "\x1b[?7h\x1b[?25h"
_CLEAR_LINE, _CLEAR_REST, _CLEAR_ALL = "\x1b[K", "\x1b[J", "\x1b[2J\x1b[H"


class Live:
    """Some lines of a terminal that change."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._height = 0
        self._size: os.terminal_size | None = None

    def draw(self, lines: list[str]) -> None:
        """Draw lines in the place of those before; what does not fit into the terminal's height is left out."""
        size = terminal_size(self._stream)
        up = f"\x1b[{self._height}F" if self._height else ""
        if self._size not in (None, size):  # the lines before are anywhere now
            up = _CLEAR_ALL
        self._size, shown = size, lines[: max(1, size.lines - 1)]
        # Cleared before it is written: behind a line that fills the width, its last character would go.
        text = "".join(f"{_CLEAR_LINE}{line}\n" for line in shown)
        self._stream.write(f"{up}{text}{_CLEAR_REST}")
        self._stream.flush()
        self._height = len(shown)


def follow(lines: Callable[[], tuple[list[str], bool]], stream: TextIO, seconds: float) -> None:
    """Draw the lines of now, every some seconds, until they are the last ones: ``lines`` tells whether more come."""
    with _clean(stream):
        live = Live(stream)
        while True:
            now, more = lines()
            live.draw(now)
            if not more:
                return
            time.sleep(seconds)


def terminal_size(stream: TextIO) -> os.terminal_size:
    """Return the terminal's columns and lines; a usual size for what is none."""
    try:
        found = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError, AttributeError):
        found = os.terminal_size((0, 0))
    return os.terminal_size((found.columns or 100, found.lines or 24))


@contextlib.contextmanager
def _clean(stream: TextIO) -> Iterator[None]:
    """Leave the terminal as it was, however this ends."""
    before = signal.signal(signal.SIGTERM, _leave)
    stream.write(_BEGIN)
    try:
        yield
    except KeyboardInterrupt:
        stream.write(f"\r{_CLEAR_LINE}")  # the terminal's own ^C
        raise
    finally:
        stream.write(_END)
        stream.flush()
        signal.signal(signal.SIGTERM, before)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(_TERMINATED)
