"""Expressions, and how they are laid out: on one line where they fit, else one item a line with a comma at the end."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from cdk_hpo.importing.literals import literal, width

LINE = 120
_STEP = 4
#: A long text is broken behind one of these, if there is one in the second half of the line.
_BREAKS = " /,;&|}"


class Code(NamedTuple):
    """Something that stands on one line, such as a number or the name of an enumeration's member."""

    text: str


class Text(NamedTuple):
    """A text."""

    text: str


class Item(NamedTuple):
    """An item of a group, with what stands before it: nothing, a keyword, or a key."""

    value: "Expression"
    keyword: str = ""
    key: "Text | None" = None


class Group(NamedTuple):
    """Items in brackets: a call, a list or a dictionary."""

    opening: str
    items: "Sequence[Item]"
    closing: str


Expression: TypeAlias = Code | Text | Group


def laid_out(expression: Expression, *, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """Return the code of an expression.

    Parameters
    ----------
    indent
        The indentation of the statement or item that the expression is a part of.
    before, after
        How many columns stand before the expression and behind it on its line.
    """
    flat = _flat(expression)
    if before + width(flat) + after <= LINE or isinstance(expression, Code):
        return flat
    if isinstance(expression, Text):
        return _broken(expression.text, indent)
    if not expression.items:
        return flat
    inner = indent + _STEP
    lines = [f"{' ' * inner}{_item(each, inner)}," for each in expression.items]
    return "\n".join([expression.opening, *lines, f"{' ' * indent}{expression.closing}"])


def _flat(expression: Expression) -> str:
    if isinstance(expression, Code):
        return expression.text
    if isinstance(expression, Text):
        return literal(expression.text)
    return expression.opening + ", ".join(map(_flat_item, expression.items)) + expression.closing


def _flat_item(item: Item) -> str:
    lead = f"{item.keyword}=" if item.keyword else f"{literal(item.key.text)}: " if item.key else ""
    return lead + _flat(item.value)


def _item(item: Item, indent: int) -> str:
    lead = f"{item.keyword}=" if item.keyword else ""
    if item.key is not None:
        # Behind a key there are at least a colon, a space, an empty text and a comma.
        lead = f"{laid_out(item.key, indent=indent, before=indent, after=5)}: "
    before = width(lead.rpartition("\n")[2]) + (0 if "\n" in lead else indent)
    return lead + laid_out(item.value, indent=indent, before=before, after=1)


def _broken(text: str, indent: int) -> str:
    """Return a long text as several literals in brackets, which Python joins."""
    inner = " " * (indent + _STEP)
    pieces = [f"{inner}{literal(piece)}" for piece in _pieces(text, LINE - len(inner))]
    return "\n".join(["(", *pieces, f"{' ' * indent})"])


def _pieces(text: str, room: int) -> list[str]:
    pieces = []
    while text:
        end = min(len(text), room)
        while end > 1 and width(literal(text[:end])) > room:
            end -= 1
        if end < len(text):
            nice = max(text.rfind(each, end // 2, end) for each in _BREAKS) + 1
            end = nice or end
        pieces.append(text[:end])
        text = text[end:]
    return pieces
