"""Measurements in processes of their own, taking turns, so that what else the machine does slows all alike."""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parent.parent


def answer(module: str, *arguments: object, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the JSON that a module of this package prints in a process of its own.

    Raises
    ------
    RuntimeError
        When the process fails.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def seconds(act: Callable[[], object]) -> float:
    """Return the time that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def taken(act: Callable[[], object]) -> float:
    """Return the seconds of processor time that something takes in this process."""
    start = time.process_time()
    act()
    return time.process_time() - start


class Taken(NamedTuple):
    """The milliseconds that something took."""

    cpu: float
    """Processor time, of all processes together."""
    clock: float
    """Time on the clock, which also holds what else the machine did."""
    waiting: float = 0
    """What of it Python waits for JavaScript, where that was measured."""


def taken_by_processes(act: Callable[[], object]) -> Taken:
    """Return what something takes that runs in processes of its own, and ends with them."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    act()
    clock, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(cpu * 1000, clock * 1000)


_Found = TypeVar("_Found")


def in_turns(names: Sequence[str], rounds: int, measure: Callable[[str], _Found]) -> dict[str, list[_Found]]:
    """Measure each of several things once a round; each round begins with another one."""
    found: dict[str, list[_Found]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            found[name].append(measure(name))
    return found


def ratio(ours: Sequence[Taken], theirs: Sequence[Taken]) -> Taken:
    """Return the medians of the ratios round by round."""
    pairs = [*zip(ours, theirs, strict=True)]
    return Taken(
        statistics.median(one.cpu / other.cpu for one, other in pairs),
        statistics.median(one.clock / other.clock for one, other in pairs),
    )
