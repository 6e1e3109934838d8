"""Recognise values that only a deployment knows, without importing the CDK."""

from collections.abc import Mapping

from cdk_hpo.checks.unknown import is_unknown

__all__ = ["is_resolvable", "is_token", "is_unknown", "reference", "text_of_number"]


def is_resolvable(given: object) -> bool:
    """Tell whether this is a token object (an ``IResolvable``)."""
    if not hasattr(given, "resolve"):
        return False
    try:
        return hasattr(given, "creation_stack")
    except RuntimeError:  # conditions have the property, but jsii cannot read it
        return True


def is_token(given: object, *kinds: type) -> bool:
    """Tell whether this stands for a value known only at deployment, either as an object or as one of ``kinds``."""
    if isinstance(given, (Mapping, *kinds)):
        return is_unknown(given)
    return is_resolvable(given)


def reference(value: object, attribute: str, *legacy: str) -> object:
    """Return the name or ARN behind a CDK object, read the way its narrowest interface offers it.

    ``attribute`` is a dotted path such as ``bucket_ref.bucket_name`` (the ``I…Ref`` interfaces, which L1s, L2s and
    imported resources share); ``legacy`` are paths that older interfaces have. ``None`` when there is none of them.
    """
    for path in (attribute, *legacy):
        found: object = value
        for name in path.split("."):
            found = getattr(found, name, None)
            if found is None:
                break
        else:
            return found
    return None


def text_of_number(token: int | float) -> str:
    """Turn a number token into the text token for the same value."""
    # Only a CDK app has number tokens, so the CDK is loaded already.
    from aws_cdk import Tokenization

    return Tokenization.stringify_number(token)
