from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from tests.local.sagemaker.conftest import Bench

LIST = "ListHyperParameterTuningJobs"


def outcomes(bench: Bench, calls: int, operation: str = LIST) -> str:
    shown = ""
    for _ in range(calls):
        try:
            bench.call(operation)
            shown += "."
        except ServiceError as error:
            shown += "x" if error.code == "ThrottlingException" else "?"
    return shown


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({}, "x...."),
        ({"times": 2}, "xx..."),
        ({"nth": 3}, "..x.."),
        ({"nth": 2, "times": 3}, ".xxx."),
        ({"nth": 2, "times": 0}, ".xxxx"),
        ({"every": 2, "times": 0}, "x.x.x"),
        ({"every": 3, "times": 0, "nth": 2}, ".x..x"),
        ({"every": 2, "times": 2}, "x.x.."),
    ],
)
def test_which_calls_fail(bench: Bench, fault: dict[str, Any], expected: str) -> None:
    bench.service.faults.set([{"operation": LIST, "code": "ThrottlingException", **fault}])
    assert outcomes(bench, 5) == expected


def test_status_and_message(bench: Bench) -> None:
    bench.service.faults.set(
        [
            {"operation": "*", "code": "InternalFailure", "message": "oops"},
            {"operation": "*", "code": "A", "status": 418},
        ]
    )
    with pytest.raises(ServiceError, match="oops") as first:
        bench.call(LIST)
    assert first.value.status == 500
    bench.service.faults.set([{"operation": "*", "code": "A", "status": 418}])
    with pytest.raises(ServiceError) as second:
        bench.call(LIST)
    assert (second.value.status, second.value.message) == (418, "A")


def test_a_lost_answer(bench: Bench) -> None:
    bench.service.faults.set([{"operation": "CreateHyperParameterTuningJob", "code": "InternalFailure", "after": True}])
    with pytest.raises(ServiceError, match="InternalFailure"):
        bench.create("job")
    assert bench.status("job") == "InProgress"


def test_a_late_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    bench.service.faults.set([{"operation": LIST, "seconds": 3}, {"operation": "*", "code": "A", "seconds": 5}])
    assert outcomes(bench, 2) == ".."
    assert waited == [3.0]
    bench.service.faults.set([{"operation": "*", "code": "ThrottlingException", "seconds": 5, "after": True}])
    assert outcomes(bench, 2) == "x."
    assert waited == [3.0, 5.0]


@pytest.mark.parametrize("every", [0, -1])
def test_a_share_that_there_is_not_is_refused(bench: Bench, every: int) -> None:
    with pytest.raises(ValueError, match="every must be a whole number from 1"):
        bench.service.faults.set([{"operation": "*", "code": "A", "every": every}])


@pytest.mark.parametrize("fault", [{"code": "A"}, {"operation": "*"}, {"operation": "*", "code": "A", "time": 1}])
def test_a_fault_with_other_keys_is_refused(bench: Bench, fault: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a fault has operation, code"):
        bench.service.faults.set([fault])
