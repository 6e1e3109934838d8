"""The base of all typed values: a frozen dataclass that knows its form in the API request."""

import dataclasses
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar, Self, TypeVar, cast, dataclass_transform

from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.definition._codec import Codec, Problem
from cdk_hpo.definition._spelling import explained

_T = TypeVar("_T")
_PACKAGE = str(Path(__file__).resolve().parent.parent) + os.sep
_API = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_{}.html"


class Wire:
    """How one attribute stands in the request: the member's name and the codec of its value."""

    __slots__ = ("codec", "member")

    def __init__(self, member: str | None, codec: Codec) -> None:
        self.member = member
        self.codec = codec

    def place(self, problem: Problem) -> str | None:
        """Return the member of the request that a problem is about."""
        return problem.member or self.member or next(iter(self.codec.members), None)


def wire(
    member: str | None,
    codec: Codec,
    *,
    default: Any = dataclasses.MISSING,
    kw_only: bool = True,
) -> Any:
    """Declare an attribute. Without a member's name the codec spreads its own members, or the value stays here."""
    return dataclasses.field(default=default, kw_only=kw_only, metadata={"wire": Wire(member, codec)})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(wire, dataclasses.field))
def value(cls: type[_T]) -> type[_T]:
    """Make a class a frozen dataclass whose attributes are keyword-only unless declared otherwise."""
    # What the base has for all of them is not generated for each: that takes a third of this library's import.
    made = dataclasses.dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
    known = cast(Any, made)
    fields = dataclasses.fields(known)
    known._wires = tuple((field.name, field.metadata["wire"]) for field in fields if "wire" in field.metadata)
    known._optional = frozenset(field.name for field in fields if field.default is None)
    known.__init__ = _explaining(known.__init__)
    return made


def _explaining(generated: Callable[..., None]) -> Callable[..., None]:
    """Return a constructor whose errors about arguments tell what to write instead."""

    @wraps(generated)
    def construct(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            generated(self, *args, **kwargs)
        except TypeError as error:
            # An error from further in is no matter of the arguments' names.
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise
            raise explained(type(self), error, len(args), kwargs) from None

    return construct


class Value:
    """A part of a tuning job's definition, comparable and reusable."""

    _wires: ClassVar[tuple[tuple[str, Wire], ...]] = ()
    #: The attributes that may be left out.
    _optional: ClassVar[frozenset[str]] = frozenset()
    #: The API's name of the structure, for messages and the link to its documentation.
    _shape: ClassVar[str] = ""
    #: The rule that another form's members beside this one's break.
    _exclusion: ClassVar[str] = "unknown-field"
    #: What else to say when the arguments are not those of the class.
    _advice: ClassVar[str] = ""
    #: Where the value was written, as ``file:line``; not part of the value.
    _origin: str

    def __post_init__(self) -> None:
        """Bring every attribute into its stored form; refuse what no request could hold."""
        # A frozen value is written through its dictionary; a definition has some twenty, so that this counts.
        kept = self.__dict__
        kept["_origin"] = _origin()
        problems: list[Finding] = []
        for name, spec in self._wires:
            given = kept[name]
            if given is None and name in self._optional:
                continue
            try:
                kept[name] = spec.codec.normalise(given)
            except Problem as problem:
                problems.append(self._finding(name, spec, problem))
        problems += self._own_problems()
        if problems:
            raise ValidationError(problems)

    def _held(self) -> list[tuple[str, Any]]:
        return [
            (field.name, getattr(self, field.name)) for field in dataclasses.fields(cast(Any, self)) if field.compare
        ]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or other.__class__ is not self.__class__:
            return NotImplemented
        return self._held() == other._held()

    def __hash__(self) -> int:
        return hash(tuple(self._held()))

    def __repr__(self) -> str:
        held = ", ".join(f"{name}={each!r}" for name, each in self._held())
        return f"{type(self).__qualname__}({held})"

    def _own_problems(self) -> list[Finding]:
        """Return what is wrong between the attributes of this value; for subclasses."""
        return []

    @classmethod
    def _finding(cls, name: str, spec: Wire | None, problem: Problem) -> Finding:
        member = spec.place(problem) if spec else None
        return Finding(
            rule=problem.rule,
            severity=Severity.ERROR,
            path=f"{cls._shape}.{member}" if member else cls._shape,
            message=f"{cls.__name__}({name}=…): {problem}",
            source=_page(cls._shape),
        )

    @classmethod
    def _members(cls) -> frozenset[str]:
        """Return the names of the request's members that the class reads."""
        return frozenset(
            member for _, spec in cls._wires for member in ((spec.member,) if spec.member else spec.codec.members)
        )

    def to_wire(self, context: object = None) -> dict[str, Any]:
        """Return the structure in boto3 form."""
        out: dict[str, Any] = {}
        kept = self.__dict__
        for name, spec in self._wires:
            held = kept[name]
            if held is None:
                continue
            if spec.member is not None:
                out[spec.member] = spec.codec.encode(held, self, context)
            elif spec.codec.spreads:
                out.update(spec.codec.encode(held, self, context))
        return out

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read the structure from boto3 form; what the class has no place for is refused, never dropped."""
        if not isinstance(data, Mapping):
            message = "a whole structure cannot be a token, because its parts decide what is granted: give its fields"
            raise ValidationError([Finding("wrong-type", Severity.ERROR, cls._shape, message, _page(cls._shape))])
        left = [name for name in data if name not in cls._members()]
        if left:
            message = (
                f"{', '.join(left)} cannot stand together with {', '.join(name for name in data if name not in left)}"
            )
            raise ValidationError([Finding(cls._exclusion, Severity.ERROR, cls._shape, message, _page(cls._shape))])
        arguments: dict[str, Any] = {}
        for name, spec in cls._wires:
            if spec.member is None:
                if spec.codec.spreads:
                    arguments[name] = spec.codec.decode(data)
            elif spec.member in data:
                arguments[name] = spec.codec.decode(data[spec.member])
        return cls(**{name: given for name, given in arguments.items() if given is not None})

    def origins(self, path: str = "") -> Iterator[tuple[str, str]]:
        """Yield the request path of every value below this one, and where it was written."""
        if self._origin:
            yield path, self._origin
        for name, spec in self._wires:
            held = getattr(self, name)
            if held is not None:
                yield from spec.codec.origins(held, _join(path, spec.member))


_V = TypeVar("_V", bound=Value)


def variant(held: _V, **changes: Any) -> _V:
    """Return a value with changes that the library makes; it still counts as written where the original was."""
    made = dataclasses.replace(cast(Any, held), **changes)
    object.__setattr__(made, "_origin", held._origin)
    return cast(_V, made)


def _page(shape: str) -> str:
    return _API.format(shape.removesuffix("Request"))


def _join(path: str, member: str | None) -> str:
    return ".".join(part for part in (path, member) if part)


def _origin() -> str:
    """Return ``file:line`` of the first caller outside this package; nothing for a default, which nobody wrote."""
    # The first four are this one, __post_init__, the generated constructor and the one around it.
    frame = sys._getframe(4)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return ""
        if not (name.startswith(_PACKAGE) or name == dataclasses.__file__ or _is_between(frame)):
            return f"{_short(name)}:{frame.f_lineno}"
        frame = cast(Any, frame.f_back)
    return ""


def _is_between(frame: FrameType) -> bool:
    """Tell whether a frame stands between a caller and this package: a generated constructor, or jsii's."""
    generated = frame.f_code.co_filename == "<string>" and frame.f_code.co_name.startswith("__")
    return generated or str(frame.f_globals.get("__name__")).startswith("jsii.")


@cache
def _short(name: str) -> str:
    try:
        return str(Path(name).relative_to(Path.cwd()))
    except ValueError:
        return name
