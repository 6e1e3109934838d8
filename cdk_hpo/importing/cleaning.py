"""Bringing a request into the form that a definition can hold: types of the API, nothing that says nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import ROOT, MapKey, Path, at
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.checks.unknown import DYNAMIC_MARK, is_intrinsic, is_unknown
from cdk_hpo.importing.notes import Notes

_NOTHING = object()
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_TOKEN = "a token of the CDK stands for a value that only the app knows which wrote it: put the value here"
_INTRINSIC = "CloudFormation computes this, and only a template can say so: put the value or a CDK object here"


def cleaned(request: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    """Return a request without what says nothing, and with values of the API's types where that is certain."""
    return _Cleaning(notes).members(REQUEST_SHAPE, request, ROOT)


class _Cleaning:
    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def value(self, name: str, given: Any, path: Path) -> Any:
        shape = shapes()[name]
        if isinstance(given, Mapping) and is_intrinsic(given):
            return self._computed(shape, given, path)
        if is_unknown(given):
            # A dynamic reference is text in a definition, too.
            if not (isinstance(given, str) and DYNAMIC_MARK in given):
                self._notes.lose(path, _TOKEN)
            return given
        if shape["type"] == "structure" and isinstance(given, Mapping):
            return self.members(name, given, path)
        if shape["type"] == "map" and isinstance(given, Mapping):
            return self._kept({key: self._entry(shape, each, at(path, MapKey(key))) for key, each in given.items()})
        if shape["type"] == "list" and isinstance(given, list | tuple):
            member = shape["member"]["shape"]
            items = [self.value(member, each, at(path, index)) for index, each in enumerate(given)]
            known = [each for each in items if each is not _NOTHING]
            return known if known or not items else _NOTHING
        return self._scalar(shape["type"], given, path)

    def members(self, name: str, given: Mapping[Any, Any], path: Path) -> dict[Any, Any]:
        members = shapes()[name]["members"]
        out = {}
        for key, each in given.items():
            inside = at(path, key)
            if each is None:
                self._notes.tell(inside, "null says nothing; left out")
            elif _is_empty(key, each):
                self._notes.tell(inside, "is empty and says nothing; left out")
            else:
                out[key] = self.value(members[key]["shape"], each, inside) if key in members else each
        return self._kept(out)

    def _entry(self, shape: Mapping[str, Any], given: Any, path: Path) -> Any:
        if given is None:
            self._notes.tell(path, "null says nothing; left out")
            return _NOTHING
        return self.value(shape["value"]["shape"], given, path)

    def _computed(self, shape: Mapping[str, Any], given: Mapping[Any, Any], path: Path) -> Any:
        """Return text in the place of what CloudFormation computes, for the checks to refuse."""
        self._notes.lose(path, _INTRINSIC)
        text = json.dumps(given)
        if shape["type"] == "string":
            return text
        if shape["type"] == "list" and shapes()[shape["member"]["shape"]]["type"] == "string":
            return [text]
        return _NOTHING

    def _scalar(self, kind: str, given: Any, path: Path) -> Any:
        made = _typed(kind, given)
        if type(made) is not type(given):
            self._notes.tell(path, f"{shown(given)} is written as {shown(made)}, which is what the API takes")
        return made

    @staticmethod
    def _kept(members: Mapping[Any, Any]) -> dict[Any, Any]:
        return {key: each for key, each in members.items() if each is not _NOTHING}


def _is_empty(member: str, given: Any) -> bool:
    """Tell whether a member is one of those that a request may have empty, but a definition cannot."""
    if member == "StrategyConfig":
        return given in ({}, {"HyperbandStrategyConfig": {}})
    return member == "InstanceGroups" and given == []


def _typed(kind: str, given: Any) -> Any:
    """Return a value in the type that the API has, if there is one that says the same."""
    if kind == "string" and isinstance(given, bool):
        return "true" if given else "false"
    if kind == "string" and isinstance(given, int | float):
        return repr(given)
    if kind in ("integer", "long") and isinstance(given, float) and given.is_integer():
        return int(given)
    if not isinstance(given, str):
        return given
    if kind in ("integer", "long") and _INTEGER.fullmatch(given):
        return int(given)
    if kind in ("float", "double") and _NUMBER.fullmatch(given):
        return float(given)
    return {"true": True, "false": False}.get(given.lower(), given) if kind == "boolean" else given
