"""Where in a request something is: cheap links while walking, text only when it is reported."""

from __future__ import annotations

import json

from cdk_hpo.checks.redaction import HIDDEN, holds_credential

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

Step: TypeAlias = "str | int"
Path: TypeAlias = "tuple[Path, Step] | tuple[Path, Step, bool] | None"
"""Outer path and last step; a third item marks a map, whose keys are the user's own."""

ROOT: Path = None

_SHORTEST_CREDENTIAL = 20


class MapKey(str):
    """A key that the user chose (a hyperparameter, an environment variable): written as ``["key"]``."""

    __slots__ = ()


def at(path: Path, *steps: Step) -> Path:
    """Return the path of something inside the place that ``path`` names."""
    for step in steps:
        path = (path, step)
    return path


def steps_of(path: Path) -> list[Step]:
    """Return the steps of a path from the request inwards; keys that the user chose are a :class:`MapKey`."""
    steps: list[Step] = []
    while path is not None:
        outer, step = path[0], path[1]
        own_key = outer is not None and len(outer) == 3 and isinstance(step, str)
        steps.append(MapKey(step) if own_key else step)
        path = outer
    return steps[::-1]


def rendered(path: Path) -> str:
    """Write a path as ``TrainingJobDefinitions[1].StaticHyperParameters["eta"]``; the request itself is ``""``."""
    text = ""
    for step in steps_of(path):
        if isinstance(step, int):
            text += f"[{step}]"
        elif _plain(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(HIDDEN if holds_credential(step) else str(step))}]"
    return text


def _plain(step: str) -> bool:
    """Tell whether a step can be written after a dot: a short ASCII name that is not the user's own key."""
    return (
        step.isascii()
        and step.isidentifier()
        and len(step) < 60
        and not isinstance(step, MapKey)
        and (len(step) < _SHORTEST_CREDENTIAL or not holds_credential(step))
    )


def sort_key(path: str) -> list[tuple[int, str]]:
    """Order paths so that item 2 comes before item 10."""
    return [
        (int(part), "") if part.isdecimal() and len(part) < 20 else (-1, part)
        for part in path.replace("]", "").replace("[", ".").split(".")
    ]
