"""What to say of arguments that a value does not take: how they are spelt here, or where they belong.

It is asked only after a mistake, so that what is right costs nothing.
"""

import dataclasses
import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cdk_hpo.checks.redaction import HIDDEN, holds_credential

_MOST_NAMED = 8


def explained(kind: Any, error: TypeError, positional: int, names: Iterable[str]) -> TypeError:
    """Return Python's error about the arguments of a value's class, with what to write instead."""
    fields = dataclasses.fields(kind)
    unknown = [name for name in names if name not in {each.name for each in fields}]
    places = [each.name for each in fields if not each.kw_only]
    if unknown:
        words = f"{kind.__name__}() got " + ", ".join(_unexpected(kind, name) for name in unknown)
    elif positional > len(places):
        words = _too_many(kind, positional, places)
    else:
        # Something is missing, and Python says what.
        return TypeError(f"{str(error).replace('.__init__()', '()', 1)}: {kind._advice or f'write {form(kind)}'}")
    return TypeError(f"{words}; {kind._advice}" if kind._advice else words)


def form(kind: Any, names: Iterable[str] = ()) -> str:
    """Return how a value is written: with the arguments that it requires, and those named."""
    chosen = {*_required(kind), *names}
    each = [field.name if not field.kw_only else f"{field.name}=…" for field in _by_place(kind) if field.name in chosen]
    return f"{kind.__name__}({', '.join(each)})"


def stands_alone(kind: Any) -> bool:
    """Tell whether the form of a class says how to write it: not where all of its arguments can be left out."""
    return not dataclasses.fields(kind) or any(True for _ in _required(kind))


def argument_of(kind: Any, name: str) -> str | None:
    """Return the argument of a class that has this name, be it in the API's spelling; ``None`` when there is none."""
    if any(name == argument for argument, _ in kind._wires):
        return name
    for argument, spec in kind._wires:
        if _plain(name) in {_plain(member) for member in (spec.member, *spec.codec.members) if member}:
            return str(argument)
    return None


def form_of_dictionary(kinds: Iterable[Any], given: object) -> str | None:
    """Return how the value that a dictionary describes is written; ``None`` unless it describes one of the classes."""
    if not isinstance(given, Mapping) or not given or not all(isinstance(key, str) for key in given):
        return None
    forms = []
    for kind in kinds:
        names = [argument_of(kind, key) for key in given]
        if None not in names:
            forms.append(form(kind, [name for name in names if name is not None]))
    if len(forms) != 1:
        return None
    whole = "; TuningJobDefinition.from_request(…) reads a whole boto3 request"
    return f"write {forms[0]}{whole * str(next(iter(given)))[:1].isupper()}"


def _required(kind: Any) -> Iterator[str]:
    for field in dataclasses.fields(kind):
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            yield field.name


def _by_place(kind: Any) -> list[Any]:
    """Return the fields, those without a keyword first, as they have to be written."""
    return sorted(dataclasses.fields(kind), key=lambda field: field.kw_only)


def _too_many(kind: Any, given: int, places: list[str]) -> str:
    taken = f"by position only {', '.join(places)}" if places else "no argument by position"
    inherited = getattr(kind.__mro__[1], "__dataclass_fields__", {})
    fields = sorted(dataclasses.fields(kind), key=lambda field: field.name in inherited)
    named = [f"{field.name}=…" for field in fields if field.kw_only]
    if not named and dict(kind._wires)[places[-1]].codec.listed:
        advice = f"give {places[-1]} as a list"
    elif not named:
        advice = "remove the rest"
    else:
        listed = ", ".join([*named[:_MOST_NAMED], *["…"] * (len(named) > _MOST_NAMED)])
        advice = f"name {'the others' if places else 'them'}: {listed}"
    return f"{kind.__name__}() takes {taken}, but {given} {'was' if given == 1 else 'were'} given: {advice}"


def _unexpected(kind: Any, name: str) -> str:
    return f"an unexpected keyword argument {HIDDEN if holds_credential(name) else repr(name)}: {_instead(kind, name)}"


def _instead(kind: Any, name: str) -> str:
    own = argument_of(kind, name)
    if own is not None:
        return f"did you mean {own!r}?"
    for argument, spec in kind._wires:
        for inner in spec.codec.kinds:
            found = argument_of(inner, name)
            if found is not None:
                value = f"{inner.__name__}({found}=…)"
                return f"did you mean {argument}={f'[{value}]' if spec.codec.listed else value}?"
    arguments = [field.name for field in dataclasses.fields(kind)]
    near = difflib.get_close_matches(name, arguments, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"its arguments are {', '.join(arguments)}" if arguments else "it takes no arguments"


def _plain(name: str) -> str:
    """Return a name without what tells the API's spelling from Python's."""
    return name.replace("_", "").lower()
