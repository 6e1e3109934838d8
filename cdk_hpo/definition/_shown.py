"""How a value of another kind appears in a message: short, with its class, and never what may be a secret.

Of a dictionary only the keys are shown, and of an object nothing that looks like a credential.
"""

from collections.abc import Mapping, Sized

from cdk_hpo.checks.redaction import HIDDEN, is_sensitive, is_sensitive_name

_LONGEST = 60
#: Python refuses to print integers of more than some thousand digits, and nobody reads half as many.
_LARGEST = 10**38
_HUGE = "an integer of more than 38 digits"
_PLAIN = (str, int, float, type(None))


def shown(given: object) -> str:
    """Return a value as a message shows it."""
    kind = type(given).__name__
    if isinstance(given, type):
        return f"the class {given.__name__} itself"
    if isinstance(given, list | tuple) and given and not isinstance(given[0], _PLAIN):
        first = f"a {type(given[0]).__name__}" if isinstance(given[0], list | tuple | Mapping) else shown(given[0])
        return f"a {kind} of {len(given)} that begins with {first}"
    try:
        text = _text(given)
    except Exception:  # the object's own code, which may do anything
        text = ""
    return f"{_short(text)} ({kind})" if text else concealed(given)


def number(given: object) -> str:
    """Return a number as a message shows it, without its class."""
    return _short(str(given)) if _is_short(given) else _HUGE


def concealed(given: object) -> str:
    """Return what kind of value this is, for what stands where secrets may be; a number or a class is shown."""
    if isinstance(given, int | float | type | None):
        return shown(given) if isinstance(given, type) or _is_short(given) else _HUGE
    if isinstance(given, str):
        return f"a text of {len(given)} characters {HIDDEN}"
    kind = type(given).__name__
    if isinstance(given, list | tuple | set | frozenset | Mapping) and isinstance(given, Sized):
        return f"a {kind} of {len(given)} {HIDDEN}"
    return f"an object of the class {kind}"


def quoted(text: str, longest: int = _LONGEST) -> str:
    """Return text in quotes, as code or a name in a message; hidden where it may be a secret."""
    if is_sensitive(text):
        return concealed(text)
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    plain = text.isprintable() and '"' not in text and "\\" not in text
    return f'"{text}"' if plain else repr(str(text))


def text_hint(number: object) -> str:
    """Return the hint how a number is written as text; nothing for what is none."""
    if isinstance(number, int | float):
        return f': write "{number}"' if _is_short(number) else ": write it in quotes"
    return ": write str(…) around it" if hasattr(type(number), "__float__") else ""


def number_hint(given: object, *, integer: bool = True) -> str:
    """Return the hint how a number in another form is written as one; nothing for what is none."""
    if isinstance(given, str):
        # No leading zero, and no digits of other scripts: Python's code knows neither.
        whole = given.isascii() and given.isdecimal() and (given == "0" or given[0] != "0") and len(given) < _LONGEST
        return f": write {given} without quotes" if whole else ""
    method, make = ("__index__", "int") if integer else ("__float__", "float")
    other = not isinstance(given, int | float | type) and hasattr(type(given), method)
    return f": write {make}(…) around it" if other else ""


def _text(given: object) -> str:
    """Return the value's own text; nothing where it has none, or one that may hold a secret."""
    if isinstance(given, str):
        return "" if is_sensitive(given) else str.__repr__(given)
    if isinstance(given, bool | None):
        return repr(given)
    if isinstance(given, int | float):
        if not _is_short(given):
            return ""
        # Not repr(): subclasses such as NumPy's write themselves in another way.
        return int.__repr__(given) if isinstance(given, int) else float.__repr__(given)
    if isinstance(given, Mapping):
        keys = _items(given)
        return f"{{{', '.join(f'{each}: …' for each in keys)}}}" if keys or not given else ""
    if isinstance(given, list | tuple):
        items = _items(given, names=True)
        inside = ", ".join(items) + "," * (len(items) == 1 and isinstance(given, tuple))
        return (f"[{inside}]" if isinstance(given, list) else f"({inside})") if items or not given else ""
    if type(given).__repr__ is object.__repr__:
        return ""
    text = repr(given)
    return "" if " object at 0x" in text or is_sensitive(text) or is_sensitive_name(text) else text


def _items(given: "Mapping[object, object] | list[object] | tuple[object, ...]", *, names: bool = False) -> list[str]:
    """Return the text of each item, or nothing where one is not plain or may be a secret, or name one."""
    items = [*given]
    if names and any(isinstance(each, str) and is_sensitive_name(each) for each in items):
        return []
    texts = [_text(each) if isinstance(each, _PLAIN) else "" for each in items]
    return texts if all(texts) else []


def _is_short(number: object) -> bool:
    return not isinstance(number, int) or -_LARGEST < number < _LARGEST


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}…"
