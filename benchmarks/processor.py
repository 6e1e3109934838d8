"""Processor time of this process and of all below it: what other work on the machine disturbs least."""

import os
import time
from pathlib import Path


def parents() -> dict[int, int]:
    """Return the parent of each process that there is."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        except OSError:  # it has ended meanwhile
            continue
        found[int(fields["Pid"])] = int(fields["PPid"])
    return found


def below(process: int) -> list[int]:
    """Return the processes that a process has begun, and those that they have begun."""
    all_parents = parents()
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        children = [child for child, parent in all_parents.items() if parent == one]
        found += children
        waiting += children
    return found


def seconds() -> float:
    """Return the processor time that this process and the CDK's JavaScript have taken so far."""
    nanoseconds = 0
    for process in below(os.getpid()):
        for schedule in Path(f"/proc/{process}/task").glob("*/schedstat"):
            nanoseconds += int(schedule.read_text(encoding="utf-8").split()[0])
    return time.process_time() + nanoseconds / 1e9
