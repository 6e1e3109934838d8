"""Reading clean data: what is absent, unknown or of another type never surprises a rule."""

from __future__ import annotations

from cdk_hpo.checks.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Data: TypeAlias = "dict[str, Any]"

_NO_DATA: Data = {}
_NO_ITEMS: list[Any] = []


def struct(data: Data, name: str) -> Data:
    """Return a member that is a structure or map; empty when it is absent or unknown."""
    value = data.get(name)
    return value if value.__class__ is dict else _NO_DATA


def items(data: Data, name: str) -> list[Any]:
    """Return a member that is a list; empty when it is absent or unknown. Items may be unknown."""
    value = data.get(name)
    return value if value.__class__ is list else _NO_ITEMS


def structs(data: Data, name: str) -> list[tuple[int, Data]]:
    """Return the known structures of a list with their places."""
    return [(index, item) for index, item in enumerate(items(data, name)) if item.__class__ is dict]


def text(data: Data, name: str) -> str | None:
    """Return a member that is a known text, else None."""
    value = data.get(name)
    return value if value.__class__ is str else None


def texts(values: list[Any]) -> list[tuple[int, str]]:
    """Return the known texts of a list with their places."""
    return [(index, value) for index, value in enumerate(values) if value.__class__ is str]


def number(data: Data, name: str) -> int | None:
    """Return a member that is a known integer, else None."""
    value = data.get(name)
    return value if value.__class__ is int else None


def given(data: Data, name: str) -> bool:
    """Tell whether a member is there and not empty; one that is unknown counts as given."""
    value = data.get(name)
    return value is UNKNOWN or (value is not None and value not in ("", [], {}))


def unknown(data: Data, name: str) -> bool:
    """Tell whether a member is there but cannot be known."""
    return data.get(name) is UNKNOWN


def repeated(values: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return every value that stood in the list before, with its place."""
    if len({value for _, value in values}) == len(values):
        return []
    seen: set[str] = set()
    again = []
    for place, value in values:
        if value in seen:
            again.append((place, value))
        seen.add(value)
    return again


def duplicates(data: Data, name: str, member: str) -> list[tuple[int, str]]:
    """Return the places in a list of structures where a member repeats an earlier one's text."""
    if len(items(data, name)) < 2:
        return []
    values = [item.get(member) for item in items(data, name) if item.__class__ is dict]
    if len(set(values)) == len(values):
        return []
    known = ((index, text(item, member)) for index, item in structs(data, name))
    return repeated([(index, value) for index, value in known if value is not None])
