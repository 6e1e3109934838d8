"""From snake_case structures to the request: Terraform's blocks, and the shapes of version 3 of the SageMaker SDK."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from cdk_hpo.checks.paths import MapKey, Path, at
from cdk_hpo.checks.service_model import shapes
from cdk_hpo.importing.notes import Notes

NOTHING = object()


class SnakeReader:
    """Reads structures whose members are the API's in snake_case.

    Parameters
    ----------
    notes
        Where to say what there is no place for.
    aliases
        Other names of members, by shape.
    """

    def __init__(self, notes: Notes, aliases: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self.notes = notes
        self._aliases = aliases or {}

    def structure(self, name: str, given: Mapping[Any, Any], path: Path) -> dict[str, Any]:
        """Return a structure in boto3 form; what is empty is left out."""
        out = {}
        for key, each in given.items():
            member = self.member(name, key)
            if member is None:
                if self.is_said(each):
                    self.notes.lose(at(path, str(key)), "there is nothing of this name in the API; left out")
                continue
            read = self.value(shapes()[name]["members"][member]["shape"], each, at(path, member))
            if read is not NOTHING:
                out[member] = read
        return out

    def member(self, name: str, key: Any) -> str | None:
        """Return the member of a structure that a key means."""
        return self._aliases.get(name, {}).get(key) or _members(name).get(_folded(str(key)))

    def value(self, name: str, given: Any, path: Path) -> Any:
        """Return a value of the named shape in boto3 form, or `NOTHING`."""
        if not self.is_said(given):
            return NOTHING
        shape = shapes()[name]
        if shape["type"] == "structure":
            return self._block(name, given, path)
        if shape["type"] == "list":
            member = shape["member"]["shape"]
            items = given if isinstance(given, list) else [given]
            read = [self.value(member, each, at(path, index)) for index, each in enumerate(items)]
            return [each for each in read if each is not NOTHING] or NOTHING
        if shape["type"] == "map" and isinstance(given, Mapping):
            inner = shape["value"]["shape"]
            entries = {key: self.value(inner, each, at(path, MapKey(key))) for key, each in given.items()}
            return {key: each for key, each in entries.items() if each is not NOTHING}
        return self.scalar(shape["type"], given, path)

    def scalar(self, kind: str, given: Any, path: Path) -> Any:
        """Return a value that is no structure; for subclasses."""
        return given

    def is_said(self, given: Any) -> bool:
        """Tell whether a value says anything."""
        return given is not None and given != []

    def _block(self, name: str, given: Any, path: Path) -> Any:
        """Return a structure that may be written as a list of one."""
        if isinstance(given, list):
            if len(given) > 1:
                self.notes.lose(path, f"there are {len(given)} of it, where one belongs; the first is taken")
            given = given[0]
        if not isinstance(given, Mapping):
            return self.scalar("structure", given, path)
        return self.structure(name, given, path)


@cache
def _members(name: str) -> dict[str, str]:
    return {_folded(member): member for member in shapes()[name]["members"]}


def _folded(name: str) -> str:
    """Return a name as all ways to write it have in common: ``volume_size_in_gb``, ``VolumeSizeInGB``."""
    return name.replace("_", "").lower()
