"""``cdk-hpo import``: read what somebody has, write the module, and say what it lacks."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cdk_hpo.checks.paths import ROOT
from cdk_hpo.command.documents import read
from cdk_hpo.command.terminal import printable
from cdk_hpo.command.unusable import STDIN, Unusable, count
from cdk_hpo.importing.fitting import Fitted, fitted
from cdk_hpo.importing.module import Named, written
from cdk_hpo.importing.names import is_usable, variables
from cdk_hpo.importing.repeated import repeated_in_json, repeated_in_yaml
from cdk_hpo.importing.sources import readings

if TYPE_CHECKING:
    from argparse import Namespace

    from cdk_hpo.command.documents import Document
    from cdk_hpo.importing.notes import Reading

WHOLE, LOSSY, UNUSABLE = 0, 1, 2
_VARIABLE = "definition"


def import_definitions(given: Namespace) -> int:
    """Import what the command line names; return the exit status."""
    problem = _problem(given)
    if problem:
        print(f"cdk-hpo import: {problem}", file=sys.stderr)
        return UNUSABLE
    try:
        found = [fitted(each) for each in _readings(given)]
        named = _named(found, given.name)
        if named:
            _write(written(named, _shown_source(given)), given.output, force=given.force)
    except Unusable as unusable:
        print(f"cdk-hpo: {printable(str(unusable))}", file=sys.stderr)
        return UNUSABLE
    sys.stdout.flush()
    for each in found:
        _report(each, each.reading.label if len(found) > 1 else "")
    return LOSSY if any(_is_lossy(each) for each in found) else WHOLE


def _problem(given: Namespace) -> str | None:
    """Return what is wrong with the command line beyond what the parser sees."""
    if (given.source is None) == (given.job is None):
        return "give either SOURCE or --job NAME"
    if given.region is not None and given.job is None:
        return "--region belongs to --job"
    if given.format is not None and given.job is not None:
        return "--format belongs to SOURCE"
    name = given.name
    if name is not None and not is_usable(name):
        return f"--name {printable(name)!r} cannot be the name of a variable here"
    if name is not None and not name.isascii() and given.output is None and not _prints_utf_8():
        return f"--name {name!a} needs --output: standard output is not in UTF-8"
    return None


def _readings(given: Namespace) -> list[Reading]:
    if given.job is not None:
        from cdk_hpo.importing.service import job

        return [job(given.job, given.region)]
    document = read(given.source)
    _refuse_repeated(document)
    return readings(document, given.format)


def _refuse_repeated(document: Document) -> None:
    """Refuse a source that says something twice: which one is meant, only its author knows."""
    nodes = document.nodes
    try:
        places = repeated_in_json(document.text) if nodes is None else repeated_in_yaml(nodes)
    except RecursionError:
        raise Unusable(document.name, "is nested too deeply") from None
    if places:
        others = f", and {count(len(places) - 1, 'other name')} too" if len(places) > 1 else ""
        raise Unusable(document.name, f"says {places[0]} more than once{others}: only one can be meant")


def _named(found: list[Fitted], variable: str | None) -> list[Named]:
    """Give each definition its variable."""
    if len(found) == 1:
        definition = found[0].definition
        return [] if definition is None else [Named(variable or _VARIABLE, definition)]
    wanted = [each.reading.variable if variable is None else None for each in found]
    named = []
    for each, name, original in zip(found, variables(wanted, variable or _VARIABLE), wanted, strict=True):
        if each.definition is not None:
            named.append(Named(name, each.definition))
            if original is not None and name != original.replace("-", "_"):
                each.reading.notes.tell(ROOT, f"the variable is called {name}")
    return named


def _shown_source(given: Namespace) -> str:
    """Return what the module's first line calls the source: a file without its folder."""
    name = given.job if given.job is not None else Path(given.source).name
    plain = name.isascii() and name.isprintable() and not set(name) & set("\"'\\") and len(name) < 60
    return name if plain and name != STDIN else ""


def _write(module: str, output: str | None, *, force: bool) -> None:
    if output is None:
        if not _prints_utf_8():
            # Python reads a module as UTF-8, whatever the terminal's encoding is. Only texts are not in ASCII.
            module = module.encode("ascii", "backslashreplace").decode()
        sys.stdout.write(module)
        return
    try:
        with Path(output).open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(module)
    except FileExistsError:
        raise Unusable(output, "exists already: --force replaces it") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise Unusable(output, f"cannot be written: {reason}") from None


def _prints_utf_8() -> bool:
    return codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"


def _is_lossy(each: Fitted) -> bool:
    return each.definition is None or each.reading.notes.lost or any(one.severity == "error" for one in each.findings)


def _report(each: Fitted, label: str) -> None:
    """Say on standard error what the definition lacks, and what the checks find."""
    label = f"{printable(label)}: " if label else ""
    lines = [(note.path, "lost" if note.lost else "note", note.reason) for note in each.reading.notes]
    lines += [(one.path, str(one.severity), f"{one.message} [{one.rule}]") for one in each.findings]
    for path, kind, text in lines:
        print(f"{kind}: {label}{path or 'the request'}: {printable(text)}", file=sys.stderr)
    if each.definition is None:
        print(f"{label}no definition is written: it would lack what the service requires", file=sys.stderr)
