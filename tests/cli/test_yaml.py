"""YAML, with and without CloudFormation's tags, and without PyYAML."""

import sys
from importlib import import_module
from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from tests.cli.command import Command, wrong_request

yaml: Any = import_module("yaml")


def test_a_wrong_request_with_its_line(command: Command) -> None:
    text = yaml.safe_dump(wrong_request())
    command.file("a.yaml", text)
    done = command("check", "a.yaml")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "xlage" in each)
    assert done.status == 1
    assert done.out.startswith(f"a.yaml:{line}: TrainingJobDefinition.ResourceConfig.InstanceType\n")


def test_several_documents(command: Command) -> None:
    command.file("a.yml", yaml.safe_dump_all([base_request(), None, wrong_request()]))
    done = command("check", "a.yml")
    assert ": document 3 (dev-job): " in done.out
    assert "Checked 2 tuning jobs" in done.out


def test_names_without_an_extension(command: Command) -> None:
    assert command("check", command.file("request", yaml.safe_dump(base_request()))).status == 0
    assert command("check", command.file("other", base_request())).status == 0


def test_values_that_cloudformation_computes_are_not_judged(command: Command) -> None:
    request = yaml.safe_dump(wrong_request()).replace("InstanceType: ml.m5.xlage", "InstanceType: !Ref Type")
    for tag in ("!Sub ml.${A}", "!GetAtt A.B", "!If [A, x, y]", "!FindInMap [A, B, C]", "!Select [0, [x]]"):
        file = command.file("a.yaml", request.replace("!Ref Type", tag))
        assert command("check", file).status == 0, tag


def test_dates_are_text(command: Command) -> None:
    request = base_request()
    request["TrainingJobDefinition"]["Environment"] = {"DAY": "DATE"}
    text = yaml.safe_dump(request)
    assert command("check", command.file("a.yaml", text.replace("DATE", "2024-01-01"))).status == 0
    assert command("check", command.file("b.yaml", text.replace("DATE", "20240101"))).status == 1


def test_without_pyyaml(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    file = command.file("a.yaml", yaml.safe_dump(base_request()))
    done = command("check", file)
    assert done == (2, "", f"cdk-hpo: {file}: is YAML, which needs PyYAML: pip install 'cdk-hpo[yaml]'\n")
    assert command("check", command.file("a.json", base_request())).status == 0
