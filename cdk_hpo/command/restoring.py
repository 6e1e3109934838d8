"""From the properties in a template back to the request, as CloudFormation and the function behind it do that."""

from __future__ import annotations

import re

from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.checks.unknown import DYNAMIC_MARK, UNKNOWN, is_intrinsic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Stands for what CloudFormation leaves out.
_NOTHING = object()
_NO_VALUE = {"Ref": "AWS::NoValue"}
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")


class Restoring:
    """Gives the values of a template the types of the API.

    Numbers and booleans that are written as text become what the service model says, as CloudFormation makes text of
    all of them on the way; and the other way round. What CloudFormation computes is unknown.

    Parameters
    ----------
    keep_optional
        Whether values that exist under a condition only are kept (as unknown) or left out.
    """

    def __init__(self, *, keep_optional: bool = True) -> None:
        self._keep_optional = keep_optional
        self.met_optional = False

    def request(self, properties: dict[str, Any]) -> Any:
        """Return the request in the form that boto3 takes."""
        return self.value(REQUEST_SHAPE, properties)

    def value(self, shape: str, value: Any) -> Any:
        """Return one value of the named shape."""
        if isinstance(value, dict):
            return self._computed(value) if is_intrinsic(value) else self._mapping(shape, value)
        if isinstance(value, list):
            member = shapes()[shape].get("member", {}).get("shape")
            items = [self.value(member, each) if member else each for each in value]
            return [each for each in items if each is not _NOTHING]
        if isinstance(value, str) and DYNAMIC_MARK in value:
            return UNKNOWN
        return _scalar(shapes()[shape]["type"], value)

    def _computed(self, value: dict[str, Any]) -> object:
        if value == _NO_VALUE:
            return _NOTHING
        if _may_be_nothing(value):
            self.met_optional = True
            return UNKNOWN if self._keep_optional else _NOTHING
        return UNKNOWN

    def _mapping(self, shape: str, value: dict[str, Any]) -> dict[str, Any]:
        model = shapes()[shape]
        own_keys = model["type"] == "map"
        restored = {}
        for key, each in value.items():
            member = model.get("value") if own_keys else model.get("members", {}).get(key)
            item = self.value(member["shape"], each) if member else each
            if item is not _NOTHING:
                restored[key.removeprefix("\\") if own_keys and isinstance(key, str) else key] = item
        return restored


def _may_be_nothing(value: Any) -> bool:
    """Tell whether a condition can choose to leave the value out."""
    if value == _NO_VALUE:
        return True
    if not isinstance(value, dict) or not isinstance(branches := value.get("Fn::If"), list):
        return False
    return any(_may_be_nothing(branch) for branch in branches[1:])


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, (int, float)) else value
    if not isinstance(value, str):
        return value
    if kind in ("integer", "long"):
        return int(value) if _INTEGER.fullmatch(value) else value
    if kind in ("float", "double"):
        return float(value) if _NUMBER.fullmatch(value) else value
    return {"true": True, "false": False}.get(value.lower(), value) if kind == "boolean" else value
