"""Processes that are told from others by what their environment holds, on systems that have ``/proc``.

A process hands its environment on to what it starts, so that a process is found whatever group it has moved to, and
whoever its parent is by now.
"""

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

# What is killed may just have started another one.
_ROUNDS = 20


def marked(marks: Sequence[bytes]) -> list[int]:
    """Return the processes with a variable ``NAME=value`` that holds one of the marks; this one is none of them."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            variables = each.joinpath("environ").read_bytes()
            if any(mark in variables for mark in marks) and int(each.name) != os.getpid():
                found.append(int(each.name))
    return found


def kill_marked(marks: Sequence[bytes]) -> None:
    """Kill them, and what they start meanwhile."""
    for _ in range(_ROUNDS):
        processes = marked(marks)
        if not processes:
            return
        for process in processes:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.01)
