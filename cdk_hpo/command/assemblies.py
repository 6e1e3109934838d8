"""The templates of a CDK cloud assembly: of the stacks that it names, not of what an earlier run left there."""

# pathlib is slow to import.
# ruff: noqa: PTH123, PTH208

from __future__ import annotations

import json
import os

from cdk_hpo.command.unusable import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_ENDING = ".template.json"


def templates(folder: str) -> list[str]:
    """Return the names of the templates of an assembly, its nested stacks and its nested assemblies.

    Raises
    ------
    Unusable
        When the folder is no cloud assembly and has no templates either, or when its manifest is damaged.
    """
    try:
        found = list(dict.fromkeys(_templates(folder, ())))
    except (AttributeError, KeyError, TypeError, _NestedInItselfError):
        raise Unusable(folder, "has a damaged manifest.json") from None
    if not found and not _is_file(_joined(folder, "manifest.json")):
        raise Unusable(folder, "is a folder without a cloud assembly (manifest.json) or templates (*.template.json)")
    return found


class _NestedInItselfError(ValueError):
    pass


def _templates(folder: str, around: tuple[str, ...]) -> Iterator[str]:
    real = os.path.realpath(folder)
    if real in around:
        raise _NestedInItselfError
    manifest = _joined(folder, "manifest.json")
    if not _is_file(manifest):
        yield from (_joined(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(_ENDING))
        return
    for artifact in _json(manifest)["artifacts"].values():
        kind, properties = artifact.get("type"), artifact.get("properties") or {}
        if kind == "aws:cloudformation:stack":
            yield _joined(folder, properties["templateFile"])
        elif kind == "cdk:asset-manifest":
            yield from _nested_stacks(folder, properties["file"])
        elif kind == "cdk:cloud-assembly":
            yield from _templates(_joined(folder, properties["directoryName"]), (*around, real))


def _nested_stacks(folder: str, assets: str) -> Iterator[str]:
    """Return the templates that are published as files, as those of nested stacks are."""
    for asset in _json(_joined(folder, assets)).get("files", {}).values():
        path = asset.get("source", {}).get("path") or ""
        if path.endswith(_ENDING) and _is_file(_joined(folder, path)):
            yield _joined(folder, path)


def _json(name: str) -> Any:
    try:
        with open(name, "rb") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise Unusable(name, f"cannot be read: {error}") from None


_joined = os.path.join
_is_file = os.path.isfile
