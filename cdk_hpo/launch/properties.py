"""The request as properties of a CloudFormation resource.

They stay structured, so that ``cdk diff`` and snapshots show one field for one change. The function behind the resource
turns them into the request again.
"""

from collections.abc import Mapping
from typing import Any

#: JavaScript holds no larger whole number without loss; CloudFormation makes text of every number anyway.
_SAFE_INTEGER = 2**53
#: Members whose keys are the user's own.
_MAPS = ("StaticHyperParameters", "Environment")
#: Keys that mean something to CloudFormation, JavaScript or jsii. A backslash in front takes the meaning away.
_SPECIAL = ("Ref", "Condition", "Fn::", "__proto__", "$jsii", "\\")


def as_properties(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request in the form that survives the way through the template."""
    return {member: _value(member, each) for member, each in request.items()}


def _value(member: str, held: Any) -> Any:
    if isinstance(held, Mapping):
        if member in _MAPS:
            return {_escaped(key): each for key, each in held.items()}
        return as_properties(held)
    if isinstance(held, list):
        return [_value("", each) for each in held]
    if isinstance(held, int) and not isinstance(held, bool) and abs(held) > _SAFE_INTEGER:
        return str(held)
    return held


def _escaped(key: str) -> str:
    return f"\\{key}" if key.startswith(_SPECIAL) else key
