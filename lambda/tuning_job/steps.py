"""The steps that a decision can name. Each is one call of the service, a pause, or the answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from .job import Job


@dataclass(frozen=True, kw_only=True)
class Step:
    """What to do next, on which job, and why."""

    name: str
    why: str


class Look(Step):
    """Describe the job and read its tags."""


class Search(Step):
    """List the jobs whose names say that they belong to the resource."""


class Create(Step):
    """Make the job."""


@dataclass(frozen=True, kw_only=True)
class Note(Step):
    """Note on the job, by tags of ours alone, that the event came to rest on it; a refusal is passed over."""

    job: Job
    add: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Tag(Step):
    """Bring the user's tags of the job in line."""

    job: Job
    add: Mapping[str, str]
    remove: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Release(Step):
    """Mark the job as let go of, and by what."""

    job: Job
    mark: str


class Stop(Step):
    """Stop the job."""


class Erase(Step):
    """Delete the job's record."""


class Wait(Step):
    """Pause, then look again."""


@dataclass(frozen=True, kw_only=True)
class Done(Step):
    """Answer SUCCESS with the name as physical id and, but for a delete, the job's attributes."""

    job: Job | None = None


class Fail(Step):
    """The event cannot be fulfilled: wind up, then answer FAILED."""


class Refuse(Step):
    """Answer FAILED with the name as physical id."""
