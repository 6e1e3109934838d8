"""What is documented about SageMaker's built-in algorithms: metrics, hyperparameters, ranges, input.

The facts come from data files that name their source and its date (scripts/make_builtin_algorithms.py,
scripts/make_builtin_images.py); they are read when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from cdk_hpo.checks.images import builtin_algorithm
from cdk_hpo.checks.say import closest
from cdk_hpo.checks.tables import builtin_algorithms


class Tunable(NamedTuple):
    """A hyperparameter that can be tuned.

    Parameters
    ----------
    type
        ``"Continuous"``, ``"Integer"`` or ``"Categorical"``.
    minimum, maximum
        Recommended bounds, as the API writes them; None where the guide recommends none.
    values
        Documented values of a categorical hyperparameter.
    """

    type: str
    minimum: str | None = None
    maximum: str | None = None
    values: tuple[str, ...] = ()


class BuiltIn(NamedTuple):
    """A built-in algorithm.

    Parameters
    ----------
    name
        Its name in image addresses, for example ``"xgboost"`` or ``"forecasting-deepar"``.
    metrics
        Metrics that a job can be tuned for, with their directions, ``"Maximize"`` or ``"Minimize"``.
    tunable
        Hyperparameters that can be tuned, by name.
    required, optional
        Documented hyperparameters. Some are required only together with others.
    channels
        Names of its input channels, in the guide's words.
    input_modes
        ``"File"``, ``"Pipe"`` or both. FastFile mode works wherever File mode does.
    content_types
        Content types that the guide names for its training data; there may be more.
    """

    name: str
    metrics: Mapping[str, str]
    tunable: Mapping[str, Tunable]
    required: tuple[str, ...]
    optional: tuple[str, ...]
    channels: str
    input_modes: tuple[str, ...]
    content_types: tuple[str, ...]

    @property
    def hyperparameters(self) -> frozenset[str]:
        """Every hyperparameter that is documented."""
        return frozenset((*self.required, *self.optional, *self.tunable))


def built_in_names() -> tuple[str, ...]:
    """Return the names of all built-in algorithms that are known, sorted."""
    return tuple(sorted(builtin_algorithms()))


@cache
def built_in(name: str) -> BuiltIn:
    """Return what is known about a built-in algorithm.

    Raises
    ------
    LookupError
        There is none of this name; the message names a similar one, or all.
    """
    entry = builtin_algorithms().get(name)
    if entry is None:
        near = closest(name, built_in_names())
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(built_in_names())}"
        raise LookupError(f"there is no built-in algorithm {name!r}: {hint}")
    return BuiltIn(
        name=name,
        metrics=entry["metrics"],
        tunable={key: _tunable(value) for key, value in entry["tunable"].items()},
        required=tuple(entry["required"]),
        optional=tuple(entry["optional"]),
        channels=entry["channels"],
        input_modes=tuple(entry["input_modes"]),
        content_types=tuple(entry["content_types"]),
    )


def built_in_of(image: str) -> BuiltIn | None:
    """Return the built-in algorithm that a training image is; None for any other image."""
    name = builtin_algorithm(image)
    return built_in(name) if name else None


def _tunable(entry: dict[str, Any]) -> Tunable:
    return Tunable(entry["type"], entry.get("min"), entry.get("max"), tuple(entry.get("values", ())))
