"""What earlier tuning jobs found, as a warm start uses it.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .parameters import Inner
from .space import Space

# With other data an earlier value says little, but an earlier place is worth a try: this many are tried first.
TRANSFERRED = 5


@dataclass(frozen=True, kw_only=True)
class EarlierResult:
    """One training job of an earlier tuning job.

    Parameters
    ----------
    hyperparameters
        All of its hyperparameters, tuned and static.
    value
        Its final objective.
    """

    hyperparameters: Mapping[str, str]
    value: float


@dataclass(frozen=True, kw_only=True)
class Parent:
    """An earlier tuning job.

    Parameters
    ----------
    tuned
        The names of the hyperparameters that it tuned.
    results
        Its training jobs that have an objective.
    """

    tuned: frozenset[str]
    results: Sequence[EarlierResult]


def known(space: Space, static: Mapping[str, str], parents: Sequence[Parent]) -> list[tuple[dict[str, Inner], float]]:
    """Return the results that say something about the space: inside its ranges, and equal in what is static now.

    Parameters
    ----------
    space
        What the new tuning job searches over.
    static
        Its static hyperparameters. One that a parent tuned must have had today's value.
    parents
        The earlier tuning jobs.
    """
    found = []
    for parent in parents:
        fixed = {name: value for name, value in static.items() if name in parent.tuned}
        for result in parent.results:
            inner = space.read(result.hyperparameters)
            same = all(_equal(result.hyperparameters.get(name), value) for name, value in fixed.items())
            if inner is not None and same and math.isfinite(result.value):
                found.append((inner, result.value))
    return found


def places(found: Sequence[tuple[dict[str, Inner], float]], *, minimize: bool) -> list[dict[str, Inner]]:
    """Return the best places of earlier tuning jobs on other data, best first."""
    ranked = sorted(found, key=lambda each: each[1] if minimize else -each[1])
    unique = {tuple(sorted(inner.items())): inner for inner, _ in reversed(ranked)}
    return list(reversed(unique.values()))[:TRANSFERRED]


def _equal(one: str | None, other: str) -> bool:
    if one is None or one == other:
        return one == other
    try:
        return float(one) == float(other)
    except ValueError:
        return False
