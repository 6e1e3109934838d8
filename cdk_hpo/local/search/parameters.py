"""One tuned hyperparameter: between the API's text and the numbers that Optuna searches over."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from .scales import Scale, chosen

Inner = str | int | float
# Of whole numbers: those that 64 bits hold, and the distance between any two of them.
_WIDEST = 2**62
_EXACT = 2**53


class Parameter(Protocol):
    """What a space needs of a hyperparameter."""

    @property
    def name(self) -> str:
        """The hyperparameter's name."""
        ...

    @property
    def distribution(self) -> BaseDistribution:
        """What Optuna draws from."""
        ...

    @property
    def count(self) -> int | None:
        """How many values there are; None when they cannot be counted."""
        ...

    def all(self) -> Iterable[Inner]:
        """Return all values, where they can be counted."""
        ...

    def text(self, inner: Inner) -> str:
        """Write a drawn value as the training job receives it."""
        ...

    def read(self, text: str) -> Inner | None:
        """Return the drawn value behind a text; None when it lies outside the range."""
        ...


@dataclass(frozen=True)
class Categorical:
    """One of several texts."""

    name: str
    values: tuple[str, ...]

    @property
    def distribution(self) -> BaseDistribution:
        """What Optuna draws from."""
        return CategoricalDistribution(self.values)

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.values)

    def all(self) -> Iterable[Inner]:
        """Return all values."""
        return self.values

    def text(self, inner: Inner) -> str:
        """Write a drawn value as the training job receives it."""
        return str(inner)

    def read(self, text: str) -> Inner | None:
        """Return the text; None when it is none of the values."""
        return text if text in self.values else None


@dataclass(frozen=True)
class Integer:
    """A whole number; the bounds belong to the range."""

    name: str
    low: int
    high: int
    scale: Scale = "Linear"

    @property
    def distribution(self) -> BaseDistribution:
        """What Optuna draws from."""
        return IntDistribution(self.low, self.high, log=self.scale == "Logarithmic")

    @property
    def count(self) -> int | None:
        """How many values there are; None beyond what Optuna, which compares floats, tells apart."""
        return None if max(-self.low, self.high) > _EXACT else self.high - self.low + 1

    def all(self) -> Iterable[Inner]:
        """Return all values."""
        return range(self.low, self.high + 1)

    def text(self, inner: Inner) -> str:
        """Write a drawn value as the training job receives it."""
        return str(min(max(int(inner), self.low), self.high))

    def read(self, text: str) -> Inner | None:
        """Return the number; None when it lies outside the range."""
        number = finite(text)
        return int(number) if number is not None and self.low <= number <= self.high and number == int(number) else None


@dataclass(frozen=True)
class Continuous:
    """A real number; the bounds belong to the range. A reverse logarithmic scale draws the distance to 1."""

    name: str
    low: float
    high: float
    scale: Scale = "Linear"

    @property
    def distribution(self) -> BaseDistribution:
        """What Optuna draws from."""
        if self.scale == "ReverseLogarithmic":
            return FloatDistribution(1 - self.high, 1 - self.low, log=True)
        return FloatDistribution(self.low, self.high, log=self.scale == "Logarithmic")

    @property
    def count(self) -> int | None:
        """One when both bounds are the same; else None, as nobody counts them."""
        return 1 if self.low == self.high else None

    def all(self) -> Iterable[Inner]:
        """Return the only value, where there is but one."""
        return (1 - self.low if self.scale == "ReverseLogarithmic" else self.low,)

    def text(self, inner: Inner) -> str:
        """Write a drawn value as the training job receives it."""
        value = 1 - float(inner) if self.scale == "ReverseLogarithmic" else float(inner)
        return repr(min(max(value, self.low), self.high))

    def read(self, text: str) -> Inner | None:
        """Return what would have been drawn; None when the number lies outside the range."""
        number = finite(text)
        if number is None or not self.low <= number <= self.high:
            return None
        return min(max(1 - number, 1 - self.high), 1 - self.low) if self.scale == "ReverseLogarithmic" else number


def integer(given: Mapping[str, Any]) -> Integer:
    """Read one of ``IntegerParameterRanges``; ValueError names the parameter and what is wrong."""
    name = given["Name"]
    bounds = [_bound(name, given, key) for key in ("MinValue", "MaxValue")]
    low, high = (_whole(name, given[key], bound) for key, bound in zip(("MinValue", "MaxValue"), bounds, strict=True))
    return Integer(name, low, high, _scale(name, given, float(low), float(high), whole=True))


def continuous(given: Mapping[str, Any]) -> Continuous:
    """Read one of ``ContinuousParameterRanges``; ValueError names the parameter and what is wrong."""
    name = given["Name"]
    low, high = (_bound(name, given, key) for key in ("MinValue", "MaxValue"))
    return Continuous(name, low, high, _scale(name, given, low, high, whole=False))


def categorical(given: Mapping[str, Any]) -> Categorical:
    """Read one of ``CategoricalParameterRanges``."""
    return Categorical(given["Name"], tuple(dict.fromkeys(given["Values"])))


def finite(text: str) -> float | None:
    """Return the number that a text is; None when it is none, or not finite."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bound(name: str, given: Mapping[str, Any], key: str) -> float:
    number = finite(given[key])
    if number is None:
        raise ValueError(f"The {key} '{given[key]}' of the parameter {name} is not a number.")
    return number


def _whole(name: str, text: str, number: float) -> int:
    try:
        return int(text)  # exact, where a float would round
    except ValueError:
        if number != int(number):
            raise ValueError(f"The bound '{text}' of the integer parameter {name} is not a whole number.") from None
        return int(number)


def _scale(name: str, given: Mapping[str, Any], low: float, high: float, *, whole: bool) -> Scale:
    if low > high:
        raise ValueError(f"The MinValue {given['MinValue']} of the parameter {name} is above its MaxValue.")
    if (whole and not -_WIDEST <= low <= high <= _WIDEST) or not math.isfinite(high - low):
        raise ValueError(
            f"The range of the parameter {name} is too wide to be searched: {given['MinValue']} to {given['MaxValue']}."
        )
    try:
        return chosen(given.get("ScalingType", "Auto"), low, high, whole=whole)
    except ValueError as error:
        raise ValueError(f"The range of the parameter {name} does not fit its ScalingType: {error}.") from None
