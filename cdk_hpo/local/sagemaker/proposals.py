"""Hyperparameter values inside a definition's ranges, the same ones each time for the same job."""

import hashlib
import itertools
import math
import random
from collections.abc import Mapping
from typing import Any


def proposal(seed: str, index: int, ranges: Mapping[str, Any], *, grid: bool) -> tuple[dict[str, str], float]:
    """Return values for every tuned hyperparameter and a made-up loss between 0 and 1.

    Parameters
    ----------
    seed
        What makes this tuning job different from others.
    index
        Number of the training job, from 0.
    ranges
        The API's ``ParameterRanges``; ValueError if a bound is no number.
    grid
        Whether to walk the product of the categorical values instead of drawing.
    """
    rng = random.Random(f"{seed}/{index}")
    values: dict[str, str] = {}
    losses: list[float] = []
    categories = ranges.get("CategoricalParameterRanges") or []
    cell = _cell(categories, index) if grid else None
    for position, parameter in enumerate(categories):
        choices = parameter["Values"]
        choice = cell[position] if cell is not None else rng.randrange(len(choices))
        values[parameter["Name"]] = choices[choice]
        losses.append(_loss(parameter["Name"], (choice + 0.5) / len(choices)))
    for kind in ("ContinuousParameterRanges", "IntegerParameterRanges"):
        for parameter in ranges.get(kind) or []:
            share = rng.random()
            values[parameter["Name"]] = _between(parameter, share, whole=kind.startswith("Integer"))
            losses.append(_loss(parameter["Name"], share))
    for parameter in ranges.get("AutoParameters") or []:
        values[parameter["Name"]] = parameter["ValueHint"]
    return values, round(sum(losses) / len(losses), 6) if losses else round(rng.random(), 6)


def grid_size(ranges: Mapping[str, Any]) -> int:
    """Return the number of combinations of the categorical values."""
    return math.prod(len(parameter["Values"]) for parameter in ranges.get("CategoricalParameterRanges") or [])


def _cell(categories: list[Mapping[str, Any]], index: int) -> tuple[int, ...]:
    cells = itertools.product(*(range(len(parameter["Values"])) for parameter in categories))
    size = math.prod(len(parameter["Values"]) for parameter in categories)
    return next(itertools.islice(cells, index % max(size, 1), None), ())


def _between(parameter: Mapping[str, Any], share: float, *, whole: bool) -> str:
    low, high = _number(parameter, "MinValue"), _number(parameter, "MaxValue")
    scaling = parameter.get("ScalingType", "Auto")
    if scaling == "Logarithmic" and low > 0 and high > 0:
        value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
    elif scaling == "ReverseLogarithmic" and low < 1 and high < 1:
        value = 1 - math.exp(math.log1p(-low) + share * (math.log1p(-high) - math.log1p(-low)))
    else:
        value = low + share * (high - low)
    if whole:
        # Large whole numbers do not fit a float: stay between the exact bounds.
        return str(min(max(round(value), int(parameter["MinValue"])), int(parameter["MaxValue"])))
    return repr(min(max(value, low), high))


def _number(parameter: Mapping[str, Any], bound: str) -> float:
    try:
        value = float(parameter[bound])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"The {bound} '{parameter[bound]}' of the parameter {parameter['Name']} is not a number.")
    return value


def _loss(name: str, share: float) -> float:
    """Give a bowl with its lowest point at a place that depends on the parameter's name."""
    lowest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big") / 0xFFFF
    return (share - lowest) ** 2
