"""Values that cannot be known at synthesis: CDK tokens and CloudFormation intrinsics."""

from __future__ import annotations

from collections.abc import Mapping

TEXT_MARK = "${Token["
LIST_MARK = "#{Token["
#: A reference that CloudFormation looks up: ``{{resolve:ssm:/name}}``.
DYNAMIC_MARK = "{{resolve:"
#: What the CDK takes for a value that its command line has yet to look up.
DUMMY_MARK = "dummy-value-for-"

# CDK writes the number of a token into the low bits of a double whose high bits are 0xFBFF.
_LOWEST_NUMBER = -1.9490628022799996e289
_HIGHEST_NUMBER = -1.8881545897087498e289


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
        ``{"Fn::…": …}``), a dynamic reference (``{{resolve:…}}``), a JSONata expression (``{% … %}``),
        a value that the CDK has yet to look up, and for the CDK's token objects. Only the value itself
        is looked at, not what a list or mapping holds.
    """
    if isinstance(value, str):
        return has_mark(value)
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return _LOWEST_NUMBER <= value <= _HIGHEST_NUMBER
    if isinstance(value, (list, tuple)):
        return len(value) == 1 and isinstance(value[0], str) and LIST_MARK in value[0]
    if isinstance(value, Mapping):
        return is_intrinsic(value)
    return isinstance(value, Unknown) or _resolves(value)


def has_mark(text: str) -> bool:
    """Tell whether a text holds what stands for a value that is known later."""
    if "{" not in text:
        return DUMMY_MARK in text
    return TEXT_MARK in text or DYNAMIC_MARK in text or LIST_MARK in text or DUMMY_MARK in text or is_expression(text)


def is_expression(text: str) -> bool:
    """Tell whether a text is a JSONata expression of a Step Functions state: ``{% $states.input.rate %}``."""
    return text.startswith("{%") and text.endswith("%}")


def _resolves(value: object) -> bool:
    """Tell whether an object is a token of the CDK, which can be resolved."""
    try:
        return hasattr(value, "resolve") and hasattr(value, "creation_stack")
    except Exception:
        # Some tokens have the property, but JavaScript does not let it be read.
        return True


def is_intrinsic(value: Mapping[object, object]) -> bool:
    """Tell whether a mapping is a CloudFormation function call instead of data."""
    if len(value) != 1:
        return False
    name = next(iter(value), None)
    return isinstance(name, str) and (name == "Ref" or name.startswith("Fn::"))
