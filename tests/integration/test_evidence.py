"""The check of every answer and log line finds what it is there for."""

from typing import Any

import pytest

from tests.integration import planted
from tests.integration.evidence import Evidence

GOOD: dict[str, Any] = {
    "valid": True,
    "problem": None,
    "size": 200,
    "reason": "",
    "body": "{}",
    "RequestType": "Create",
    "RequestId": "1",
    "LogicalResourceId": "Tuning",
}


def test_nothing_wrong() -> None:
    assert Evidence(answers=[GOOD, {**GOOD, "RequestId": "2"}]).problems() == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([{**GOOD, "valid": False, "problem": "no id"}], "Create Tuning: no id"),
        ([{**GOOD, "size": 4097}], "Create Tuning: 4097 bytes"),
        ([{**GOOD, "reason": "x" * 1025}], "Create Tuning: 200 bytes"),
        ([GOOD, GOOD], "2 answers to 1"),
    ],
)
def test_answers_against_the_protocol(answers: list[dict[str, Any]], expected: str) -> None:
    assert Evidence(answers=answers).problems() == [expected]


@pytest.mark.parametrize("part", ["answers", "function_log", "stack_events", "cloud_log"])
def test_each_planted_secret_is_found_in_each_place(part: str) -> None:
    place: Any = planted.ECHO if part == "cloud_log" else {**GOOD, "text": planted.ECHO}
    found = Evidence(**{part: [place]}).problems()
    assert [any(core in each for each in found) for core in planted.CORES] == [True] * 4


def test_every_planted_value_holds_a_core() -> None:
    values = [*planted.ENVIRONMENT.values(), *planted.HYPER_PARAMETERS.values(), *planted.TAGS.values()]
    assert [sum(core in value for core in planted.CORES) for value in values] == [1, 1, 1, 0, 1]
