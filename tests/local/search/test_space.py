import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_hpo.local.search import Search, Space
from cdk_hpo.local.search.parameters import continuous, integer
from tests.local.search.requests import real, request, walk

INTEGERS = st.tuples(st.integers(-(2**53), 2**53), st.integers(-(2**53), 2**53)).map(sorted)
FLOATS = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)).map(sorted)
POSITIVE = st.tuples(st.floats(1e-12, 1e12), st.floats(1e-12, 1e12)).map(sorted)
SHARES = st.tuples(st.floats(0, 0.999999), st.floats(0, 0.999999)).map(sorted)
WHOLE = st.tuples(st.integers(1, 2**40), st.integers(1, 2**40)).map(sorted)
CHOICES = st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=4, unique=True)


def ranges(**pairs: Any) -> dict[str, Any]:
    kinds = (
        {"i": "Linear", "il": "Logarithmic", "ia": "Auto"},
        {
            "c": "Linear",
            "l": "Logarithmic",
            "r": "ReverseLogarithmic",
            "a": "Auto",
        },
    )
    return {
        "IntegerParameterRanges": [
            {"Name": name, "MinValue": str(pairs[name][0]), "MaxValue": str(pairs[name][1]), "ScalingType": scaling}
            for name, scaling in kinds[0].items()
        ],
        "ContinuousParameterRanges": [real(name, *pairs[name], scaling) for name, scaling in kinds[1].items()],
        "CategoricalParameterRanges": [{"Name": "k", "Values": pairs["k"]}],
    }


@settings(max_examples=25, deadline=None)
@given(
    strategy=st.sampled_from(["Random", "Bayesian", "Hyperband"]),
    seed=st.integers(0, 2**31),
    i=INTEGERS,
    il=WHOLE,
    ia=INTEGERS,
    c=FLOATS,
    l=POSITIVE,
    r=SHARES,
    a=FLOATS,
    k=CHOICES,
    outcomes=st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=8, max_size=8),
)
def test_every_proposal_lies_in_its_range(strategy: str, seed: int, outcomes: list[float | None], **pairs: Any) -> None:
    hyperband = {"StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 9}}} if strategy == "Hyperband" else {}
    search = Search(request(strategy, ranges=ranges(**pairs), jobs=8, RandomSeed=seed, **hyperband), "job")
    for outcome in outcomes:
        proposal = search.propose()
        assert proposal is not None
        assert set(proposal.tuned) == set(pairs)
        for name, text in proposal.tuned.items():
            if name == "k":
                assert text in pairs["k"]
            else:
                number = int(text) if name.startswith("i") else float(text)
                assert pairs[name][0] <= number <= pairs[name][1]
        if outcome is not None:
            search.report(proposal.number, outcome)
        search.finish(proposal.number, "Completed" if outcome is not None else "Failed", outcome)
    assert search.propose() is None


@settings(max_examples=50, deadline=None)
@given(bounds=SHARES, share=st.floats(0, 1), scaling=st.sampled_from(["Linear", "ReverseLogarithmic", "Auto"]))
def test_reading_back_what_was_written(bounds: list[float], share: float, scaling: str) -> None:
    parameter = continuous(real("x", *bounds, scaling))
    distribution: Any = parameter.distribution
    text = parameter.text(distribution.low + share * (distribution.high - distribution.low))
    inner = parameter.read(text)
    assert inner is not None
    assert distribution._contains(inner)
    assert math.isclose(float(parameter.text(inner)), float(text), abs_tol=1e-15)


def share_below(scaling: str, low: float, high: float, limit: float) -> float:
    """Return the share of random proposals below a limit."""
    given = request("Random", ranges={"ContinuousParameterRanges": [real("x", low, high, scaling)]}, jobs=300)
    drawn = [float(proposal.tuned["x"]) for proposal, _ in walk(given)]
    return sum(value < limit for value in drawn) / len(drawn)


@pytest.mark.parametrize(
    ("scaling", "low", "high", "middle"),
    [
        ("Linear", 0.0, 1.0, 0.5),
        ("Linear", 0.0001, 1.0, 0.5),
        ("Logarithmic", 0.0001, 1.0, 0.01),
        ("Auto", 0.0001, 1.0, 0.01),
        ("Auto", 0.5, 1.0, 0.75),
        ("Auto", -1.0, 1.0, 0.0),
        ("ReverseLogarithmic", 0.0, 0.9999, 0.99),
        ("Auto", 0.0, 0.9999, 0.99),
    ],
)
def test_the_middle_of_the_scale_halves_the_proposals(scaling: str, low: float, high: float, middle: float) -> None:
    assert share_below(scaling, low, high, middle) == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(
    ("read", "low", "high", "scaling", "reason"),
    [
        (continuous, "0", "1", "Logarithmic", "logarithmic scaling needs values greater than 0, got 0 to 1"),
        (continuous, "0", "1", "ReverseLogarithmic", "reverse logarithmic scaling needs values from 0 to below 1"),
        (integer, "0", "0", "ReverseLogarithmic", "reverse logarithmic scaling needs"),
        (continuous, "low", "1", "Auto", "The MinValue 'low' of the parameter x is not a number"),
        (continuous, "0", "inf", "Auto", "The MaxValue 'inf' of the parameter x is not a number"),
        (integer, "0.5", "1", "Auto", "The bound '0.5' of the integer parameter x is not a whole number"),
        (continuous, "2", "1", "Auto", "The MinValue 2 of the parameter x is above its MaxValue"),
        (continuous, "-1e308", "1e308", "Auto", "The range of the parameter x is too wide to be searched: -1e308 to"),
        (integer, "0", "1" + 30 * "0", "Auto", "The range of the parameter x is too wide to be searched"),
    ],
)
def test_ranges_that_cannot_be_searched(read: Any, low: str, high: str, scaling: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read({"Name": "x", "MinValue": low, "MaxValue": high, "ScalingType": scaling})


@pytest.mark.parametrize("other", ["IntegerParameterRanges", "CategoricalParameterRanges", "ContinuousParameterRanges"])
def test_a_name_has_one_range(other: str) -> None:
    second = {"Name": "x", "Values": ["1"]} if other.startswith("Cat") else real("x", 0, 4)
    second |= {} if "Values" in second else {"MinValue": "0", "MaxValue": "4"}
    given: dict[str, Any] = {"ContinuousParameterRanges": [real("x", 0, 1)]}
    given[other] = [*given.get(other, []), second]
    with pytest.raises(ValueError, match="The parameter x has more than one range"):
        Space.of(given)


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"IntegerParameterRanges": [{"Name": "n", "MinValue": "-1", "MaxValue": "2"}]}, 4),
        ({"CategoricalParameterRanges": [{"Name": "k", "Values": ["a", "b"]}]}, 2),
        ({"ContinuousParameterRanges": [real("x", 0.9, 0.9, "ReverseLogarithmic")]}, 1),
        ({"ContinuousParameterRanges": [real("x", 0, 1)]}, None),
    ],
)
def test_places_are_counted_where_there_is_an_end(given: dict[str, Any], places: int | None) -> None:
    space = Space.of(given)
    assert space.places == places
    if places is not None:
        found = [space.texts(inner) for inner in space.every()]
        assert len({tuple(texts.values()) for texts in found}) == places
        assert all(space.read(texts) is not None for texts in found)


def test_large_whole_numbers_stay_exact() -> None:
    low, high = 2**53 + 1, 2**53 + 3
    given = request(ranges={"IntegerParameterRanges": [{"Name": "n", "MinValue": str(low), "MaxValue": str(high)}]})
    assert {int(proposal.tuned["n"]) for proposal, _ in walk(given, lambda values: 0.0)} <= {low, low + 1, high}


@pytest.mark.parametrize(
    ("hint", "low", "high", "whole"),
    [
        ("8", 2, 32, True),
        ("1", 1, 4, True),
        ("-8", -32, -2, True),
        ("0", 0, 1, True),
        ("0.1", 0.01, 1, False),
        ("0.5", 0.05, 1, False),
        ("2.5", 0.25, 25, False),
        ("-0.5", -5, -0.05, False),
    ],
)
def test_auto_parameters_are_searched_around_their_hint(hint: str, low: float, high: float, whole: bool) -> None:
    given = request(ranges={"AutoParameters": [{"Name": "x", "ValueHint": hint}]}, jobs=40)
    drawn = [proposal.tuned["x"] for proposal, _ in walk(given)]
    assert all(low <= float(text) <= high for text in drawn)
    assert len(set(drawn)) > 1
    assert all(text.lstrip("-").isdigit() for text in drawn) is whole


def test_an_auto_parameter_that_is_no_number_keeps_its_hint() -> None:
    space = Space.of({"AutoParameters": [{"Name": "mode", "ValueHint": "fast"}]})
    assert [space.texts(inner) for inner in space.grid()] == [{"mode": "fast"}]
