"""The keeper of one training job: a small process of its own that nothing of the job outlives.

It runs the job's program in a process group of its own, watches its time, memory and folder, and asks it to stop when
told so. It holds the job's folder: when its standard input closes, which happens however its owner ends, it kills
everything that the program started, removes the folder, and ends.

It is run as a file, with as few modules as it needs (so without pathlib), so that it starts at once. Orders come as
lines of JSON: ``{"run": {...}}`` once, then ``{"stop": true}``. It answers with lines: when the program could not be
started (``{"failed": text}``), has started (``{"started": process}``), and has ended (``{"ended": status, "why":
text}``; a negative status is a signal).
"""

import contextlib
import ctypes
import json
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

WATCH_SECONDS = 0.5
_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


class Keeper:
    """Runs one program in one folder.

    Parameters
    ----------
    folder
        The job's folder; it is removed at the end.
    output
        File descriptor that the program writes its output to.
    """

    def __init__(self, folder: str, output: int) -> None:
        self._folder, self._output = folder, output
        self._child: subprocess.Popen[bytes] | None = None
        self._order: dict[str, Any] = {}
        self._why = "exit"
        self._deadline: float | None = None
        self._next_look = 0.0
        self._rest = b""
        self._wake, wake = os.pipe()
        for end in (self._wake, wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, self._abandon)

    def keep(self) -> None:
        """Follow orders until there can be no more."""
        try:
            while self._take_orders():
                self._look()
        finally:
            self._end()

    # -- orders --------------------------------------------------------------------------------------------------

    def _take_orders(self) -> bool:
        ready, _, _ = select.select([0, self._wake], [], [], self._patience())
        if self._wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, 512)
        if 0 not in ready:
            return True
        given = os.read(0, 65536)
        *lines, self._rest = (self._rest + given).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "run" in order:
                self._run(order["run"])
            elif "stop" in order:
                self._stop("stop")
        return bool(given)

    def _patience(self) -> float | None:
        if self._child is None:
            return None
        return (
            WATCH_SECONDS if self._deadline is None else max(min(self._deadline - time.monotonic(), WATCH_SECONDS), 0)
        )

    def _run(self, order: dict[str, Any]) -> None:
        self._order = order
        try:
            self._child = subprocess.Popen(
                order["command"],
                cwd=order["folder"],
                env=order["environment"],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=self._output,
                process_group=0,
                preexec_fn=self._limit,
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self._close_output()
            _say({"failed": str(error)})
            return
        self._close_output()
        _say({"started": self._child.pid})
        self._deadline = time.monotonic() + order["seconds"]

    def _limit(self) -> None:
        """Set the limits of the program, in its process."""
        if _LINUX:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        for kind, most in ((resource.RLIMIT_DATA, "memory"), (resource.RLIMIT_FSIZE, "disk")):
            if self._order[most] is not None:
                resource.setrlimit(kind, (self._order[most], self._order[most]))

    def _stop(self, why: str) -> None:
        if self._child is None or self._why != "exit":
            return
        self._why = why
        self._deadline = time.monotonic() + self._order["grace"]
        with contextlib.suppress(ProcessLookupError):
            self._child.terminate()

    # -- what is watched -----------------------------------------------------------------------------------------

    def _look(self) -> None:
        child = self._child
        if child is None:
            return
        if child.poll() is None:
            self._enforce()
        if child.poll() is not None:
            self._kill_all()
            self._child = self._deadline = None
            _say({"ended": child.returncode, "why": self._why})

    def _enforce(self) -> None:
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            if self._why == "exit":
                self._stop("time")
            else:
                self._kill_all()
        elif now >= self._next_look:
            for why, used in (("disk", self._disk), ("memory", self._memory)):
                if self._order[why] is not None and used() > self._order[why]:
                    self._why = why
                    self._kill_all()
                    break
            # Looking must not cost more than a tenth of the time, however many files there are.
            self._next_look = time.monotonic() + max(WATCH_SECONDS, 10 * (time.monotonic() - now))

    def _disk(self) -> int:
        used = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                with contextlib.suppress(OSError):
                    used += os.lstat(os.path.join(folder, name)).st_blocks * 512  # noqa: PTH118
        return used

    def _memory(self) -> int:
        return sum(_resident(process) for process in _descendants(os.getpid())) if _LINUX else 0

    # -- the end -------------------------------------------------------------------------------------------------

    def _kill_all(self) -> None:
        """Kill the program and all that it started, also what left its process group."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
        while _LINUX and (orphans := _children(os.getpid())):
            for process in orphans:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process, 0)

    def _close_output(self) -> None:
        os.close(self._output)

    def _abandon(self, *_: object) -> None:
        raise SystemExit

    def _end(self) -> None:
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        self._kill_all()
        for _ in range(40):
            shutil.rmtree(self._folder, ignore_errors=True)
            if not os.path.lexists(self._folder):
                return
            _open_up(self._folder)
            time.sleep(0.05)


def _open_up(folder: str) -> None:
    """Give back the rights that a program took from its folders, without which they cannot be removed."""
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)  # noqa: PTH101
        for each in os.scandir(folder):
            if each.is_dir(follow_symlinks=False):
                _open_up(each.path)


def _children(process: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208
            with contextlib.suppress(OSError), open(f"/proc/{process}/task/{thread}/children") as listed:  # noqa: PTH123
                found += map(int, listed.read().split())
    return found


def _descendants(process: int) -> list[int]:
    found = _children(process)
    for child in list(found):
        found += _descendants(child)
    return found


def _resident(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm") as listed:  # noqa: PTH123
            return int(listed.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _say(content: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(content).encode() + b"\n")


def main() -> None:
    """Keep the folder of the first argument; the second is the descriptor of the output."""
    if _LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    Keeper(sys.argv[1], int(sys.argv[2])).keep()


if __name__ == "__main__":
    main()
