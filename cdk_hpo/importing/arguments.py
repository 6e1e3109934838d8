"""Arguments of the SageMaker SDK: each is read once, and what nobody read is reported."""

from collections.abc import Collection, Mapping
from typing import Any

from cdk_hpo.checks.paths import Path, at
from cdk_hpo.importing.notes import Notes

#: Of a value that has to hold arguments by name.
NO_OBJECT = "is no object; left out"


class Arguments:
    """The arguments of one call.

    Parameters
    ----------
    given
        The arguments by name; ``None`` says the same as leaving one out.
    path
        Where they stand in the source.
    notes
        Where to say what is not taken over.
    """

    def __init__(self, given: Any, path: Path, notes: Notes) -> None:
        if not isinstance(given, Mapping):
            notes.lose(path, "holds no arguments; left out")
        self._left = {key: each for key, each in mapping(given).items() if each is not None}
        self._path = path
        self.notes = notes

    def take(self, name: str, default: Any = None) -> Any:
        """Return an argument and strike it off."""
        return self._left.pop(name, default)

    def taken(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments that are members of a structure as they are: their names by the member's."""
        return {member: self._left.pop(name) for member, name in names.items() if name in self._left}

    def structure(self, name: str) -> Mapping[str, Any]:
        """Return an argument that is an object, and strike it off; nothing else will do."""
        given = self._left.pop(name, {})
        if not isinstance(given, Mapping):
            self.notes.lose(self.path(name), NO_OBJECT)
        return mapping(given)

    def path(self, name: str) -> Path:
        """Return the place of an argument."""
        return at(self._path, name)

    def report(self, harmless: Collection[str], lost: Mapping[str, str]) -> None:
        """Say what nobody took.

        Parameters
        ----------
        harmless
            Arguments that the SDK itself does not send for a tuning job.
        lost
            Arguments that cannot be taken over, with the reasons.
        """
        for name, each in self._left.items():
            if name in lost:
                self.notes.lose(self.path(name), lost[name])
            elif name not in harmless:
                self.notes.lose(self.path(name), "is no argument that can be taken over; left out")
            elif each not in (False, [], {}):
                self.notes.tell(self.path(name), "left out: the SDK sends nothing of it with a tuning job")


def listed(given: Any) -> list[Any]:
    """Return a value as a list: of one where it is none."""
    return given if isinstance(given, list) else [given]


def told(given: Any, path: Path, notes: Notes) -> Mapping[str, Any]:
    """Return a value as arguments; where it is something else, say so and return none."""
    if given is not None and not isinstance(given, Mapping):
        notes.lose(path, NO_OBJECT)
    return mapping(given)


def mapping(given: Any) -> Mapping[str, Any]:
    """Return a value as arguments: none where it is no object."""
    return given if isinstance(given, Mapping) else {}
