"""The folders of local clouds: who uses one holds a lock in it, so that what nobody uses any more is told apart.

A lock ends with the last process that holds it, however that ends, and nobody else can hold it by chance. That is what
the number of a process, which is given out again, cannot say.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from .marked import kill_marked

PREFIX = "cdk-hpo-"
LOCK = "lock"
# A variable of the processes that a local cloud starts itself.
MARK = "CDK_HPO_LOCAL_HOME"
TRAINING_JOBS = "training-jobs"
FORMAT = 1
# A local cloud that ends still writes its state.
PATIENCE = 5.0
_FORMAT_FILE = "cdk-hpo-state.json"


class FolderError(ValueError):
    """A folder cannot be used; the message says why."""


class Home:
    """A private folder for one local cloud, new and empty."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        half = self.path / f"{LOCK}.half"
        # It gets its name when it is held: a lock that is there and free has lost its holder.
        self.lock = os.open(half, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _locked(self.lock)
        half.rename(self.path / LOCK)

    def remove(self) -> None:
        """Remove it with what is in it."""
        remove(self.path)
        _give_up(self.lock)


class StateFolder:
    """A folder in which a local cloud keeps its state; one at a time.

    Parameters
    ----------
    path
        It is made when it is not there; else it must be empty, or hold such a state.
    patience
        How long to wait for another local cloud that uses it, in seconds.

    Raises
    ------
    FolderError
        When it holds something else, or a state of a later version, or another local cloud uses it.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._require_ours()
            self.lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FolderError(f"The state folder {path} cannot be used: {error.strerror or error}.") from error
        deadline = time.monotonic() + patience
        while not _locked(self.lock):
            if time.monotonic() > deadline:
                os.close(self.lock)
                raise FolderError(f"The state folder {path} is used by another local cloud.")
            time.sleep(0.05)
        (path / _FORMAT_FILE).write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")

    def release(self) -> None:
        """Let others use it."""
        _give_up(self.lock)

    def _require_ours(self) -> None:
        mark = self.path / _FORMAT_FILE
        if not mark.exists():
            if any(each.name != LOCK for each in self.path.iterdir()):
                raise FolderError(f"The state folder {self.path} holds something else than a local cloud's state.")
            return
        try:
            found = json.loads(mark.read_text(encoding="utf-8"))["format"]
        except (ValueError, KeyError, TypeError):
            found = None
        if found != FORMAT:
            raise FolderError(f"The state folder {self.path} was written by another version of the library.")


def last_alive(state: Path) -> float:
    """Return when the state was last in use, in seconds since the epoch."""
    return (state / LOCK).stat().st_mtime


def be_alive(state: Path) -> None:
    """Note that the state is in use now."""
    os.utime(state / LOCK)


def remove_orphans() -> list[Path]:
    """Remove the folders of local clouds that were killed together with whoever had started them.

    What such a cloud started and still runs is killed, where ``/proc`` tells it from others.

    Returns
    -------
    list of Path
        What was removed.
    """
    found = []
    for path in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        with contextlib.suppress(OSError):
            if path.is_symlink() or path.lstat().st_uid != os.getuid():
                continue
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                if _locked(lock):
                    kill_marked([mark_of(path), mark_of_jobs(path)])
                    remove(path)
                    found.append(path)
            finally:
                os.close(lock)
    return found


def remove(path: Path) -> None:
    """Remove a folder, also one into which a process still writes that is just ending."""
    for _ in range(40):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(0.05)


def _locked(lock: int) -> bool:
    """Take a lock, and say whether that was possible."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _give_up(lock: int) -> None:
    fcntl.flock(lock, fcntl.LOCK_UN)  # a forked child may hold it, too
    os.close(lock)


def mark_of(home: Path) -> bytes:
    """Return what the environment of a local cloud's own processes holds."""
    return os.fsencode(f"{MARK}={home}\0")


def mark_of_jobs(home: Path) -> bytes:
    """Return what the environment of the programs of its training jobs holds."""
    return os.fsencode(f"{home}/{TRAINING_JOBS}/")
