"""One clock for several processes: seconds in a file that all of them have mapped."""

import mmap
import struct
from pathlib import Path

_SECONDS = struct.Struct("d")


class SharedClock:
    """Time that goes on only when somebody sleeps; in one process as in the other.

    It has the handler's ``Clock`` and, for modules that import ``time``, its ``time`` and ``sleep``.
    """

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _SECONDS.size)

    @classmethod
    def made(cls, file: Path, start: float) -> "SharedClock":
        file.write_bytes(_SECONDS.pack(start))
        return cls(file)

    @property
    def seconds(self) -> float:
        return float(_SECONDS.unpack_from(self._memory)[0])

    @seconds.setter
    def seconds(self, value: float) -> None:
        _SECONDS.pack_into(self._memory, 0, value)

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class TimeModule:
    """Stands in for the module ``time`` in a process of the handler."""

    def __init__(self, clock: SharedClock) -> None:
        self.time, self.sleep = clock.now, clock.sleep
