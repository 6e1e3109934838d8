"""Both sides of every bound."""

import pytest

from tests.checks.boundaries import CASES
from tests.checks.boundary_forms import Case
from tests.checks.requests import edited, ids


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_exactly_these_rules_report(case: Case) -> None:
    request = edited(case.changes, remove=case.remove, base=case.base)
    assert ids(request) == (case.errors, case.warnings)
