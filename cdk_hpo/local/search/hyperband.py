"""What a training job of the strategy Hyperband may use: a number of epochs, one for each value of the objective.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperbandStrategyConfig.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Where the service looks for the highest number of epochs when none is given.
INFERRED_FROM = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
REDUCTION_FACTOR = 3


@dataclass(frozen=True)
class Resource:
    """The epochs that are spent at least before a job is stopped, and at most."""

    least: int
    most: int


def resource(config: Mapping[str, Any], static: Mapping[str, str]) -> Resource:
    """Read the resource of a definition.

    Parameters
    ----------
    config
        The tuning job's configuration.
    static
        The definition's static hyperparameters.

    Raises
    ------
    ValueError
        When the highest number of epochs is neither given nor to be inferred, or below the lowest.
    """
    given = (config.get("StrategyConfig") or {}).get("HyperbandStrategyConfig") or {}
    least, most = given.get("MinResource", 1), given.get("MaxResource") or _inferred(static)
    if most is None:
        raise ValueError(
            "MaxResource of HyperbandStrategyConfig is not given and cannot be inferred: none of the static "
            f"hyperparameters {', '.join(INFERRED_FROM)} is a number of epochs."
        )
    if least > most:
        raise ValueError(f"MinResource {least} of HyperbandStrategyConfig is above MaxResource {most}.")
    return Resource(least, most)


def _inferred(static: Mapping[str, str]) -> int | None:
    for name in INFERRED_FROM:
        text = static.get(name, "").strip('"')
        if text.isdigit() and int(text) > 0:
            return int(text)
    return None
