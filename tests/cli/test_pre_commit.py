"""The hook for https://pre-commit.com."""

import re
import tomllib
from importlib import import_module
from typing import Any

import pytest

from tests.cli.command import Command, wrong_request
from tests.shared import ROOT

yaml: Any = import_module("yaml")


@pytest.fixture
def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(only, dict)
    return only


def test_what_it_runs_is_installed(hook: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (hook["id"], hook["language"]) == ("cdk-hpo-check", "python")
    assert hook["entry"].split()[0] in project["scripts"]
    assert hook["additional_dependencies"] == project["optional-dependencies"]["yaml"]


def test_which_files_it_checks(hook: dict[str, Any]) -> None:
    def checked(file: str) -> bool:
        return re.search(hook["files"], file) is not None

    assert all(map(checked, ["tuning.json", "jobs/nightly-tuning.json", "a/tuning_job.yaml"]))
    assert not any(map(checked, ["package.json", "tuning/package.json", "cdk.json"]))


def test_its_words(command: Command, hook: dict[str, Any]) -> None:
    _, *words = hook["entry"].split()
    assert command(*words, command.file("tuning.json", wrong_request())).status == 1
