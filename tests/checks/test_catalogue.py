"""The catalogue: complete, documented, and its examples do what they say."""

import json

import pytest

from cdk_hpo.checks import Rule, Severity, catalogue, check, rule
from cdk_hpo.checks.engine import check as engine_check
from cdk_hpo.checks.examples import base_request, request_of
from cdk_hpo.checks.registry import registered
from cdk_hpo.checks.shape_rules import ENUMS, ONE_LINE, PATTERNS, RANGES, SIZES
from tests.checks.requests import ids, resolve
from tests.shared import SHARED

DECIDABLE = [entry for entry in catalogue().values() if entry.decidable]
IN_THE_WALK = {
    *ENUMS.values(),
    *SIZES.values(),
    *PATTERNS.values(),
    *RANGES.values(),
    ONE_LINE,
    "required-field",
    "unknown-field",
    "wrong-type",
    "int32-range",
    "shuffle-seed-int64",
    "target-metric-finite",
}


def test_it_has_the_documented_ids_and_severities() -> None:
    documented = json.loads((SHARED / "rules" / "rules.json").read_text(encoding="utf-8"))["rules"]
    expected = {entry["id"]: entry["severity"] for entry in documented}
    assert {entry.id: entry.severity or "n/a" for entry in catalogue().values()} == expected
    assert len(DECIDABLE) == 207


def test_every_decidable_rule_is_implemented_and_no_other() -> None:
    assert registered() | IN_THE_WALK == {entry.id for entry in DECIDABLE}


@pytest.mark.parametrize("entry", catalogue().values(), ids=list(catalogue()))
def test_a_rule_says_what_where_and_why(entry: Rule) -> None:
    assert entry.summary.endswith(".")
    assert entry.why.endswith(".")
    assert entry.source.startswith("https://")
    assert entry.where


@pytest.mark.parametrize("entry", DECIDABLE, ids=[entry.id for entry in DECIDABLE])
def test_the_wrong_example_is_reported_and_the_right_one_is_not(entry: Rule) -> None:
    assert entry.wrong is not None and entry.right is not None
    request = request_of(entry.wrong)
    findings = [finding for finding in check(request) if finding.rule == entry.id]
    assert findings
    for finding in findings:
        assert finding.severity is entry.severity
        assert entry.by_structure or finding.source == entry.source
        assert finding.allowed and finding.advice
        assert finding.allowed in finding.message and finding.advice in finding.message
        resolve(request, finding.path)
    errors, warnings = ids(request_of(entry.right))
    assert entry.id not in errors | warnings
    assert errors == set()


@pytest.mark.parametrize("form", ["single", "list"])
def test_the_base_requests_are_right(form: str) -> None:
    assert check(base_request(form)) == []  # type: ignore[arg-type]


def test_an_unknown_id_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        rule("no-such-rule")


def test_the_package_gives_the_names_of_the_room() -> None:
    assert check is engine_check
    assert rule("tags-count").severity is Severity.ERROR
