"""The owner's side of a keeper."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..folders import remove
from ..marked import kill_marked

_KEEPER = Path(__file__).with_name("keeper.py")
_CHUNK = 65536


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program and its limits.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        Its working directory.
    environment
        All of its environment.
    seconds
        After how long it is asked to stop.
    grace
        How long it may take to stop, in seconds; then it is killed.
    memory
        Bytes of memory, for each process and for all together; None for any.
    disk
        Bytes of its folder, None for any.
    """

    command: Sequence[str]
    folder: str
    environment: Mapping[str, str]
    seconds: float
    grace: float
    memory: int | None
    disk: int | None


@dataclass(frozen=True)
class Exit:
    """How a program ended: its status (negative for a signal), and why: exit, stop, time, memory, disk, or failed."""

    status: int
    why: str
    message: str = ""


class Kept:
    """A folder, and later a program in it, which are gone when this ends, and when this process dies.

    Parameters
    ----------
    folder
        An existing folder for nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._group: int | None = None
        self._output, output = os.pipe()
        self._ready = select.poll()
        self._ready.register(self._output, select.POLLIN)
        try:
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_KEEPER), str(folder), str(output)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                pass_fds=(output,),
                start_new_session=True,  # a signal to the owner's group must not end it before it has cleaned up
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(output)

    @property
    def process(self) -> int:
        """The keeper's process id."""
        return self._keeper.pid

    @property
    def lost(self) -> bool:
        """Whether the keeper has ended though nobody told it to, so that nobody watches what it started."""
        return self._keeper.poll() is not None

    def run(self, command: Command) -> None:
        """Start the program."""
        self._order({"run": asdict(command)})

    def stop(self) -> None:
        """Ask the program to stop; nothing happens when it has ended or was asked before."""
        self._order({"stop": True})

    def read(self, seconds: float) -> bytes | None:
        """Return some output; nothing (``b""``) when there will be no more, None when none came in time."""
        return os.read(self._output, _CHUNK) if self._ready.poll(seconds * 1000) else None

    def wait(self) -> Exit:
        """Wait until the program has ended, and everything that it started with it."""
        assert self._keeper.stdout is not None
        for line in self._keeper.stdout:
            said: dict[str, Any] = json.loads(line)
            if "started" in said:
                self._group = said["started"]
            elif "failed" in said:
                return Exit(127, "failed", said["failed"])
            else:
                return Exit(said["ended"], said["why"])
        return Exit(-signal.SIGKILL, "failed", "its keeper was killed")

    def kill(self) -> None:
        """Kill what runs and remove the folder; ``end`` is still to be called."""
        assert self._keeper.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._keeper.stdin.close()

    def end(self) -> None:
        """Kill what runs, remove the folder, and wait until both are done."""
        assert self._keeper.stdout is not None
        self.kill()
        if self._keeper.wait() != 0:
            self._clean_up()
        self._keeper.stdout.close()
        os.close(self._output)

    def _clean_up(self) -> None:
        """Do what a keeper could not do that was killed itself."""
        if self._group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._group, signal.SIGKILL)
        kill_marked([os.fsencode(f"{self._folder}/")])
        remove(self._folder)

    def _order(self, order: Mapping[str, Any]) -> None:
        assert self._keeper.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._keeper.stdin.write(json.dumps(order).encode() + b"\n")
            self._keeper.stdin.flush()
