import os
import signal
import subprocess
import sys

import pytest

from cdk_hpo.local.marked import kill_marked, marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
SLEEP = "import time; time.sleep(600)"
# Starts another process, which leaves its group.
STARTS = (
    "import subprocess, sys, time;"
    f"print(subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True).pid, flush=True);"
    "time.sleep(600)"
)


def test_a_process_and_what_it_started_are_found_and_killed_and_no_other() -> None:
    mark = f"/marked-by-{os.getpid()}/"
    other = subprocess.Popen([sys.executable, "-c", SLEEP])
    own = subprocess.Popen(
        [sys.executable, "-c", STARTS], env={**os.environ, "FOLDER": f"{mark}x"}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert own.stdout is not None
        started = int(own.stdout.readline())
        assert set(marked([b"/nobody/", mark.encode()])) == {own.pid, started}
        kill_marked([mark.encode()])
        assert own.wait(10) == -signal.SIGKILL
        assert marked([mark.encode()]) == []
        assert other.poll() is None
    finally:
        for process in (own, other):
            process.kill()
            process.communicate()


def test_this_process_is_never_found() -> None:
    code = (
        "import os, sys; sys.path[:0] = [os.getcwd()];"
        "from cdk_hpo.local.marked import kill_marked, marked;"
        "kill_marked([b'/its-own-mark/']); print(marked([b'/its-own-mark/']))"
    )
    environment = {**os.environ, "FOLDER": "/its-own-mark/"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
