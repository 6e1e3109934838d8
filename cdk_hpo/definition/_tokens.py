"""Recognise values that only a deployment knows, without importing the CDK."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.unknown import is_unknown

__all__ = ["as_list", "as_number", "as_text", "attribute", "is_token", "is_unknown", "reference", "unrounded"]


def is_token(given: object, *kinds: type) -> bool:
    """Tell whether this stands for a value known only at deployment, either as an object or as one of ``kinds``."""
    plain = isinstance(given, str | int | float | list | tuple)
    if (plain and not isinstance(given, kinds)) or not is_unknown(given):
        return False
    # An object that fails whatever it is asked counts as unknown, but cannot be resolved.
    return plain or isinstance(given, Mapping) or attribute(given, "resolve") is not None


def attribute(held: object, name: str) -> Any:
    """Return an attribute of an object that somebody else has written; ``None`` where it has none, or fails."""
    try:
        return getattr(held, name, None)
    except Exception:  # an imported alias has the property for its key, but knows none; others do what they like
        return None


def reference(value: object, attribute: str, *legacy: str) -> object:
    """Return the name or ARN behind a CDK object, read the way its narrowest interface offers it.

    ``attribute`` is a dotted path such as ``bucket_ref.bucket_name`` (the ``I…Ref`` interfaces, which L1s, L2s and
    imported resources share); ``legacy`` are paths that older interfaces have. ``None`` when there is none of them.
    """
    paths = (attribute, *legacy)
    # They never change, and a look costs up to three round trips: 84 of a job's 130 with two buckets.
    kept = kept_with(value, "references")
    if paths not in kept:
        kept[paths] = _read(value, paths, kept)
    return kept[paths]


def kept_with(value: object, name: str) -> dict[Any, Any]:
    """Return a dictionary that goes with an object; another one each time where the object can keep nothing."""
    try:
        kept: dict[Any, Any] = vars(value).setdefault(f"_cdk_hpo:{name}", {})
    except (TypeError, AttributeError):  # text, say
        return {}
    return kept


def _read(value: object, paths: tuple[str, ...], kept: dict[Any, Any]) -> object:
    for path in paths:
        first, *others = path.split(".")
        if first not in kept:
            kept[first] = attribute(value, first)
        found = kept[first]
        for name in others:
            found = attribute(found, name)
        if found is not None:
            return found
    return None


# Only a CDK app has tokens, so the CDK is loaded already where these are called.


def as_text(token: Any) -> str:
    """Turn a token, whatever its form, into text that stands for it."""
    from aws_cdk import Token, Tokenization

    return Tokenization.stringify_number(token) if isinstance(token, int | float) else Token.as_string(token)


def as_list(token: Any) -> list[str]:
    """Turn a token into a list that stands for it."""
    from aws_cdk import Token

    return Token.as_list(token)


def as_number(token: Any) -> float:
    """Turn a token into a number that stands for it."""
    if isinstance(token, int | float):
        return token
    from aws_cdk import Token

    return Token.as_number(token)


def unrounded(measure: Any, converter: str) -> float | None:
    """Convert a `Duration` or `Size` to a unit without rounding; ``None`` for a token, which cannot be converted."""
    from aws_cdk import Size, SizeRoundingBehavior

    exactly: dict[str, Any] = (
        {"rounding": SizeRoundingBehavior.NONE} if isinstance(measure, Size) else {"integral": False}
    )
    try:
        converted: float = getattr(measure, converter)(**exactly)
    except RuntimeError:
        return None
    return converted
