"""How one attribute is checked, stored, written to the request and read back."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from cdk_hpo.definition._shown import number, number_hint, shown, text_hint
from cdk_hpo.definition._spelling import form, form_of_dictionary, stands_alone
from cdk_hpo.definition._tokens import as_list, as_number, as_text, is_token, is_unknown, reference

#: Modules of the library.
_OWN = f"{__name__.partition('.')[0]}."
#: No bound of a range is nearly as long: the API takes 256 characters.
_MOST_DIGITS = 1000


class Problem(Exception):
    """A value that no request can hold, with the id of the rule that it breaks.

    ``member`` is the request's member where the codec could have written more than one.
    """

    member: str | None = None

    def __init__(self, message: str, rule: str = "wrong-type") -> None:
        super().__init__(message)
        self.rule = rule


class Codec:
    """The base: the stored form is the request's form."""

    #: Whether the value is a list.
    listed = False
    #: Whether the codec writes members of the enclosing structure by itself.
    spreads = False
    #: The members that it then reads and writes.
    members: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The classes of values that it takes."""
        return ()

    def normalise(self, given: Any) -> Any:
        """Return the stored form of what the user gave; raise `Problem` where there is none."""
        return given

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        """Return the request's form of the stored one. ``owner`` is the value that holds it."""
        return held

    def decode(self, data: Any) -> Any:
        """Return what the constructor takes for the request's form."""
        return data

    def origins(self, held: Any, path: str) -> Iterator[tuple[str, str]]:
        """Yield where the values inside were written."""
        return iter(())


class Text(Codec):
    """Text, or a token for it; ``such_as`` is an example of one."""

    def __init__(self, *, empty: bool = True, rule: str = "wrong-type", such_as: str = "") -> None:
        self._empty = empty
        self._rule = rule
        self._such_as = f' such as "{such_as}"' * bool(such_as)

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, str) and not is_token(given, int, float):
            raise Problem(f"expected text{self._such_as}, got {shown(given)}{text_hint(given)}")
        if given == "" and not self._empty:
            raise Problem(f"expected text{self._such_as}, got an empty one", self._rule)
        return given if isinstance(given, str) else as_text(given)


class Number(Codec):
    """A whole number (``integer=True``) or any finite number, or a token for it."""

    def __init__(self, *, integer: bool = True, at_least: int | None = None, rule: str = "wrong-type") -> None:
        self._integer = integer
        self._at_least = at_least
        self._rule = rule

    def normalise(self, given: Any) -> Any:
        if is_token(given, int, float):
            return as_number(given)
        wanted = "a whole number" if self._integer else "a number"
        if isinstance(given, bool) or not isinstance(given, int if self._integer else int | float):
            raise Problem(f"expected {wanted}, got {shown(given)}{number_hint(given, integer=self._integer)}")
        if not self._integer and not _is_finite(given):
            raise Problem(f"expected a finite number, got {number(given)}", self._rule)
        if self._at_least is not None and given < self._at_least:
            raise Problem(f"expected {wanted} of at least {self._at_least}, got {number(given)}", self._rule)
        return given


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number that no float can hold
        return False


class Flag(Codec):
    """A boolean, or a token for it."""

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, bool) and not is_token(given):
            raise Problem(f"expected True or False, got {shown(given)}")
        return given


class Choice(Codec):
    """One of an enumeration; other text is kept, so that a value newer than this library can be used."""

    def __init__(self, kind: type[StrEnum]) -> None:
        self._kind = kind

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, str):
            if is_token(given):
                return as_text(given)
            names = " or ".join(f"{self._kind.__name__}.{each.name}" for each in self._kind)
            raise Problem(f"expected {names}, got {shown(given)}")
        try:
            return self._kind(given)
        except ValueError:
            return given

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return str(held) if isinstance(held, str) else held


class Bound(Codec):
    """A bound of a range: a number, stored as the text that the API takes. Text is kept to the letter."""

    def __init__(self, *, integer: bool) -> None:
        self._integer = integer

    def normalise(self, given: Any) -> Any:
        if isinstance(given, str):
            return given
        if is_token(given, int, float):
            return as_text(given)
        if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
            raise Problem(
                f"expected a number or its text, got {shown(given)}{number_hint(given, integer=self._integer)}"
            )
        return _plain(given, integer=self._integer)


def _plain(given: int | float | Decimal, *, integer: bool) -> str:
    """Return a number without exponent, as exactly as Python shows it."""
    try:
        # Not repr(): subclasses such as NumPy's write themselves in another way.
        exact = Decimal(float.__repr__(given)) if isinstance(given, float) else Decimal(given)
    except InvalidOperation:  # pragma: no cover - Decimal takes every int and float
        raise Problem(f"expected a number, got {shown(given)}") from None
    if not exact.is_finite():
        raise Problem(f"expected a finite number, got {number(given)}")
    if abs(exact.adjusted()) > _MOST_DIGITS:
        raise Problem(f"expected a number of at most {_MOST_DIGITS} digits, got {number(given)}")
    if integer and exact != exact.to_integral_value():
        raise Problem(f"expected a whole number, got {number(given)}", "integer-range-integers")
    return str(int(exact)) if integer else format(exact, "f")


class Many(Codec):
    """A list, stored as a tuple; ``item`` is the codec of each, ``wholes`` are classes that hold such lists."""

    listed = True

    def __init__(
        self,
        item: Codec,
        *,
        at_least: int = 0,
        rule: str = "wrong-type",
        expected: str = "a list",
        wholes: tuple[Any, ...] = (),
    ) -> None:
        self._item = item
        self._wholes = wholes
        self._expected = expected
        self._at_least = at_least
        self._rule = rule

    @property
    def kinds(self) -> tuple[Any, ...]:
        return self._item.kinds

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, list | tuple):
            if is_token(given):
                return tuple(as_list(given))
            if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
                hint = ": put it into [ ]" if self._is_item(given) else _instead(given, self._wholes, "")
                raise Problem(f"expected {self._expected}, got {shown(given)}{hint}")
            given = list(given)
        if len(given) < self._at_least:
            raise Problem(f"expected a list of at least {self._at_least}, got an empty one", self._rule)
        if is_unknown(given):
            return tuple(given)
        out = []
        for index, each in enumerate(given):
            try:
                out.append(self._item.normalise(each))
            except Problem as problem:
                raise Problem(f"item {index}: {problem}", problem.rule) from None
        return tuple(out)

    def _is_item(self, given: Any) -> bool:
        try:
            self._item.normalise(given)
        except Problem:
            return False
        return True

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        if not isinstance(held, tuple):
            return held
        if is_unknown(list(held)):
            return list(held)
        return [self._item.encode(each, owner, context) for each in held]

    def decode(self, data: Any) -> Any:
        if is_unknown(data):
            return data
        return [self._item.decode(each) for each in data]

    def origins(self, held: Any, path: str) -> Iterator[tuple[str, str]]:
        if isinstance(held, tuple):
            for index, each in enumerate(held):
                yield from self._item.origins(each, f"{path}[{index}]")


def _instead(given: object, kinds: tuple[Any, ...], advice: str) -> str:
    """Say how to write what was given as one of these classes."""
    if isinstance(given, type) and given in kinds and stands_alone(given):
        return f": write {form(given)}"
    words = form_of_dictionary(kinds, given) or advice
    return f": {words}" if words else ""


class Nested(Codec):
    """Another typed value of one of several classes; ``advice`` tells how to make one of what people have."""

    def __init__(self, *kinds: Any, advice: str = "") -> None:
        self._kinds = kinds
        self._advice = advice

    @property
    def kinds(self) -> tuple[Any, ...]:
        return self._kinds

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, self._kinds):
            names = " or ".join(kind.__name__ for kind in self._kinds)
            raise Problem(f"expected {names}, got {shown(given)}{_instead(given, self._kinds, self._advice)}")
        return given

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return held.to_wire(context)

    def decode(self, data: Any) -> Any:
        return self._kinds[0].from_wire(data)

    def origins(self, held: Any, path: str) -> Iterator[tuple[str, str]]:
        yield from held.origins(path)


class Wrapped(Codec):
    """A structure with one required member, written as that member alone."""

    def __init__(self, member: str, inner: Codec) -> None:
        self._member = member
        self._inner = inner

    def normalise(self, given: Any) -> Any:
        return self._inner.normalise(given)

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return {self._member: self._inner.encode(held, owner, context)}

    def decode(self, data: Any) -> Any:
        return self._inner.decode(data[self._member])


class Resource(Codec):
    """A CDK object given by the API as a name or ARN; text and tokens pass through.

    ``attributes`` are the paths to that name or ARN on the object, the narrowest interface first.
    """

    def __init__(self, what: str, *attributes: str) -> None:
        self._what = what
        self._attributes = attributes

    def normalise(self, given: Any) -> Any:
        if isinstance(given, str) or reference(given, *self._attributes) is not None:
            return given
        if not is_token(given):
            raise Problem(f"expected {self._what}, got {shown(given)}")
        return as_text(given)

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return held if isinstance(held, str) else reference(held, *self._attributes)


class Spread(Codec):
    """One of several classes that exclude each other; each writes its own members of the enclosing structure."""

    spreads = True

    def __init__(
        self,
        base: type[Any],
        read: Callable[[Mapping[str, Any]], Any],
        *,
        hint: str,
        members: tuple[str, ...],
        advice: str = "",
    ) -> None:
        self.members = members
        self._base = base
        self._read = read
        self._hint = hint
        self._advice = advice

    @property
    def kinds(self) -> tuple[Any, ...]:
        return tuple(_below(self._base))

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, self._base):
            raise Problem(f"expected {self._hint}, got {shown(given)}{_instead(given, self.kinds, self._advice)}")
        return given

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return held.to_members(context)

    def decode(self, data: Any) -> Any:
        return self._read(data)

    def origins(self, held: Any, path: str) -> Iterator[tuple[str, str]]:
        for member in held.members:
            yield from held.origins(f"{path}.{member}" if path else member)


def _below(base: type[Any]) -> Iterator[type[Any]]:
    """Yield the classes that a user can write in place of a base, or the base itself where it has none."""
    # Not the user's own: those are nothing to advise, and hide what they are made of.
    subclasses = [each for each in base.__subclasses__() if each.__module__.startswith(_OWN)]
    if not subclasses:
        yield base
    for each in subclasses:
        yield from _below(each)
