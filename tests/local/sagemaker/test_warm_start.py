"""What a tuning job must have in common with the parents of its warm start."""

from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from tests.local.requests import tuning_request
from tests.local.sagemaker.conftest import Bench

STATIC = {f"s{number}": "1" for number in range(11)}
NUMBERS = [{"Name": f"x{number}", "MinValue": "0", "MaxValue": "1"} for number in range(4)]
CHOICES = [{"Name": "kind", "Values": [f"v{number}" for number in range(8)]}]


def request(name: str, *, static: dict[str, str], objective: dict[str, str] | None = None, **ranges: Any) -> Any:
    found = tuning_request(name)
    found["TrainingJobDefinition"]["StaticHyperParameters"] = static
    found["HyperParameterTuningJobConfig"]["ParameterRanges"] = ranges
    found["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"] |= objective or {}
    return found


def child(bench: Bench, **changes: Any) -> None:
    """Create a tuning job that is warm-started from the parent."""
    given = {"static": STATIC, "ContinuousParameterRanges": NUMBERS, "CategoricalParameterRanges": CHOICES}
    warm_start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "PARENT"}],
        "WarmStartType": "TransferLearning",
    }
    bench.call("CreateHyperParameterTuningJob", **request("child", **{**given, **changes}), WarmStartConfig=warm_start)


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    given = request("parent", static=STATIC, ContinuousParameterRanges=NUMBERS, CategoricalParameterRanges=CHOICES)
    made.call("CreateHyperParameterTuningJob", **given)
    made.now += 11
    return made


def others(number: int) -> dict[str, str]:
    """Return the static hyperparameters, some of them with another value."""
    return {name: "2" if place < number else value for place, (name, value) in enumerate(STATIC.items())}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"static": others(10)},
        {"static": {**others(9), "x0": "0.5"}, "ContinuousParameterRanges": NUMBERS[1:]},
        {"static": {**others(2), "kind": "v1"}, "CategoricalParameterRanges": None},
        {
            "static": {k: v for k, v in STATIC.items() if k != "s0"},
            "IntegerParameterRanges": [{"Name": "s0", "MinValue": "1", "MaxValue": "9"}],
        },
    ],
    ids=["the same", "ten values", "nine values and one fixed", "two values and eight choices", "one more is tuned"],
)
def test_what_may_differ(bench: Bench, changes: dict[str, Any]) -> None:
    child(bench, **{name: value for name, value in changes.items() if value is not None} | _none(changes))
    assert bench.status("child") == "InProgress"


def _none(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: [] for name, value in changes.items() if value is None}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"objective": {"Type": "Maximize"}}, "The objective is to maximize, the parent's to minimize"),
        ({"objective": {"MetricName": "loss"}}, 'The objective is "loss", the parent\'s is "validation:rmse"'),
        ({"static": others(11)}, "11 changes from tuned to static hyperparameters and of static values"),
        (
            {"static": {**others(3), "kind": "v1"}, "CategoricalParameterRanges": []},
            "11 changes from tuned to static hyperparameters and of static values",
        ),
        ({"static": {**STATIC, "more": "1"}}, "only here: more"),
        ({"static": {}}, "only in the parent: s0, s1"),
        (
            {"ContinuousParameterRanges": NUMBERS[1:], "IntegerParameterRanges": NUMBERS[:1]},
            '"x0" is integer here and continuous in the parent',
        ),
    ],
    ids=["direction", "metric", "eleven values", "choices count", "one more", "fewer", "type"],
)
def test_what_must_not_differ(bench: Bench, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ServiceError) as refused:
        child(bench, **changes)
    assert refused.value.code == "ValidationException"
    assert "does not fit its warm start parents. parent: " in str(refused.value)
    assert reason in str(refused.value)
    with pytest.raises(ServiceError, match="child"):
        bench.describe("child")
