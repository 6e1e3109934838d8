"""Folders that nobody uses any more are told from those in use, whatever was killed."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cdk_hpo.local import folders
from cdk_hpo.local.folders import FolderError, Home, StateFolder, remove_orphans
from tests.local.training_jobs.bench import eventually, lives
from tests.shared import ROOT

HOLDER = """
import os, sys, time
sys.path[:0] = [{root!r}]
from cdk_hpo.local.folders import Home
home = Home()
print(home.path, flush=True)
time.sleep(600)
"""
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Look for folders in a place of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def start() -> Iterator[Start]:
    """Start Python code; whatever still runs at the end is killed by its process id."""
    started: list[subprocess.Popen[str]] = []

    def run(code: str, **variables: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "TMPDIR": tempfile.gettempdir(), **variables}
        started.append(
            subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def hold(start: Start) -> tuple[subprocess.Popen[str], Path]:
    holder = start(HOLDER.format(root=str(ROOT)))
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().strip())


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(30)


def test_a_folder_in_use_stays_and_goes_with_the_last_that_uses_it(start: Start) -> None:
    holder, path = hold(start)
    (path / "deep").mkdir()
    assert remove_orphans() == []
    assert (path / "deep").exists()
    kill(holder)
    assert remove_orphans() == [path]
    assert not path.exists()


def test_ones_own_folder_stays() -> None:
    home = Home()
    assert home.path.stat().st_mode & 0o077 == 0
    assert remove_orphans() == []
    home.remove()
    assert not home.path.exists()


def test_what_is_no_folder_of_a_local_cloud_stays(temporary: Path) -> None:
    (temporary / "cdk-hpo-notes").mkdir()
    (temporary / "cdk-hpo-file").write_text("mine")
    other = temporary / "other"
    other.mkdir()
    (other / folders.LOCK).write_text("")
    (temporary / "cdk-hpo-link").symlink_to(other)
    (temporary / "cdk-hpo-linked").mkdir()
    (temporary / "cdk-hpo-linked" / folders.LOCK).symlink_to(other / folders.LOCK)
    assert remove_orphans() == []
    assert len(list(temporary.iterdir())) == 5
    assert list(other.iterdir()) == [other / folders.LOCK]


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_such_a_cloud_started_is_killed_and_nothing_else(start: Start) -> None:
    holder, path = hold(start)
    (path / "tmp").mkdir()
    sleep = "import time; print('up', flush=True); time.sleep(600)"
    function = start(sleep, **{folders.MARK: str(path)})
    trained = start(sleep, TMPDIR=f"{path}/{folders.TRAINING_JOBS}/job-1/tmp")
    users = start(sleep, TMPDIR=str(path / "tmp"))
    similar = start(sleep, **{folders.MARK: f"{path}x"})
    for process in (function, trained, users, similar):
        assert process.stdout is not None
        process.stdout.readline()
    kill(holder)
    assert remove_orphans() == [path]
    eventually(lambda: not lives(function.pid) and not lives(trained.pid))
    assert function.wait() == trained.wait() == -signal.SIGKILL
    assert users.poll() is None
    assert similar.poll() is None


def test_a_state_folder_is_for_one_at_a_time(temporary: Path) -> None:
    path = temporary / "deep" / "state"
    first = StateFolder(path)
    with pytest.raises(FolderError, match=r"state is used by another local cloud"):
        StateFolder(path, patience=0.1)
    threading.Timer(0.2, first.release).start()
    StateFolder(path).release()  # waits a little


def test_a_forked_child_does_not_hold_it(temporary: Path) -> None:
    folder = StateFolder(temporary / "state")
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        folder.release()
        StateFolder(temporary / "state", patience=0.1).release()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("thesis.tex", "mine", "holds something else than a local cloud's state"),
        ("cdk-hpo-state.json", '{"format": 99}', "was written by another version of the library"),
        ("cdk-hpo-state.json", "torn", "was written by another version of the library"),
    ],
)
def test_a_folder_with_something_else_is_no_state_folder(temporary: Path, name: str, content: str, reason: str) -> None:
    (temporary / name).write_text(content)
    with pytest.raises(FolderError, match=reason):
        StateFolder(temporary)
    assert [each.name for each in temporary.iterdir()] == [name]


def test_a_file_is_no_state_folder(temporary: Path) -> None:
    (temporary / "file").write_text("")
    with pytest.raises(FolderError, match=r"cannot be used: File exists"):
        StateFolder(temporary / "file")


def test_it_is_known_when_a_state_was_last_in_use(temporary: Path) -> None:
    folder = StateFolder(temporary / "state")
    os.utime(folder.path / folders.LOCK, (1000, 1000))
    folder.release()
    again = StateFolder(temporary / "state")
    assert folders.last_alive(again.path) == 1000
    folders.be_alive(again.path)
    assert folders.last_alive(again.path) > 1_700_000_000
    again.release()
