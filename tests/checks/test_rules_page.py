"""The rules page says what the catalogue says, and its examples are YAML."""

import importlib.util
import re
import sys
from types import ModuleType
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from cdk_hpo.checks import catalogue
from tests.shared import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_rules_page", ROOT / "scripts" / "make_rules_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_that_of_the_catalogue(script: ModuleType) -> None:
    assert script.main(["--check"]) == 0, "run: python scripts/make_rules_page.py"


def test_every_rule_has_a_section_under_one_subject(script: ModuleType) -> None:
    text = script.page()
    assert sorted(re.findall(r"^### `(.+)`$", text, re.MULTILINE)) == sorted(catalogue())
    subjects = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert len(subjects) == len(set(subjects)) < 15


def test_examples_are_yaml_and_hold_the_values(script: ModuleType) -> None:
    for rule in catalogue().values():
        for changes in (rule.wrong, rule.right):
            if changes is not None:
                read: Any = yaml.safe_load(script.example(changes))
                first = [path.split(".")[0].split("[")[0] for path in changes.get("set", {})]
                assert list(read or {}) == list(dict.fromkeys(first)), rule.id


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"set": {"A.B[1].C": "x"}}, {"A": {"B": ["…", {"C": "x"}]}}),
        ({"set": {"A": [{"a": 1, "b": [{"c": "2"}]}]}}, {"A": [{"a": 1, "b": [{"c": "2"}]}]}),
        ({"set": {"A": {"$text": ["s3://", "k", 9, "/"]}}}, {"A": "s3://kkk…/"}),
        ({"set": {"A": {"$items": [{"Key": "k{n}"}, 3], "$first": ["f"]}}}, {"A": ["f", {"Key": "k0"}]}),
        ({"set": {"A": {}, "B": [], "C": None, "D": True}}, {"A": {}, "B": [], "C": None, "D": True}),
        ({"remove": ["A"]}, None),
    ],
)
def test_forms_of_examples(script: ModuleType, changes: dict[str, Any], expected: Any) -> None:
    assert yaml.safe_load(script.example(changes)) == expected
