#!/usr/bin/env python3
"""Write ``api.txt``: every public name, argument, choice, rule id, and name in a template.

python scripts/make_public_api.py           write the file
python scripts/make_public_api.py --check   exit 1 and show the difference when it is not what would be written

A line that goes or changes is a change that breaks somebody's code, stack or acknowledgement; a new line is a feature.
"""

import difflib
import enum
import importlib
import inspect
import os
import re
import sys
import tomllib
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
os.environ["CDK_VALIDATION"] = "false"

from public_template import template_names  # noqa: E402

FILE = ROOT / "api.txt"
MODULES = ("cdk_hpo", "cdk_hpo.checks", "cdk_hpo.local", "cdk_hpo.testing", "cdk_hpo.testing.pytest_plugin")
LONGEST_LINE = 100
#: How the parts of a definition become a request: for this package's own use, though without an underscore.
WIRE = ("from_wire", "members", "origins", "to_members", "to_wire", "wire_name")
HOW_TO_ACCEPT = (
    "The public API is not that of api.txt. If the change is meant, run `python scripts/make_public_api.py`, commit "
    "the file, and tell users in CHANGELOG.md; CONTRIBUTING.md says when something public may change."
)
INTRODUCTION = """\
The public API of cdk-hpo. Made by scripts/make_public_api.py; tests/test_public.py compares it.
"""


def api() -> str:
    """Return the file's content."""
    parts = [INTRODUCTION]
    for name in MODULES:
        parts += ["", f"== {name}", *_module(importlib.import_module(name))]
    for title, lines in (*_package(), ("rules", _rules()), ("other ids", _ids()), *template_names()):
        parts += ["", f"== {title}", *lines]
    return "\n".join(parts) + "\n"


def _module(module: ModuleType) -> Iterator[str]:
    for name in sorted(_public_names(module)):
        found = getattr(module, name)
        home = next((other for other in MODULES if other != module.__name__ and _is_in(other, name, found)), None)
        if home is not None and MODULES.index(home) < MODULES.index(module.__name__):
            yield f"{name} = {home}.{name}"
        else:
            yield from _described(name, found)


def _public_names(module: ModuleType) -> list[str]:
    if hasattr(module, "__all__"):
        return list(module.__all__)
    own = (each for each in vars(module).items() if getattr(each[1], "__module__", None) == module.__name__)
    return [name for name, _ in own if not name.startswith("_")]


def _is_in(module: str, name: str, found: object) -> bool:
    return getattr(importlib.import_module(module), name, None) is found


def _described(name: str, found: Any) -> Iterator[str]:
    if type(found).__name__ == "FixtureFunctionDefinition":
        yield f"fixture {name}{_signature(found)}"
    elif isinstance(found, enum.EnumMeta):
        members: list[enum.Enum] = list(found)
        yield f"enum {name} ({found.__mro__[1].__name__})"
        yield from sorted(f"    {each.name} = {each.value!r}" for each in members)
    elif isinstance(found, type):
        yield from _broken(f"class {name}{_constructor(found)}")
        yield from (f"    {each}" for each in _bases(found))
        for line in sorted(_members(found)):
            yield from (f"    {each}" for each in _broken(line))
    elif callable(found):
        yield from _broken(f"def {name}{_signature(found)}")
    else:
        yield name


def _is_public(kind: type) -> bool:
    return any(_is_in(module, kind.__name__, kind) for module in MODULES)


def _bases(kind: type) -> Iterator[str]:
    """Yield what people may count on: this library's bases, and the first of Python's or the CDK's, whose own vary."""
    foreign = next(base for base in kind.__mro__ if not base.__module__.startswith("cdk_hpo"))
    for base in kind.__mro__[1:]:
        if _is_public(base) or (base is foreign and base is not object):
            yield f"extends {base.__name__}"
    inherited = getattr(foreign, "__jsii_ifaces__", [])
    yield from (f"implements {each.__name__}" for each in getattr(kind, "__jsii_ifaces__", ()) if each not in inherited)
    if made := getattr(kind, "__dataclass_params__", None):
        # By what its values do, whoever wrote the methods.
        frozen, eq = kind.__setattr__ is not object.__setattr__, kind.__eq__ is not object.__eq__
        yield f"dataclass (frozen={frozen}, eq={eq}, order={made.order})"


def _members(kind: type) -> Iterator[str]:
    seen = {*WIRE}
    for owner in kind.__mro__:
        if owner is not kind and _is_public(owner):
            return  # the rest stands there
        if not owner.__module__.startswith("cdk_hpo"):
            continue  # members of the CDK's classes and of Python's are not this library's promise
        for name, annotation in _attributes(owner):
            if name not in seen:
                seen.add(name)
                yield f"{name}{f': {annotation}' if annotation else ''}"
        for name, member in vars(owner).items():
            if name.startswith("_") or name in seen or name in getattr(kind, "__dataclass_fields__", ()):
                continue
            seen.add(name)
            if isinstance(member, classmethod | staticmethod):
                how = "class" if isinstance(member, classmethod) else "static"
                yield f"{how} def {name}{_signature(getattr(kind, name))}"
            elif isinstance(member, property):
                returned = member.fget.__annotations__.get("return", "") if member.fget else ""
                yield f"{name}: {_annotation(returned)}"
            elif inspect.isfunction(member):
                yield f"def {name}{_signature(member)}"
            elif not issubclass(kind, tuple):
                yield name


def _attributes(kind: type) -> Iterator[tuple[str, str]]:
    """Yield the attributes that a class gives its instances when it makes them."""
    if inspect.isfunction(made := vars(kind).get("__init__")) and "__dataclass_fields__" not in vars(kind):
        yield from re.findall(r"^ +self\.([a-z]\w*)(?:: ([^=\n]+?))? = ", inspect.getsource(made), re.MULTILINE)


def _constructor(kind: type) -> str:
    if getattr(kind.__init__, "__module__", "").startswith("cdk_hpo") or hasattr(kind, "__dataclass_fields__"):
        return _signature(kind.__init__, returns=False)
    # A named tuple is made by __new__; what is left is an exception that users only catch, or an interface.
    return _signature(kind) if issubclass(kind, tuple) else ""


def _signature(found: Callable[..., Any], *, returns: bool = True) -> str:
    signature = inspect.signature(found)
    parameters = [
        each.replace(
            annotation=each.empty if each.annotation is each.empty else _Text(_annotation(each.annotation)),
            default=_default(each.default),
        )
        for name, each in signature.parameters.items()
        if name != "self" and not name.startswith("_")
    ]
    answer = signature.return_annotation
    if not returns or answer is signature.empty:
        return str(signature.replace(parameters=parameters, return_annotation=signature.empty))
    return str(signature.replace(parameters=parameters, return_annotation=_Text(_annotation(answer))))


def _broken(line: str) -> list[str]:
    """Break a long signature, an argument a line, so that a change of one is a change of one line."""
    before, bracket, rest = line.partition("(")
    inner, end, after = rest.rpartition(")")
    if len(line) <= LONGEST_LINE or not bracket or not end:
        return [line]
    return [f"{before}(", *(f"    {each}," for each in _arguments(inner)), f"){after}"]


def _arguments(text: str) -> list[str]:
    """Split at the commas that stand in no brackets and in no quotes."""
    parts, depth, quote = [""], 0, ""
    for character in text:
        quote = (character if character in "'\"" else "") if not quote else ("" if character == quote else quote)
        depth += (character in "([{") - (character in ")]}") if not quote else 0
        if character == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return [each.strip() for each in parts]


class _Text(str):
    """Text that stands in a signature as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _annotation(annotation: Any) -> str:
    """Write a type without modules, the same for every version of Python."""
    if annotation is None:
        return "None"
    if typing.get_origin(annotation) is typing.Unpack:  # keyword arguments that several methods share
        (options,) = typing.get_args(annotation)
        arguments = (f"{name}: {_annotation(each)}" for name, each in sorted(options.__annotations__.items()))
        return f"{options.__name__}[{', '.join(arguments)}]"
    text = getattr(annotation, "__forward_arg__", annotation)
    text = text if isinstance(text, str) else inspect.formatannotation(text)
    return re.sub(r"\b(?:[A-Za-z_]\w*\.)+(?=\w)", "", text).replace("'", "")


def _default(value: Any) -> Any:
    if value is inspect.Parameter.empty or value is None or isinstance(value, bool | int | float | tuple):
        return value
    if isinstance(value, enum.Enum):
        return _Text(f"{type(value).__name__}.{value.name}")
    if isinstance(value, str):
        return value
    if type(value).__module__.startswith("cdk_hpo"):
        return _Text(repr(value))
    return _Text(f"<{value.to_human_string()}>" if hasattr(value, "to_human_string") else "…")


def _package() -> Iterator[tuple[str, list[str]]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = sorted(name for name in project["optional-dependencies"] if name not in ("dev", "docs"))
    yield "extras", extras
    yield "commands", sorted(_commands())
    yield (
        "entry points",
        sorted(
            f"{group}: {name} = {where}"
            for group, entries in {"console_scripts": project["scripts"], **project.get("entry-points", {})}.items()
            for name, where in entries.items()
        ),
    )


def _commands() -> Iterator[str]:
    from cdk_hpo.command.arguments import parser

    (commands,) = [each.choices for each in parser()._actions if isinstance(each.choices, dict)]
    for name, command in commands.items():
        words = [_option(each) for each in command._actions]
        yield " ".join(("cdk-hpo", name, *sorted(words)))


def _option(action: Any) -> str:
    """Return an option's longest name, or an argument's, with what it takes and what it is when left out."""
    name = action.option_strings[-1] if action.option_strings else str(action.metavar)
    chosen = f"={{{','.join(map(str, action.choices))}}}" if action.choices and not callable(action.choices) else ""
    default = action.default if isinstance(action.default, str | int) and action.default != "==SUPPRESS==" else False
    return f"{name}{chosen}{'' if default is False else f'[{default}]'}"


def _ids() -> list[str]:
    """Return the ids of warnings, keys of context and metadata, and tags, as the code spells them."""
    from cdk_hpo.launch.acknowledged import DOUBTS

    files = (each for folder in ("cdk_hpo", "lambda") for each in sorted((ROOT / folder).rglob("*.py")))
    found = (
        re.findall(r"""["'](cdk-hpo:[a-z][a-z:-]*[a-z])["']""", each.read_text(encoding="utf-8")) for each in files
    )
    return sorted({*(id for some in found for id in some), *(f"cdk-hpo:{id}" for id in DOUBTS)})


def _rules() -> list[str]:
    from cdk_hpo.checks import catalogue

    rules = sorted(catalogue().values(), key=lambda rule: rule.id)
    return [f"{each.id} ({each.severity or 'only told, not checked'})" for each in rules]


def differences() -> str:
    """Return how the file differs from what would be written, and what to do; nothing when it does not."""
    kept, wanted = (FILE.read_text(encoding="utf-8") if FILE.exists() else ""), api()
    if kept == wanted:
        return ""
    lines = difflib.unified_diff(kept.splitlines(), wanted.splitlines(), "api.txt", "the code", lineterm="", n=2)
    return "\n".join([HOW_TO_ACCEPT, "", *lines])


def main(words: list[str]) -> int:
    """Write the file, or check it."""
    if "--check" in words:
        print(differences() or "api.txt is up to date")
        return 1 if differences() else 0
    FILE.write_text(api(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
