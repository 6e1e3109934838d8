"""Reading an input: its text, what it holds, and in which line something stands."""

# pathlib is slow to import.
# ruff: noqa: PTH122, PTH123

from __future__ import annotations

import json
import os
import sys

from cdk_hpo.command.unusable import STDIN, Unusable, shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    Step: TypeAlias = str | int


class Document:
    """One input.

    Parameters
    ----------
    name
        Its name, as given.
    text
        Its text.
    values
        What it holds: one value for JSON, one for each document of YAML.
    nodes
        For YAML, the nodes behind the values.
    """

    def __init__(self, name: str, text: str, values: list[Any], nodes: list[Any] | None = None) -> None:
        self.name = shown_name(name)
        self.values = values
        self.text = text
        self.nodes = nodes

    def position(self, index: int, steps: Sequence[Step]) -> tuple[int, int]:
        """Return line and column, from 1, of a place in a value; of what encloses it when it is not there."""
        if self.nodes is not None:
            from cdk_hpo.command.yaml_text import position as position_of_node

            return position_of_node(self.nodes[index], steps)
        from cdk_hpo.command.json_text import position

        return position(self.text, steps)


def read(name: str) -> Document:
    """Read a file or standard input.

    Raises
    ------
    Unusable
        When there is nothing to read, or when it is neither JSON nor YAML.
    """
    text = _text(name)
    if not text.strip():
        raise Unusable(name, "is empty")
    extension = os.path.splitext(name)[1].lower()
    try:
        if extension in (".yaml", ".yml") or (extension != ".json" and not text.lstrip().startswith(("{", "["))):
            from cdk_hpo.command.yaml_text import load

            return Document(name, text, *load(name, text))
        return Document(name, text, [json.loads(text)])
    except json.JSONDecodeError as error:
        raise Unusable(name, f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Unusable(name, "is nested too deeply") from None
    except ValueError as error:  # an integer of thousands of digits
        raise Unusable(name, f"cannot be read: {error}") from None


def _text(name: str) -> str:
    if name == STDIN and sys.stdin is None:
        raise Unusable(name, "is closed")
    try:
        if name == STDIN:
            data = sys.stdin.buffer.read()
        else:
            with open(name, "rb") as file:
                data = file.read()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unusable(name, f"cannot be read: {reason}") from None
    except ValueError:  # a name with a null character
        raise Unusable(name, "cannot be read: no such file") from None
    try:
        return data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Unusable(name, "is not text in UTF-8") from None
