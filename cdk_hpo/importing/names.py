"""Names of variables for what a source calls by names of other rules."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Sequence

#: What the module refers to itself, by which a name would break it.
USED = frozenset({"hpo", "int", "__debug__"})
#: What the app around it is likely to have, and what Python has: good names for something else only.
_TAKEN = USED | {"app", "cdk", "cdk_hpo", "stack"} | set(dir(builtins))
_FOREIGN = re.compile("[^0-9A-Za-z_]")


def variables(wanted: Sequence[str | None], base: str) -> list[str]:
    """Return a variable's name for each of several things: ASCII, valid, and no two the same.

    Parameters
    ----------
    wanted
        What each is called, or ``None`` for no name.
    base
        What is called by its number begins with this.
    """
    made = [plain(each or "", base) or f"{base}_{number}" for number, each in enumerate(wanted, 1)]
    names: list[str] = []
    for number, name in enumerate(made, 1):
        names.append(_other(name, number, {*made, *names}) if name in names else name)
    return names


def plain(text: str, base: str) -> str:
    """Return the nearest name to a text, ``""`` where nothing of it can stand in a name.

    A name is in ASCII, as Python takes a module for UTF-8, and standard output may be in another encoding. Letters
    with marks lose the marks, hyphens and all else become underscores.
    """
    letters = (each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    name = _FOREIGN.sub("_", "".join(letters))
    if not name.strip("_"):
        return ""
    if name.startswith("__") and name.endswith("__"):  # Python keeps such names for itself
        name = name.strip("_")
    if name[0].isdigit():
        name = f"{base}_{name}"
    return f"{name}_" if keyword.iskeyword(name) or name in _TAKEN else name


def is_usable(name: str) -> bool:
    """Tell whether a name that somebody chose can be a variable of the module."""
    normal = unicodedata.normalize("NFKC", name)
    return name.isidentifier() and not keyword.iskeyword(normal) and normal not in USED


def _other(name: str, number: int, taken: set[str]) -> str:
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
