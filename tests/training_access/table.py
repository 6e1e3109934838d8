"""The table of calls: which field of a request makes SageMaker call what, and where that is documented."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("table.json")


@dataclass(frozen=True)
class Row:
    """Calls that follow from one field.

    Parameters
    ----------
    facts
        The name of what is looked for in a request; each find makes the calls once.
    field
        The field, for readers.
    actions
        What is called; empty where no call is documented.
    resource
        The ARN that IAM decides about, with the facts' names in braces.
    context
        Condition keys of the call.
    sources
        Which pages say so.
    why
        The reason, where the pages need one.
    """

    facts: str
    field: str
    actions: tuple[str, ...]
    resource: str
    context: Mapping[str, str]
    sources: tuple[str, ...]
    why: str


@cache
def rows() -> tuple[Row, ...]:
    """Return the table."""
    return tuple(
        Row(**(each | {"actions": tuple(each["actions"]), "sources": tuple(each["sources"])}))
        for each in _content()["rows"]
    )


def sources() -> dict[str, dict[str, str]]:
    """Return title and address of the pages, by the names that the rows use."""
    pages: dict[str, dict[str, str]] = _content()["sources"]
    return pages


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content
