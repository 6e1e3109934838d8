"""Calls the handler in a process of its own for each call, as Lambda does in a new environment.

Started as ``python -m tests.lifecycle.kill_child CLOCK LOG MODE``, it imports the handler, makes its client, and waits.
For every line of JSON on its standard input it forks, and writes two lines: the number of the new process, and how that
ended. The new process makes the one call ``handler(event, context)`` and ends. In the mode ``fresh`` it becomes a new
interpreter first, which imports everything anew; in the mode ``forked`` it goes on with what is imported.
"""

import contextlib
import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from tests.lifecycle.kill_clock import SharedClock, TimeModule

_LONGEST = 60  # real seconds; no process outlives whoever started it


class Context:
    """What the handler asks Lambda's context for."""

    function_name = "handler"

    def __init__(self, clock: SharedClock, seconds: float) -> None:
        self._clock, self._end = clock, clock.now() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - self._clock.now()) * 1000)


def call_handler(clock: SharedClock, call: dict[str, Any]) -> int:
    begun = time.process_time()
    import botocore.endpoint
    from tuning_job import clock as handlers_clock
    from tuning_job.handler import handler

    imported = time.process_time()

    # The only two modules that read the time or sleep.
    handlers_clock.time = botocore.endpoint.time = TimeModule(clock)  # type: ignore[assignment,attr-defined]
    random.seed(0)  # the spread of pauses, so that a run can be repeated
    try:
        handler(call["event"], Context(clock, call["seconds"]))
    except BaseException:
        traceback.print_exc()
        return 1
    usage = {"begun": begun, "imported": imported, "ended": time.process_time(), "peak_kib": peak_kib()}
    print(json.dumps({"usage": usage}))
    return 0


def peak_kib() -> int:
    """Return the most memory that this process has had; unlike getrusage's, it begins anew with a new program."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def become_the_call(clock: SharedClock, arguments: list[str], line: str, *, fresh: bool) -> None:
    """In the forked process: make the call and end, without what the first process still has to do."""
    status = 1
    try:
        signal.alarm(_LONGEST)
        log = os.open(arguments[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if fresh:
            os.execv(sys.executable, [sys.executable, "-m", __spec__.name, *arguments[:2], "call", line])
        status = call_handler(clock, json.loads(line))
        sys.stdout.flush()
    finally:
        os._exit(status)


def main(arguments: list[str]) -> int:
    clock = SharedClock(Path(arguments[0]))
    if arguments[2] == "call":
        with contextlib.suppress(ImportError):
            import awslambdaric.bootstrap  # noqa: F401  # what else is in the process in Lambda
        return call_handler(clock, json.loads(arguments[3]))
    fresh = arguments[2] == "fresh"
    if not fresh:
        from tuning_job.handler import _connect

        _connect()  # no connection is opened by it: each forked process opens its own
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            become_the_call(clock, arguments, line, fresh=fresh)
        print(process, flush=True)
        _, ending = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(ending), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
