"""The command as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cdk_hpo.checks.examples import base_request
from tests.cli.command import wrong_request
from tests.shared import ROOT

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="uses /proc or /dev/full")

FORBIDDEN = ("aws_cdk", "constructs", "jsii", "boto3", "botocore", "typing", "pathlib", "dataclasses", "yaml")


def python(*words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *words], input=stdin, env=environment, capture_output=True, text=True, check=False
    )


def test_as_a_module_with_standard_input() -> None:
    done = python("-m", "cdk_hpo", "check", "-", stdin=json.dumps(wrong_request()))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("<stdin>:1: TrainingJobDefinition.ResourceConfig.InstanceType\n")


def test_nothing_slow_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps(base_request()), encoding="utf-8")
    program = f"import sys; from cdk_hpo.cli import main; print(main(['check', {str(file)!r}])); print(*sys.modules)"
    done = python("-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}")
    assert done.stderr == ""
    summary, status, modules = done.stdout.splitlines()
    assert (summary, status) == ("Checked 1 tuning job in 1 file: no findings.", "0")
    assert not set(FORBIDDEN) & {each.split(".")[0] for each in modules.split()}


def test_a_closed_pipe_ends_it_quietly() -> None:
    words = [sys.executable, "-m", "cdk_hpo", "rules", "--format", "json"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


@on_linux
def test_an_interrupt_ends_it_quietly() -> None:
    program = "import sys; from cdk_hpo.cli import main; print('ready', flush=True); sys.exit(main(['check', '-']))"
    words = [sys.executable, "-c", program]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        wait_until_it_reads(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        assert process.wait() == 130


@on_linux
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        words = [sys.executable, "-m", "cdk_hpo", "rules"]
        done = subprocess.run(words, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "cdk-hpo: the report cannot be written: No space left on device\n"


def wait_until_it_reads(pid: int) -> None:
    """Wait until a process sleeps, so that the interrupt does not meet it while it still imports."""
    for _ in range(200):
        time.sleep(0.02)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "S":
            return
