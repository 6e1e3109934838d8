"""Ranges for ``AutoParameters``, of which only a name and an example value are given.

The service says that it selects "an optimal hyperparameter range", not which one. Here a number is searched around its
hint, on a logarithmic scale where it has one, and a text is left as it is.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoParameter.html
"""

from collections.abc import Mapping
from typing import Any

from .parameters import Categorical, Continuous, Integer, Parameter, finite

INTEGER_FACTOR = 4
CONTINUOUS_FACTOR = 10


def around(given: Mapping[str, Any]) -> Parameter:
    """Return the parameter for one of ``AutoParameters``."""
    name, hint = given["Name"], given["ValueHint"]
    number = finite(hint)
    if number is None:
        return Categorical(name, (hint,))
    if number == 0:
        return Integer(name, 0, 1) if _looks_whole(hint) else Continuous(name, 0.0, 1.0)
    if _looks_whole(hint):
        return _integer(name, int(hint))
    return _continuous(name, number)


def _integer(name: str, number: int) -> Parameter:
    if number < 0:
        return Integer(name, number * INTEGER_FACTOR, -(-number // INTEGER_FACTOR))
    return Integer(name, max(number // INTEGER_FACTOR, 1), number * INTEGER_FACTOR, "Logarithmic")


def _continuous(name: str, number: float) -> Parameter:
    if number < 0:
        return Continuous(name, number * CONTINUOUS_FACTOR, number / CONTINUOUS_FACTOR)
    # A share stays one: a value of at most 1 is not carried beyond 1.
    high = min(number * CONTINUOUS_FACTOR, 1.0) if number <= 1 else number * CONTINUOUS_FACTOR
    return Continuous(name, number / CONTINUOUS_FACTOR, high, "Logarithmic")


def _looks_whole(text: str) -> bool:
    return text.strip().lstrip("+-").isdigit()
