"""The space that one training job definition is searched over."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from optuna.distributions import BaseDistribution

from .autotune import around
from .parameters import Categorical, Inner, Parameter, categorical, continuous, integer

_READERS: dict[str, Callable[[Mapping[str, Any]], Parameter]] = {
    "ContinuousParameterRanges": continuous,
    "IntegerParameterRanges": integer,
    "CategoricalParameterRanges": categorical,
    "AutoParameters": around,
}


@dataclass(frozen=True)
class Space:
    """Tuned hyperparameters in the order of their names, so that the order in the request does not count."""

    parameters: tuple[Parameter, ...]

    @classmethod
    def of(cls, ranges: Mapping[str, Any]) -> "Space":
        """Read the API's ``ParameterRanges``; ValueError says which range cannot be searched, and why."""
        found = [read(given) for member, read in _READERS.items() for given in ranges.get(member) or []]
        names = [parameter.name for parameter in found]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"The parameter {twice[0]} has more than one range.")
        return cls(tuple(sorted(found, key=lambda parameter: parameter.name)))

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """What Optuna draws from."""
        return {parameter.name: parameter.distribution for parameter in self.parameters}

    def texts(self, inner: Mapping[str, Inner]) -> dict[str, str]:
        """Write drawn values as the training job receives them."""
        return {parameter.name: parameter.text(inner[parameter.name]) for parameter in self.parameters}

    def read(self, texts: Mapping[str, str]) -> dict[str, Inner] | None:
        """Return drawn values for hyperparameters; None when one is missing or lies outside its range."""
        found: dict[str, Inner] = {}
        for parameter in self.parameters:
            value = parameter.read(texts[parameter.name]) if parameter.name in texts else None
            if value is None:
                return None
            found[parameter.name] = value
        return found

    @property
    def size(self) -> int | None:
        """The number of combinations; None when a range is not categorical, so that there is no grid."""
        sizes = [len(each.values) if isinstance(each, Categorical) else None for each in self.parameters]
        return None if None in sizes else math.prod(size for size in sizes if size is not None)

    @property
    def places(self) -> int | None:
        """The number of different proposals; None when there is no end of them."""
        counts = [each.count for each in self.parameters]
        return None if None in counts else math.prod(count for count in counts if count is not None)

    def every(self) -> Iterator[dict[str, Inner]]:
        """Yield all of them, of a space that has an end."""
        for place in itertools.product(*(each.all() for each in self.parameters)):
            yield {each.name: value for each, value in zip(self.parameters, place, strict=True)}

    def grid(self) -> Iterator[dict[str, Inner]]:
        """Yield every combination of the categorical values once."""
        categories = [each for each in self.parameters if isinstance(each, Categorical)]
        for cell in itertools.product(*(each.values for each in categories)):
            yield {each.name: value for each, value in zip(categories, cell, strict=True)}
