"""What the demo writes: headings, times, tables; in colour on a terminal only."""

import os
import re
import sys
import time
from collections.abc import Sequence

_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "cyan": "36"}
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def colours_wanted() -> bool:
    """Tell whether whoever reads this sees colours and wants them (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def plain(text: str) -> str:
    """Return text without its colours."""
    return _ESCAPES.sub("", text)


def painted(text: str, *colours: str) -> str:
    """Return text in colour, if colours are wanted."""
    if not colours_wanted():
        return text
    return f"\x1b[{';'.join(_COLOURS[each] for each in colours)}m{text}\x1b[0m"


class Screen:
    """Numbers the steps and says how long each took."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._number = 0
        self._started = self._step_started = time.monotonic()
        self.title = "the start"

    def step(self, title: str, *notes: str) -> None:
        """Begin a step."""
        self._end_step()
        self._number += 1
        self.title = title
        self.line()
        self.line(painted(f"[{self._number}/{self._steps}] {title}", "bold", "cyan"))
        for note in notes:
            self.line(f"      {note}")

    def end(self) -> float:
        """End the last step; return the seconds that all took."""
        self._end_step()
        self._number = 0
        return time.monotonic() - self._started

    def line(self, text: str = "") -> None:
        """Write a line now."""
        print(text.rstrip(), flush=True)

    def command(self, words: str) -> None:
        """Show a command as one would type it."""
        self.line(f"      {painted(f'$ {words}', 'bold')}")

    def detail(self, text: str) -> None:
        """Write a line of what a command says."""
        self.line(f"        {text}")

    def table(self, rows: Sequence[Sequence[object]], *, heading: bool = False) -> None:
        """Write rows in columns; the first row, or else the first column, is the less important one."""
        texts = [[str(cell) for cell in row] for row in rows]
        widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
        for number, row in enumerate(texts):
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            if heading and number == 0:
                cells = [painted(cell, "dim") for cell in cells]
            elif not heading:
                cells[0] = painted(cells[0], "dim")
            self.line(f"        {'  '.join(cells)}".rstrip())

    def _end_step(self) -> None:
        now = time.monotonic()
        if self._number:
            self.line(painted(f"      {now - self._step_started:.0f} s", "dim"))
        self._step_started = now
