import json
from typing import Any

import pytest

from cdk_hpo.local.answers import read

EVENT = {"StackId": "arn:stack", "RequestId": "request", "LogicalResourceId": "Job"}
GOOD: dict[str, Any] = {"Status": "SUCCESS", "PhysicalResourceId": "job-1", **EVENT}


def answered(content_type: str = "", **changes: Any) -> Any:
    fields = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    return read(json.dumps(fields).encode(), content_type, EVENT)


def test_a_good_answer() -> None:
    answer = answered(Data={"Name": "x", "Count": 1, "Yes": True})
    assert (answer.status, answer.problem, answer.physical_id) == ("SUCCESS", None, "job-1")
    assert answer.data == {"Name": "x", "Count": "1", "Yes": "true"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"content_type": "application/json"}, "it must have none"),
        ({"Data": {"big": "x" * 4096}}, "too long"),
        ({"Status": "success"}, "SUCCESS or FAILED"),
        ({"Status": "FAILED"}, "must have a Reason"),
        ({"PhysicalResourceId": None}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": ""}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": "ü" * 513}, "Invalid PhysicalResourceId"),
        ({"RequestId": "another"}, "RequestId must be the one of the event"),
        ({"StackId": None}, "StackId must be the one of the event"),
        ({"LogicalResourceId": "Other"}, "LogicalResourceId must be the one of the event"),
        ({"Data": ["a"]}, "Data must be an object"),
    ],
)
def test_what_cloudformation_refuses(changes: dict[str, Any], problem: str) -> None:
    answer = answered(**changes)
    assert answer.status == "FAILED"
    assert problem in answer.problem
    assert answer.reason == answer.problem


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"'])
def test_no_json_object(body: bytes) -> None:
    assert "not a JSON object" in str(read(body, "", EVENT).problem)


def test_the_largest_answer_that_fits() -> None:
    room = 4096 - answered(Data={"x": ""}).size
    assert answered(Data={"x": "a" * room}).problem is None
    assert answered(Data={"x": "a" * (room + 1)}).problem is not None
