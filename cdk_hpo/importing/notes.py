"""What has to be said about a reading: at which place, and why."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from cdk_hpo.checks.paths import Path, rendered


class Note(NamedTuple):
    """One remark.

    Parameters
    ----------
    path
        The place in the request, as in a finding.
    reason
        What is the matter and what became of it.
    lost
        Whether the definition says less than, or something else than, what was read.
    """

    path: str
    reason: str
    lost: bool


class Notes:
    """Gathers remarks; the same one only once."""

    def __init__(self) -> None:
        self._notes: dict[Note, None] = {}

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes)

    @property
    def lost(self) -> bool:
        """Whether anything was lost."""
        return any(note.lost for note in self)

    def lose(self, path: Path, reason: str) -> None:
        """Say that something is not taken over as it was."""
        self.add(Note(rendered(path), reason, lost=True))

    def tell(self, path: Path, reason: str) -> None:
        """Say something that changes nothing about the tuning job."""
        self.add(Note(rendered(path), reason, lost=False))

    def add(self, note: Note) -> None:
        """Add a remark."""
        self._notes[note] = None


class Reading:
    """One tuning job as it was read.

    Parameters
    ----------
    request
        The request in boto3 form.
    notes
        What could not be taken over.
    label
        How the job is called inside its source, ``""`` for the only one.
    variable
        A name for the definition where there are several, or ``None``.
    """

    def __init__(
        self, request: Any, notes: Notes | None = None, *, label: str = "", variable: str | None = None
    ) -> None:
        self.request = request
        self.notes = notes if notes is not None else Notes()
        self.label = label
        self.variable = variable
