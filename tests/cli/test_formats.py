"""The reports for programs."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request, request_of
from cdk_hpo.checks.rule_catalogue import catalogue
from tests.cli.command import INSTANCE_TYPE, Command, doubtful_request, resource, template, wrong_request

DECIDABLE = [each for each in catalogue().values() if each.decidable]


def mixed(command: Command) -> tuple[str, ...]:
    """Write an error, a warning, an acknowledged finding and something unusable."""
    job = resource(wrong_request(), Metadata={"cdk-hpo:acknowledged": {"instance-type-enum": "100% new, sure"}})
    command.file("a.json", wrong_request())
    command.file("b, 1.json", doubtful_request())
    command.file("c.json", template(Job=job))
    return "a.json", "b, 1.json", "c.json", "missing.json"


def test_json(command: Command) -> None:
    done = command("check", *mixed(command), "--format", "json")
    assert (done.status, done.err) == (2, "")
    told = done.json
    assert told["summary"] == {"files": 3, "jobs": 3, "errors": 1, "warnings": 1}
    assert told["unusable"] == [{"file": "missing.json", "reason": "cannot be read: no such file or directory"}]
    error, warning = told["findings"]
    assert (error["file"], error["rule"], error["path"]) == ("a.json", "instance-type-enum", INSTANCE_TYPE)
    assert (error["given"], error["severity"], error["job"]) == ("ml.m5.xlage", "error", None)
    assert (warning["severity"], warning["file"]) == ("warning", "b, 1.json")
    (acknowledged,) = told["acknowledged"]
    assert acknowledged["reason"] == "100% new, sure"


def test_github(command: Command) -> None:
    lines = command("check", *mixed(command), "--format", "github").out.splitlines()
    error, warning, unusable, summary = lines
    assert error.startswith("::error file=a.json,line=")
    assert f",title=cdk-hpo instance-type-enum::{INSTANCE_TYPE}: " in error
    assert warning.startswith("::warning file=b%2C 1.json,line=")
    assert unusable == "::error file=missing.json,title=cdk-hpo::cannot be read: no such file or directory"
    assert summary == "cdk-hpo: 3 tuning jobs in 3 files: 1 error, 1 warning"


def test_github_escapes_what_would_end_a_command() -> None:
    from cdk_hpo.command.as_github import _data, _property

    assert _data("100%\r\n::error::x, y") == "100%25%0D%0A::error::x, y"
    assert _property("a:b,c%\n") == "a%3Ab%2Cc%25%0A"


def test_sarif(command: Command) -> None:
    done = command("check", *mixed(command), "--format", "sarif")
    log = done.json
    check_sarif(log)
    (run,) = log["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "missing.json" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    levels = [(each["ruleId"], each["level"], "suppressions" in each) for each in run["results"]]
    assert levels == [
        ("instance-type-enum", "error", False),
        ("max-parallel-le-max-jobs", "warning", False),
        ("instance-type-enum", "error", True),
    ]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert [each["artifactLocation"]["uri"] for each in places] == ["a.json", "b%2C%201.json", "c.json"]
    assert run["results"][2]["suppressions"] == [{"kind": "inSource", "justification": "100% new, sure"}]


def test_sarif_without_findings(command: Command) -> None:
    log = command("check", command.file("a.json", base_request()), "--format", "sarif").json
    check_sarif(log)
    assert log["runs"][0]["results"] == []


def check_sarif(log: dict[str, Any]) -> None:
    """Check what the schema of SARIF 2.1.0 requires of the members that are used."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    for run in log["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert run["tool"]["driver"]["name"] == "cdk-hpo"
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        ids = [rule["id"] for rule in rules]
        assert len(set(ids)) == len(ids)
        for rule in rules:
            assert rule["shortDescription"]["text"]
            assert rule["fullDescription"]["text"]
            assert rule["help"]["text"]
            assert rule["helpUri"].startswith("https://")
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
            assert all(each["message"]["text"] for each in invocation["toolExecutionNotifications"])
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            for location in result["locations"]:
                place = location["physicalLocation"]
                assert not PurePosixPath(place["artifactLocation"]["uri"]).is_absolute()
                assert place["region"]["startLine"] >= 1
                assert place["region"]["startColumn"] >= 1
            for suppression in result.get("suppressions", ()):
                assert suppression["kind"] in ("inSource", "external")


@pytest.mark.parametrize("format", ["text", "json", "sarif", "github"])
def test_every_rule_in_every_format(command: Command, format: str) -> None:
    """Whatever the rules report, each format can write it."""
    for number, rule in enumerate(DECIDABLE):
        command.file(f"{number:03}.json", request_of(rule.wrong or {}))
    files = sorted(each.name for each in command.folder.iterdir())
    done = command("check", *files, "--format", format)
    assert (done.status, done.err) == (1, "")
    assert all(rule.id in done.out for rule in DECIDABLE)
    if format == "sarif":
        check_sarif(done.json)


def test_lines_lead_to_what_was_written(command: Command) -> None:
    """The line of a finding names the last step of its path, or what encloses it when something is missing."""
    for number, rule in enumerate(DECIDABLE):
        command.file(f"{number:03}.json", request_of(rule.wrong or {}))
    files = sorted(each.name for each in command.folder.iterdir())
    lines = {file: (command.folder / file).read_text(encoding="utf-8").splitlines() for file in files}
    exact = 0
    for each in command("check", *files, "--format", "json").json["findings"]:
        name = each["path"].split(".")[-1]
        exact += name.isidentifier() and f'"{name}":' in lines[each["file"]][each["line"] - 1]
    assert exact > 150
