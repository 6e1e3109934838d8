"""The reference cases: exactly the expected rules for each, and no error for what the service accepts."""

import json
from typing import Any

import pytest

from tests.checks.requests import ids
from tests.shared import SHARED, accepted_requests

CASES: list[dict[str, Any]] = json.loads((SHARED / "rules" / "dev_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['near']}" for number, case in enumerate(CASES)])
def test_exactly_the_expected_rules_report(case: dict[str, Any]) -> None:
    assert ids(case["request"]) == (set(case["errors"]), set(case["warnings"]))


@pytest.mark.parametrize("name", list(accepted_requests()))
def test_what_the_service_accepts_has_no_error(name: str) -> None:
    errors, _ = ids(accepted_requests()[name])
    assert errors == set()
