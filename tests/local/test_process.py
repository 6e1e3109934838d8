"""How a local cloud starts and ends: nothing of it may be left, whatever happens."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cdk_hpo.local import LocalCloud, LocalCloudError
from tests.shared import ROOT

# Starts a cloud with a function that sleeps, so that there are grandchildren to be ended too.
HOLDER = """
import sys, time
from cdk_hpo.local import LocalCloud
from tests.local.test_process import start_sleeping_function
cloud = LocalCloud().start()
start_sleeping_function(cloud)
print(cloud.url, cloud._process._process.pid, cloud._process.home, flush=True)
{then}
"""


def start_sleeping_function(cloud: LocalCloud) -> None:
    import io
    import zipfile

    from tests.local.requests import make_role, trust

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "import time\ndef handler(event, context): time.sleep(60)\n")
    cloud.client("lambda").create_function(
        FunctionName="sleeper",
        Runtime="python3.13",
        Handler="index.handler",
        Timeout=90,
        Role=make_role(cloud, "sleeper", trust("lambda.amazonaws.com")),
        Code={"ZipFile": code.getvalue()},
    )
    cloud.client("lambda").invoke(FunctionName="sleeper", InvocationType="Event", Payload=b"{}")
    eventually(lambda: len(members(cloud._process._process.pid)) > 1)  # type: ignore[union-attr]


def members(group: int) -> list[int]:
    """Return the processes of a process group."""
    listed = subprocess.run(["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[1:]]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and not state.startswith("Z")]


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def answers(url: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) == 0


def hold(then: str) -> tuple[subprocess.Popen[str], str, int, Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER.format(then=then)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    url, group, home = process.stdout.readline().split()
    return process, url, int(group), Path(home)


def require_nothing_left(url: str, group: int, home: Path) -> None:
    eventually(lambda: members(group) == [])
    eventually(lambda: not home.exists())
    eventually(lambda: not answers(url))  # the last threads of a killed process outlive it by a moment


@pytest.fixture
def command() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line; whatever a test leaves is ended by its process id."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "cdk_hpo.local", *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_context_manager_leaves_nothing() -> None:
    with LocalCloud() as cloud:
        assert cloud.running
        start_sleeping_function(cloud)
        url, group, home = cloud.url, cloud._process._process.pid, cloud._process.home  # type: ignore[union-attr]
        assert home.stat().st_mode & 0o077 == 0  # nobody else's business
    assert not cloud.running
    assert not home.exists()
    assert members(group) == []  # at once, not eventually
    assert not answers(url)
    with pytest.raises(LocalCloudError, match="is not started"):
        _ = cloud.url


# What a training job may have left: its keeper was killed, and it is in a process group of its own.
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_what_a_training_job_left_running_ends_with_the_cloud() -> None:
    with LocalCloud() as cloud:
        home = cloud._process.home  # type: ignore[union-attr]
        environment = {**os.environ, "SM_MODEL_DIR": f"{home}/training-jobs/job-001-x/opt/ml/model"}
        sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
        left = subprocess.Popen(sleeps, env=environment, start_new_session=True)
        # One of the user's own, whose environment leads to the cloud, is nobody's business.
        own = subprocess.Popen(sleeps, env=cloud.environment(), start_new_session=True)
    try:
        assert left.wait(1) == -signal.SIGKILL
        assert own.poll() is None
    finally:
        for process in (left, own):
            process.kill()
            process.wait()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_parent_leaves_nothing(how: signal.Signals) -> None:
    process, url, group, home = hold("time.sleep(60)")
    process.send_signal(how)
    process.wait(10)
    require_nothing_left(url, group, home)


def test_a_parent_that_forgets_to_stop_leaves_nothing() -> None:
    process, url, group, home = hold("sys.exit(3)")
    assert process.wait(10) == 3
    require_nothing_left(url, group, home)


def test_a_forked_child_does_not_end_it() -> None:
    with LocalCloud() as cloud:
        child = os.fork()
        if child == 0:
            cloud.stop()
            os._exit(0)
        os.waitpid(child, 0)
        assert cloud.running
        assert cloud.client("sts").get_caller_identity()["Account"] == cloud.account


def test_a_terminated_server_takes_its_functions_along() -> None:
    process, url, group, home = hold("time.sleep(60)")
    os.kill(group, signal.SIGTERM)
    require_nothing_left(url, group, home)
    process.kill()
    process.wait()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_command_runs_until_it_is_interrupted(
    command: Callable[..., subprocess.Popen[str]], how: signal.Signals
) -> None:
    process = command("--port", "0", "--job-seconds", "3")
    assert process.stdout is not None
    lines = list(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
    assert lines[0].startswith("The local cloud is ready: http://127.0.0.1:")
    url = lines[0].split()[-1]
    assert answers(url)
    assert f"  export AWS_ENDPOINT_URL={url}\n" in lines
    assert "  export AWS_ACCESS_KEY_ID=123456789012\n" in lines
    process.send_signal(how)
    rest, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert rest == "\nThe local cloud has ended; nothing is left running.\n"
    assert not answers(url)


def test_a_second_one_on_the_same_port_is_told_so(command: Callable[..., subprocess.Popen[str]]) -> None:
    with LocalCloud() as cloud:
        port = cloud.url.rsplit(":", 1)[1]
        process = command("--port", port)
        output, errors = process.communicate(timeout=20)
        assert (process.returncode, output) == (2, "")
        assert errors.startswith(f"cdk-hpo local cloud: A local cloud already runs at {cloud.url} (process ")
        assert errors.count("\n") == 1
        with pytest.raises(LocalCloudError, match=f"Port {port} cannot be used"):
            LocalCloud(port=int(port)).start()


def test_a_busy_port_is_told_so(command: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = command("--port", str(port))
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert errors == (
        f"cdk-hpo local cloud: Port {port} cannot be used: Address already in use. Choose another one with --port.\n"
    )


@pytest.mark.parametrize("wrong", [["--account", "12"], ["--region", "moon"], ["--job-seconds", "-1"]])
def test_wrong_options_are_told_so(command: Callable[..., subprocess.Popen[str]], wrong: list[str]) -> None:
    process = command(*wrong)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert wrong[0].strip("-").replace("-", "_") in errors


def test_a_missing_extra_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ministack" else found(name))
    with pytest.raises(LocalCloudError, match=r"pip install 'cdk-hpo\[local\]'"):
        LocalCloud().start()


def test_the_import_is_cheap() -> None:
    code = (
        "import sys; import cdk_hpo.local, cdk_hpo.local.sagemaker; "
        "print([m for m in ('ministack', 'boto3', 'botocore', 'aws_cdk', 'jsii', 'hypercorn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_environment_leads_here_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with LocalCloud(region="eu-west-1", account="111122223333") as cloud:
        environment = cloud.environment()
        assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"}.isdisjoint(environment)
        assert cloud.client("sts").get_caller_identity()["Account"] == "111122223333"
        code = "import boto3; c = boto3.client('sts'); print(c.get_caller_identity()['Account'], c.meta.region_name)"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == "111122223333 eu-west-1\n"
