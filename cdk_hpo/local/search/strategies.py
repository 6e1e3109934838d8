"""The strategies of the API as samplers and pruners of Optuna."""

import hashlib
import warnings
from typing import Literal

from optuna.exceptions import ExperimentalWarning
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

from .hyperband import REDUCTION_FACTOR, Resource

Strategy = Literal["Bayesian", "Random", "Grid", "Hyperband"]

# Bayesian proposals are random until there are this many results, or a quarter of all jobs where they are few.
MOST_RANDOM = 10
LEAST_RANDOM = 3


def seed_of(*parts: object) -> int:
    """Return a seed of 32 bits that depends on all the parts."""
    text = "/".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def sampler(strategy: Strategy, seed: int, budget: int) -> BaseSampler:
    """Return what proposes values.

    Parameters
    ----------
    strategy
        The API's ``Strategy``. Hyperband proposes as Bayesian does; a grid is walked and needs no proposals.
    seed
        Where its random numbers begin.
    budget
        How many training jobs there will be.
    """
    if strategy in ("Random", "Grid"):
        return RandomSampler(seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        return TPESampler(
            seed=seed,
            multivariate=True,
            constant_liar=True,  # keeps parallel jobs from all trying the same place
            n_startup_trials=min(max(budget // 4, LEAST_RANDOM), MOST_RANDOM),
        )


def pruner(resource: Resource | None) -> BasePruner:
    """Return what stops training jobs: for Hyperband by its resource, else nothing."""
    if resource is None:
        return NopPruner()
    return HyperbandPruner(min_resource=resource.least, max_resource=resource.most, reduction_factor=REDUCTION_FACTOR)
