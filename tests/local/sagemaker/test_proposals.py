from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_hpo.local.sagemaker.proposals import proposal

INTEGERS = st.integers(min_value=-(2**53), max_value=2**53)
FLOATS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
SCALES = st.sampled_from(["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"])


@settings(max_examples=60, deadline=None)
@given(
    whole=st.tuples(INTEGERS, INTEGERS).map(sorted),
    real=st.tuples(FLOATS, FLOATS).map(sorted),
    scale=SCALES,
    choices=st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=5, unique=True),
    index=st.integers(0, 750),
)
def test_every_value_lies_in_its_range(
    whole: list[int], real: list[float], scale: str, choices: list[str], index: int
) -> None:
    ranges: dict[str, Any] = {
        "IntegerParameterRanges": [
            {"Name": "i", "MinValue": str(whole[0]), "MaxValue": str(whole[1]), "ScalingType": scale}
        ],
        "ContinuousParameterRanges": [
            {"Name": "c", "MinValue": repr(real[0]), "MaxValue": repr(real[1]), "ScalingType": scale}
        ],
        "CategoricalParameterRanges": [{"Name": "k", "Values": choices}],
    }
    values, loss = proposal("seed", index, ranges, grid=False)
    assert whole[0] <= int(values["i"]) <= whole[1]
    assert real[0] <= float(values["c"]) <= real[1]
    assert values["k"] in choices
    assert 0 <= loss <= 1


@pytest.mark.parametrize(("scale", "lowest"), [("Logarithmic", 0.3), ("Linear", 0.0)])
def test_a_logarithmic_scale_draws_small_values_more_often(scale: str, lowest: float) -> None:
    ranges = {"ContinuousParameterRanges": [{"Name": "c", "MinValue": "0.0001", "MaxValue": "1", "ScalingType": scale}]}
    drawn = [float(proposal("s", index, ranges, grid=False)[0]["c"]) for index in range(300)]
    small = sum(value < 0.01 for value in drawn) / len(drawn)
    assert lowest <= small < lowest + 0.4
