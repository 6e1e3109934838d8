"""Objects whose own code fails, and numbers that nothing can hold, are refused in words."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import cdk_hpo as hpo
from cdk_hpo.definition._shown import number_hint, text_hint
from tests.examples import minimal_definition

HUGE = "an integer of more than 38 digits"


class Mute:
    """Cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError("no")


class Sullen:
    """Answers nothing that it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)


class Whole:
    """A whole number, as NumPy has its own."""

    def __index__(self) -> int:
        return 3

    def __float__(self) -> float:
        return 3.0


def training(**changes: Any) -> object:
    return dataclasses.replace(minimal_definition().training_jobs[0], **changes)


def whole(**changes: Any) -> object:
    return dataclasses.replace(minimal_definition(), **changes)


ARGUMENTS = [
    *[(training, each.name) for each in dataclasses.fields(hpo.TrainingJobDefinition)],
    *[(whole, each.name) for each in dataclasses.fields(hpo.TuningJobDefinition)],
]


@pytest.mark.parametrize("kind", [Mute, Sullen])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"a": x}], ids=["itself", "list", "dict"])
@pytest.mark.parametrize(("make", "name"), ARGUMENTS, ids=[f"{make.__name__}-{name}" for make, name in ARGUMENTS])
def test_an_object_that_fails(make: Callable[..., object], name: str, wrap: Callable[[Any], Any], kind: Any) -> None:
    with pytest.raises(hpo.ValidationError):
        make(**{name: wrap(kind())})


@pytest.mark.parametrize("kind", [Mute, Sullen])
@pytest.mark.parametrize(
    "make",
    [
        lambda x: hpo.Algorithm.from_image(x),
        lambda x: hpo.Algorithm.from_ecr_repository(x),
        lambda x: hpo.StoppingCondition(max_runtime=x),
        lambda x: hpo.Instances("ml.m5.large", volume=x),
        lambda x: hpo.Output(x),
        lambda x: hpo.Output("s3://b", encryption_key=x),
        lambda x: hpo.Channel("train", x),
        lambda x: hpo.Channel.from_bucket("train", x),
        lambda x: hpo.VpcConfig.from_vpc(x, security_groups=["sg-1"]),
        lambda x: hpo.VpcConfig(security_groups=[x], subnets=["subnet-1"]),
        lambda x: hpo.WarmStart([x], type=hpo.WarmStartType.TRANSFER_LEARNING),
        lambda x: hpo.IntegerParameter("depth", x, 3),
    ],
    ids=range(12),
)
def test_one_in_a_part(make: Callable[[Any], object], kind: Any) -> None:
    with pytest.raises(hpo.ValidationError, match=f"got an object of the class {kind.__name__}"):
        make(kind())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: hpo.CompletionCriteria(target_objective_metric_value=10**400), f"a finite number, got {HUGE}"),
        (lambda: hpo.CompletionCriteria(target_objective_metric_value=10**5000), f"a finite number, got {HUGE}"),
        (lambda: hpo.Algorithm.from_image(10**5000), f"got {HUGE}: write it in quotes"),  # type: ignore[arg-type]
        (lambda: training(static_hyper_parameters={"a": 10**5000}), f"got {HUGE}: write it in quotes"),
        (lambda: training(static_hyper_parameters={10**5000: "a"}), f"at {HUGE}: expected text"),
        (lambda: hpo.Instances("ml.m5.large", count=-(10**5000)), f"of at least 1, got {HUGE}"),
        (lambda: hpo.IntegerParameter("x", 1, 10**5000), f"of at most 1000 digits, got {HUGE}"),
        (lambda: hpo.ContinuousParameter("x", 0, Decimal("1e-9999")), "of at most 1000 digits, got 1E-9999"),
        (lambda: hpo.StoppingCondition(max_runtime=-(10**5000)), f"of at least 1, got {HUGE}"),
    ],
    ids=range(9),
)
def test_a_number_beyond_all_bounds(make: Callable[[], object], said: str) -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        make()
    assert said in caught.value.findings[0].message


def test_a_number_that_the_service_may_judge() -> None:
    assert hpo.IntegerParameter("x", 0, 10**300).max_value == f"1{'0' * 300}"


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("600", ": write 600 without quotes"),
        ("0", ": write 0 without quotes"),
        ("0600", ""),
        ("٣", ""),
        ("9" * 80, ""),
        ("", ""),
        (Whole(), ": write int(…) around it"),
        (Whole, ""),
        (2.5, ""),
        (True, ""),
    ],
    ids=["digits", "zero", "leading zero", "another script", "long", "empty", "whole", "class", "fraction", "flag"],
)
def test_how_a_number_is_written(given: object, hint: str) -> None:
    assert number_hint(given) == hint


def test_a_number_of_another_library() -> None:
    assert number_hint(Whole(), integer=False) == ": write float(…) around it"
    assert text_hint(Whole()) == ": write str(…) around it"
    with pytest.raises(hpo.ValidationError, match=r"class Whole: write int\(…\) around it"):
        hpo.Instances("ml.m5.large", count=Whole())  # type: ignore[arg-type]
    with pytest.raises(hpo.ValidationError, match=r"class Whole: write float\(…\) around it"):
        hpo.ContinuousParameter("eta", Whole(), 9)  # type: ignore[arg-type]
