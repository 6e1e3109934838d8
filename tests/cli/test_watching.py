"""``cdk-hpo local`` and ``cdk-hpo report`` against a local cloud; live, on a terminal of their own."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from cdk_hpo.command.arguments import parser
from cdk_hpo.local import LocalCloud
from tests.cli.command import Command
from tests.local.requests import make_role, tuning_request
from tests.shared import ROOT


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A local cloud with a job that has completed and one that runs until it is told to end."""
    with LocalCloud(job_seconds=600) as running:
        make_role(running, "hpo-exec")
        for name in ("churn-first", "churn-second"):
            running.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request(name))
        running.end_job("churn-first", "Completed")
        yield running


@pytest.fixture(autouse=True)
def found(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", cloud.url)


def test_all_jobs(command: Command) -> None:
    done = command("local", "jobs")
    assert (done.status, done.err) == (0, "")
    heading, first, second = done.out.splitlines()
    assert heading.split() == ["name", "status", "best", "done", "running", "failed", "time"]
    assert first.split()[:2] == ["churn-first", "Completed"]
    assert second.split()[:2] == ["churn-second", "InProgress"]
    assert [each["name"] for each in command("local", "jobs", "--json").json] == ["churn-first", "churn-second"]


def test_no_jobs(command: Command) -> None:
    with LocalCloud() as empty:
        assert command("local", "jobs", "--url", empty.url) == (0, "There are no tuning jobs.\n", "")
        assert command("local", "jobs", "--url", empty.url, "--json").json == []


def test_one_job_where_there_is_no_terminal(command: Command) -> None:
    for more in ([], ["--once"]):
        done = command("local", "show", "churn-second", *more)
        assert (done.status, done.err) == (0, "")
        assert done.out.startswith("churn-second  InProgress\nBayesian, minimize validation:rmse\n")
        assert "\x1b" not in done.out
    as_json = command("local", "show", "churn-second", "--json").json
    assert (as_json["status"], as_json["limit"], as_json["objective"]) == ("InProgress", 4, "minimize validation:rmse")
    assert isinstance(as_json["training_jobs"], list)


def test_a_terminal_that_knows_ascii_only(cloud: LocalCloud) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii:strict", "AWS_ENDPOINT_URL": cloud.url, "COLUMNS": "40"}
    words = [sys.executable, "-m", "cdk_hpo", "local", "show", "churn-first"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stderr == b""
    assert b"#" in done.stdout
    assert b"\\u" not in done.stdout


def test_a_job_that_is_not_there(command: Command) -> None:
    for words in (("local", "show"), ("report", "--local")):
        done = command(*words, "churn-frist")
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(
            "cdk-hpo: churn-frist: there is no tuning job of this name: did you mean churn-first"
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["local", "show"], "cdk-hpo local show: needs NAME\n"),
        (["local", "jobs", "churn"], "cdk-hpo local jobs: takes no NAME\n"),
        (["report", "a", "--local", "--region", "eu-west-1"], "cdk-hpo report: --region belongs to an account"),
        (["local", "jobs", "--url", "http://127.0.0.1:1"], "cdk-hpo: http://127.0.0.1:1: no local cloud answers here"),
    ],
)
def test_what_cannot_be_done(command: Command, words: list[str], said: str) -> None:
    done = command(*words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(said)


def test_a_report(command: Command) -> None:
    done = command("report", "churn-first", "--local")
    assert (done.status, done.err) == (0, "")
    assert done.out == "Wrote churn-first.html: open it in a browser.\n"
    text = (command.folder / "churn-first.html").read_text(encoding="utf-8")
    assert "<title>churn-first</title>" in text
    assert command("report", "churn-first", "--local", "-o", "none/a.html").status == 2


#: Characters; some looks at a job are enough for all that the tests wait for.
_MUCH = 5000


class Terminal:
    """The command on a terminal of its own, which it controls."""

    def __init__(self, *words: str, kind: str = "xterm") -> None:
        self.pid, self._end = pty.fork()
        if not self.pid:  # pragma: no cover (in the child)
            environment = os.environ | {"COLUMNS": "80", "TERM": kind, "PYTHONPATH": str(ROOT)}
            os.execve(sys.executable, [sys.executable, "-m", "cdk_hpo", *words], environment)
        self.shown = ""

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)

    def until(self, text: str) -> None:
        """Read until a text was shown; give up when much else was, or at the end."""
        while text not in self.shown and len(self.shown) < _MUCH and self._read():
            pass
        assert text in self.shown

    def press(self, key: bytes) -> None:
        os.write(self._end, key)

    def end(self) -> int:
        """Read to the end, or make one when too much is written; return the exit status."""
        while self._read():
            if len(self.shown) > _MUCH:
                os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> bool:
        try:
            got = os.read(self._end, 4096)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.shown += got.decode(errors="replace")
        return bool(got)


def test_an_interrupt_leaves_the_terminal_clean() -> None:
    with Terminal("local", "show", "churn-second") as terminal:
        terminal.until("so far")
        terminal.press(b"\x03")
        assert terminal.end() == 130
    assert "\x1b[?25l\x1b[?7l" in terminal.shown
    assert terminal.shown.endswith("\r\x1b[K\x1b[?7h\x1b[?25h")
    assert "Traceback" not in terminal.shown


def test_a_job_is_followed_to_its_end(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("churn-third"))
    try:
        with Terminal("local", "show", "churn-third") as terminal:
            terminal.until("so far")
            terminal.until("F")  # it went up, to draw the lines anew
            cloud.end_job("churn-third", "Completed")
            assert terminal.end() == 0
    finally:
        cloud.client("sagemaker").delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="churn-third")
    assert "churn-third  Completed" in terminal.shown
    assert terminal.shown.count("\x1b[?25l") == terminal.shown.count("\x1b[?25h") == 1
    assert "\x1b[1m" not in terminal.shown


def test_once_on_a_terminal(cloud: LocalCloud) -> None:
    with Terminal("local", "show", "churn-second", "--once") as terminal:
        assert terminal.end() == 0
    assert "\x1b[?25l" not in terminal.shown
    assert "\x1b[1mchurn-second\x1b[0m" in terminal.shown


def test_json_is_json_on_a_terminal_too(cloud: LocalCloud) -> None:
    with Terminal("local", "show", "churn-second", "--json") as terminal:
        assert terminal.end() == 0
    assert json.loads(terminal.shown)["name"] == "churn-second"


def test_a_cloud_that_ends_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCloud(job_seconds=600, iam=False) as short_lived:
        monkeypatch.setenv("AWS_ENDPOINT_URL", short_lived.url)
        short_lived.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("churn"))
        with Terminal("local", "show", "churn") as terminal:
            terminal.until("so far")
            short_lived.stop()
            assert terminal.end() == 2
    frame, _, message = terminal.shown.partition("\x1b[?7h\x1b[?25h")
    assert "churn" in frame
    assert message.startswith("cdk-hpo: churn: cannot be read: ") and message.count("\n") == 1


def test_a_terminal_that_can_do_nothing() -> None:
    with Terminal("local", "show", "churn-second", kind="dumb") as terminal:
        assert terminal.end() == 0
    assert "\x1b" not in terminal.shown


@pytest.mark.parametrize("first", ["check", "rules", "import", "local", "report"])
def test_a_command_alone_says_the_same_about_itself(command: Command, first: str) -> None:
    (subcommands,) = (each.choices for each in parser()._actions if isinstance(each.choices, dict))
    done = command(first, "--help")
    assert (done.status, done.out) == (0, subcommands[first].format_help())
    assert f"  {first} " in command("--help").out
