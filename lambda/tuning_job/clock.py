"""Time, so that tests need not wait for it."""

import random
import time
from typing import Protocol


class Clock(Protocol):
    """What the handler needs of time and chance."""

    def now(self) -> float:
        """Return the seconds since 1970."""

    def sleep(self, seconds: float) -> None:
        """Pause."""

    def spread(self) -> float:
        """Return a number in [0, 1) by which pauses are spread, so that many jobs do not ask all at once."""


class SystemClock:
    """The real clock."""

    def now(self) -> float:
        """Return the seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Pause."""
        time.sleep(seconds)

    def spread(self) -> float:
        """Return a random number in [0, 1)."""
        return random.random()
