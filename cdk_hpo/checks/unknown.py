"""Values that cannot be known at synthesis: CDK tokens and CloudFormation intrinsics."""

from __future__ import annotations

from collections.abc import Mapping

TEXT_MARK = "${Token["
LIST_MARK = "#{Token["

# CDK writes the number of a token into the low bits of a double whose high bits are 0xFBFF.
_LOWEST_NUMBER = -1.9490628022799996e289
_HIGHEST_NUMBER = -1.8881545897087498e289

_PLAIN = (str, int, float, list, tuple, Mapping)


class Unknown:
    """The type of :data:`UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
"""Stands for a value that no rule can judge: a token, or one that already has the wrong type."""


def is_unknown(value: object) -> bool:
    """Tell whether a value is resolved only at deployment, so that no rule may judge it.

    Parameters
    ----------
    value
        Any part of a request.

    Returns
    -------
    bool
        True for a text that contains a CDK token, a number token (a float or integer near
        -1.89e289), a list token (one item), a CloudFormation intrinsic (``{"Ref": …}``,
        ``{"Fn::…": …}``), and for every object that is not plain data. Only the value itself
        is looked at, not what a list or mapping holds.
    """
    if isinstance(value, str):
        return TEXT_MARK in value or LIST_MARK in value
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return _LOWEST_NUMBER <= value <= _HIGHEST_NUMBER
    if isinstance(value, (list, tuple)):
        return len(value) == 1 and isinstance(value[0], str) and LIST_MARK in value[0]
    if isinstance(value, Mapping):
        return is_intrinsic(value)
    return not isinstance(value, _PLAIN)


def is_intrinsic(value: Mapping[object, object]) -> bool:
    """Tell whether a mapping is a CloudFormation function call instead of data."""
    if len(value) != 1:
        return False
    name = next(iter(value), None)
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))
