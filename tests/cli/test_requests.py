"""Requests in boto3 form, the exit status, and input that cannot be used."""

import io
import sys
from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from tests.cli.command import INSTANCE_TYPE, Command, doubtful_request, wrong_request


def test_a_right_request(command: Command) -> None:
    done = command("check", command.file("a.json", base_request()))
    assert done == (0, "Checked 1 tuning job in 1 file: no findings.\n", "")


def test_a_wrong_request(command: Command) -> None:
    command.file("a.json", wrong_request())
    done = command("check", "a.json")
    assert done.status == 1
    assert done.err == ""
    first, second, *_ = done.out.splitlines()
    lines = (command.folder / "a.json").read_text().splitlines()
    line = next(number for number, each in enumerate(lines, 1) if "xlage" in each)
    assert first == f"a.json:{line}: {INSTANCE_TYPE}"
    assert second.startswith('  error    "ml.m5.xlage" is unknown [instance-type-enum]')
    assert "Did you mean ml.m5.xlarge?" in done.out
    assert done.out.endswith("Checked 1 tuning job in 1 file: 1 error. (cdk-hpo rules ID explains a rule)\n")


def test_warnings_alone_are_clean_unless_strict(command: Command) -> None:
    file = command.file("a.json", doubtful_request())
    assert command("check", file).status == 0
    done = command("check", file, "--strict")
    assert done.status == 1
    assert "1 warning." in done.out


def test_a_list_tells_which_one(command: Command) -> None:
    command.file("a.json", [base_request(), wrong_request()])
    done = command("check", "a.json")
    assert done.status == 1
    assert f": request 2 (dev-job): {INSTANCE_TYPE}" in done.out
    assert "Checked 2 tuning jobs in 1 file: 1 error." in done.out


def test_errors_come_before_warnings(command: Command) -> None:
    request = wrong_request() | {"HyperParameterTuningJobName": "x"}
    request["HyperParameterTuningJobConfig"] = doubtful_request()["HyperParameterTuningJobConfig"]
    done = command("check", command.file("a.json", request))
    assert done.out.index("instance-type-enum") < done.out.index("max-parallel-le-max-jobs")


def test_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (command.folder / command.file("a.json", wrong_request())).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    done = command("check", "-")
    assert done.status == 1
    assert done.out.startswith("<stdin>:")


def test_only_some_rules(command: Command) -> None:
    request = wrong_request() | {"Unknown": 1}
    file = command.file("a.json", request)
    assert command("check", file, "--format", "json", "--rule", "unknown-field").rules() == ["unknown-field"]
    assert command("check", file, "--format", "json", "--ignore", "unknown-field").rules() == ["instance-type-enum"]
    assert command("check", file, "--ignore", "unknown-field", "--ignore", "instance-type-enum").status == 0


@pytest.mark.parametrize("option", ["--rule", "--ignore"])
def test_an_unknown_rule_is_an_error_with_a_suggestion(command: Command, option: str) -> None:
    done = command("check", command.file("a.json", base_request()), option, "instance-type-enm")
    assert done == (2, "", 'cdk-hpo: there is no rule "instance-type-enm": did you mean instance-type-enum?\n')


def test_a_rule_that_no_request_can_break_cannot_be_chosen(command: Command) -> None:
    file = command.file("a.json", base_request())
    assert command("check", file, "--ignore", "acct-name-unique").status == 0
    done = command("check", file, "--rule", "acct-name-unique")
    assert done.status == 2
    assert "depends on the account" in done.err


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", "{", "is not JSON: Expecting property name enclosed in double quotes (line 1, column 2)"),
        ("a.json", "", "is empty"),
        ("a.json", " \n", "is empty"),
        ("a.json", "3", "is neither a tuning request in boto3 form nor a CloudFormation template"),
        ("a.json", "{}", "is neither a tuning request in boto3 form nor a CloudFormation template"),
        ("a.json", "[]", "holds no request"),
        ("a.json", "null", "holds no request"),
        ("a.json", '[{"TrainingJobDefinition": {}}, 1]', "request 2 is neither a tuning request in boto3 form"),
        ("a.json", '{"request": {"TrainingJobDefinition": {}}}', 'the request under "request" has to stand alone'),
        ("a.json", "[" * 100_000, "is nested too deeply"),
        ("a.json", '{"TrainingJobDefinition": ' + "9" * 5000 + "}", "cannot be read: Exceeds the limit"),
        ("a.yaml", "a: [", "is not YAML: did not find expected node content (line "),
        ("a.yaml", "!!python/object:os.system {}", "is not YAML: could not determine a constructor"),
        ("a.yaml", "---\n", "holds no request"),
        ("a.txt", "some text", "is neither"),
    ],
)
def test_unusable(command: Command, name: str, content: str, reason: str) -> None:
    command.file(name, content)
    done = command("check", name)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"cdk-hpo: {name}: ")
    assert reason in done.err
    assert done.err.count("\n") == 1


def test_unreadable(command: Command) -> None:
    (command.folder / "binary.json").write_bytes(b"\xff\xfe\x00\xd8\xff")
    (command.folder / "folder").mkdir()
    done = command("check", "missing.json", "binary.json", "folder", "a\0b")
    assert done.status == 2
    assert done.err.splitlines() == [
        "cdk-hpo: missing.json: cannot be read: no such file or directory",
        "cdk-hpo: binary.json: is not text in UTF-8",
        "cdk-hpo: folder: is a folder without a cloud assembly (manifest.json) or templates (*.template.json)",
        "cdk-hpo: a\\x00b: cannot be read: no such file",
    ]


def test_what_can_be_checked_is_checked_beside_what_cannot(command: Command) -> None:
    done = command("check", "missing.json", command.file("a.json", wrong_request()))
    assert done.status == 2
    assert "instance-type-enum" in done.out
    assert "1 error, 1 input unusable." in done.out


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings(command: Command, encoding: str) -> None:
    text = (command.folder / command.file("a.json", base_request())).read_text()
    (command.folder / "b.json").write_bytes(text.encode(encoding))
    assert command("check", "b.json").status == 0


@pytest.mark.parametrize("words", [[], ["check"], ["chek"], ["check", "a", "--format", "xml"]])
def test_wrong_usage(command: Command, words: list[str]) -> None:
    done = command(*words)
    assert done.status == 2
    assert done.err.startswith("usage: cdk-hpo")


def test_help_and_version(command: Command) -> None:
    assert command("--version").out.startswith("cdk-hpo ")
    done = command("check", "--help")
    assert (done.status, done.err) == (0, "")
    assert "Exit status: 0" in done.out


def test_colours_only_on_a_terminal(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from cdk_hpo.command import terminal

    file = command.file("a.json", wrong_request())
    assert "\x1b" not in command("check", file).out

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def shown(**environment: Any) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", screen := Terminal())
            command("check", file)
        return screen.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;31merror" in shown(TERM="xterm")
    assert "\x1b" not in shown(NO_COLOR="1")
    assert "\x1b" not in shown(NO_COLOR="", TERM="dumb")
    assert terminal.width() == 100


def test_lines_fit_the_terminal(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "45")
    done = command("check", command.file("a.json", wrong_request()))
    told = [line for line in done.out.splitlines() if line.startswith("  ") and "https://" not in line]
    assert len(told) > 2
    assert max(map(len, told)) <= 45
