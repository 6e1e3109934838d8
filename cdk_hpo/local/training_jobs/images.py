"""Which program stands for a container image on this machine: a table that the user writes."""

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

EXAMPLE = '"111122223333.dkr.ecr.*.amazonaws.com/train:*" = "python train.py"'


@dataclass(frozen=True)
class Mapped:
    """A program.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        A folder that is copied into the job, and is then the working directory; None for none.
    """

    command: tuple[str, ...]
    folder: Path | None = None


class Images:
    """The table, from patterns to programs. The first pattern that fits counts.

    Parameters
    ----------
    table
        Patterns, in which ``*`` and ``?`` stand for any text and any character, of image URIs or of the names of
        algorithm resources. Each has a command, as one text or as a list, or a table with ``command`` and ``folder``.
    base
        What folders are relative to; the working directory by default.

    Raises
    ------
    ValueError
        For an entry that is none of these, or a folder that does not exist.
    """

    def __init__(self, table: Mapping[str, Any] | None = None, base: Path | None = None) -> None:
        self._entries = [(pattern, _mapped(pattern, given, base or Path())) for pattern, given in (table or {}).items()]

    @classmethod
    def from_file(cls, path: Path) -> "Images":
        """Read the table ``[images]`` of a TOML file; folders are relative to the file's."""
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"The file {path} of images cannot be read: {error}") from error
        unknown = sorted(set(content) - {"images"})
        table = content.get("images")
        if unknown or not isinstance(table, dict):
            found = f"got {', '.join(unknown)}" if unknown else "there is none"
            raise ValueError(f"The file {path} must hold one table, [images], but {found}. For example:\n{EXAMPLE}")
        return cls(table, path.resolve().parent)

    def find(self, image: str) -> Mapped | None:
        """Return the program for an image or algorithm; None when no pattern fits."""
        return next((mapped for pattern, mapped in self._entries if fnmatchcase(image, pattern)), None)


def _mapped(pattern: str, given: object, base: Path) -> Mapped:
    entry: Mapping[str, Any] = given if isinstance(given, dict) else {"command": given}
    if unknown := sorted(set(entry) - {"command", "folder"}):
        raise ValueError(f"images: {pattern!r} has unknown entries {', '.join(unknown)}; known: command, folder.")
    text = entry.get("command")
    command = shlex.split(text) if isinstance(text, str) else text
    if not (isinstance(command, list) and command and all(isinstance(part, str) for part in command)):
        raise ValueError(f"images: {pattern!r} needs a command, a text or a list of texts, got {text!r}.")
    folder = entry.get("folder")
    return Mapped(tuple(command), None if folder is None else _folder(pattern, folder, base))


def _folder(pattern: str, given: object, base: Path) -> Path:
    if not isinstance(given, str) or not (base / given).is_dir():
        raise ValueError(f"images: the folder of {pattern!r} must be a folder that exists, got {given!r} in {base}.")
    return (base / given).resolve()
