"""Starts and ends the process of a local cloud, so that nothing of it outlives whoever started it."""

import atexit
import contextlib
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .folders import MARK, FolderError, Home, StateFolder, mark_of, mark_of_jobs, remove_orphans
from .marked import kill_marked, marked
from .options import Options

START_SECONDS = 90.0
SAVE_SECONDS = 30.0
GROUP_SECONDS = 1.0  # the killed need a moment to be gone
_NEEDED = ("ministack", "hypercorn", "boto3")
_NEEDED_TO_TRAIN = ("optuna", "xgboost")
_INHERITED = ("HOME", "LANG", "LD_LIBRARY_PATH", "LOG_LEVEL", "SYSTEMROOT", "TZ", "USER")


class LocalCloudError(RuntimeError):
    """The local cloud could not be started, or does not answer any more; the message says why."""


class PortError(LocalCloudError):
    """The wanted port cannot be used."""


class CloudProcess:
    """One process group with a private folder, both gone after ``end``, at the exit and at the death of this process.

    Parameters
    ----------
    options
        What to start.
    """

    def __init__(self, options: Options) -> None:
        _require_extra("local", _NEEDED)
        if options.train:
            _require_extra("train", _NEEDED_TO_TRAIN)
        self._owner = os.getpid()
        # In this order, as locks of a killed process are given up in the order in which they were taken: whoever gets
        # its state next finds its folder free as well.
        self._home = Home()
        try:
            self._kept = _state_folder(options)
        except BaseException:
            self._home.remove()
            raise
        remove_orphans()
        self.home = self._home.path
        self.temporary = self.home / "tmp"
        self.temporary.mkdir()
        # Lets clients read "no profile" whatever the user's own configuration is.
        self.aws_config = self.home / "aws-config"
        self.aws_config.write_text("[default]\n", encoding="utf-8")
        self._log = self.home / "log"
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)
        try:
            self._process = self._start(options)
            self.url = self._wait(self._process)
        except BaseException:
            self.end()
            raise

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def log(self, lines: int = 40) -> str:
        """Return the last lines that the process wrote."""
        with contextlib.suppress(OSError):
            return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        return ""

    def end(self) -> None:
        """End the process group by force, as waiting custom resources would hold it up, and remove the folder."""
        if os.getpid() != self._owner:
            return  # a forked child ends: what it inherited is not its own
        atexit.unregister(self.end)
        process, self._process = self._process, None
        if process is not None:
            if self._kept is not None:
                _let_save(process)
            _kill_group(process.pid)
            process.wait()
            deadline = time.monotonic() + GROUP_SECONDS
            while _kill_group(process.pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            _end_training(self.home)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        self._home.remove()
        if self._kept is not None:
            self._kept.release()

    def _start(self, options: Options) -> subprocess.Popen[bytes]:
        # Not through PYTHONPATH: the functions inherit the environment, and must not find this library by accident.
        given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
        paths = [str(Path(__file__).resolve().parents[2]), *given]
        locks = [self._home.lock, *([] if self._kept is None else [self._kept.lock])]
        code = f"import sys; sys.path[:0] = {paths!r}; from cdk_hpo.local.server import main; main()"
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", code, json.dumps(asdict(options)), str(self.home), *map(str, locks)],
                pass_fds=locks,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=self._environment(),
                cwd=self.home,
                start_new_session=True,
            )

    def _environment(self) -> dict[str, str]:
        # The functions inherit it, so it holds what a process needs to run, and no secret of the user's shell.
        kept = {key: value for key, value in os.environ.items() if key in _INHERITED or key.startswith("LC_")}
        return {
            **kept,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self.temporary),
            MARK: str(self.home),
        }

    def _wait(self, process: subprocess.Popen[bytes]) -> str:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if ready else b""
        if not line:
            why = (
                f"it did not answer within {START_SECONDS:g} seconds" if process.poll() is None else "its process ended"
            )
            raise LocalCloudError(f"The local cloud could not be started: {why}.\n{self.log()}".rstrip())
        report = json.loads(line)
        if "error" in report:
            raise PortError(report["error"])
        url: str = report["url"]
        return url


def _state_folder(options: Options) -> StateFolder | None:
    try:
        return None if options.state is None else StateFolder(Path(options.state))
    except FolderError as error:
        raise LocalCloudError(str(error)) from error


def _let_save(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end by itself, and give it time to write what is to be kept."""
    assert process.stdin is not None
    process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(SAVE_SECONDS)


def _kill_group(group: int) -> bool:
    """Kill a process group and say whether there was anyone to kill."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _end_training(home: Path) -> None:
    """Kill what training jobs have left running, also where their keepers were killed."""
    programs, deadline = [mark_of_jobs(home)], time.monotonic() + GROUP_SECONDS
    kill_marked(programs)
    # Keepers that still live clean up by themselves, and find also what hides its environment.
    while marked([mark_of(home)]) and time.monotonic() < deadline:
        time.sleep(0.01)
    kill_marked([mark_of(home), *programs])


def _require_extra(extra: str, needed: Sequence[str]) -> None:
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise LocalCloudError(
            f"The local cloud needs the Python packages {', '.join(missing)}: pip install 'cdk-hpo[{extra}]'"
        )
