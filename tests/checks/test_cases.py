"""The reference cases: exactly the expected rules for each, and no error for what the service accepts."""

import json
import re
from typing import Any

import pytest

from cdk_hpo.checks.tables import builtin_images
from tests.checks.requests import accepted, ids, public_examples
from tests.shared import SHARED

CASES: list[dict[str, Any]] = json.loads((SHARED / "rules" / "dev_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case['near']}" for number, case in enumerate(CASES)])
def test_exactly_the_expected_rules_report(case: dict[str, Any]) -> None:
    assert ids(case["request"]) == (set(case["errors"]), set(case["warnings"]))


@pytest.mark.parametrize("name", list(accepted()))
def test_what_the_service_accepts_has_no_error(name: str) -> None:
    errors, _ = ids(accepted()[name])
    assert errors == set()


# Registries of SageMaker's framework images, by partition and age.
FRAMEWORK_ACCOUNTS = {"763104351884", "442386744353", "520713654638", "833128469047"}


def test_public_examples_are_many_and_name_their_sources() -> None:
    entries = public_examples()
    registries = FRAMEWORK_ACCOUNTS.union(*(accounts for _, accounts in builtin_images().values()))
    assert len(entries) >= 60
    for name, entry in entries.items():
        assert entry.keys() == {"source", "request"} and entry["source"], name
        accounts = set(re.findall(r"(?<![0-9a-f-])\d{12}(?![0-9a-f])", json.dumps(entry["request"])))
        assert accounts <= registries | {"111122223333", "123456789012"}, name
