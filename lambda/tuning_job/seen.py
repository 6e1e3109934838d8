"""What is known about the world while one event is worked on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from . import job as tags_of
from . import names
from .event import Wanted
from .job import Job, Summary

# Seconds after which the tags that a job was created with are certainly shown.
_TAGS_SHOW = 30.0


class NotSeenError(LookupError):
    """A decision needs a job that has not been looked at yet."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotListedError(LookupError):
    """A decision needs the list of the resource's jobs."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Observations, and what the calls of this event have already achieved."""

    jobs: Mapping[str, Job | None] = field(default_factory=dict)
    """Jobs looked at since the last change; none for a name without a job."""
    now: float = float("inf")
    """When a job was last looked at, in seconds since 1970."""
    others: tuple[Summary, ...] | None = None
    """Jobs with a name of this resource, newest first; none before the list was asked for."""
    made: frozenset[str] = frozenset()
    """Names whose create call was answered with success."""
    stopped: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    tagged: frozenset[str] = frozenset()
    """Names whose tags were brought in line; the service may show that only later."""
    marked: frozenset[str] = frozenset()
    """Names that were marked as released, or that the service refuses to mark."""
    urgent: frozenset[str] = frozenset()
    """Names that cannot be marked for now: they are stopped first, lest they run on unmarked."""
    held: frozenset[str] = frozenset()
    """Names that the event came to rest on: it stays with them, whatever becomes of the jobs."""
    refused: str | None = None
    """Why the create call was refused for good, in words for the user."""
    late: bool = False
    """Whether the time limit has passed: nothing new may begin."""
    reported: str | None = None
    """That all tries of an earlier call have failed: nothing new may begin."""
    failure: str | None = None
    """Why the event cannot be fulfilled, once that is certain."""

    def job(self, name: str) -> Job | None:
        """Return the job of a name, or raise ``NotSeenError`` if it has to be looked at first."""
        if name not in self.jobs:
            raise NotSeenError(name)
        return self.jobs[name]

    def listed(self) -> tuple[Summary, ...]:
        """Return the resource's jobs, or raise ``NotListedError`` if they have to be listed first."""
        if self.others is None:
            raise NotListedError
        return self.others

    def saw(self, name: str, job: Job | None) -> Self:
        """Return the knowledge with one job added or renewed."""
        return replace(self, jobs={**self.jobs, name: job})

    def forget_all(self) -> Self:
        """Return what the calls have achieved, without the observations."""
        return replace(self, jobs={}, others=None)

    def forget(self, name: str) -> Self:
        """Return the knowledge without one job, after a call that may have changed it."""
        return replace(self, jobs={key: job for key, job in self.jobs.items() if key != name})


def is_ours(job: Job, wanted: Wanted, seen: Seen) -> bool:
    """Tell whether the job belongs to the resource of the event."""
    if job.unmarked:
        return job.name in seen.made or names.is_run_of(job.name, wanted.stack_id, wanted.logical_id)
    stack, logical_id = job.tags.get(tags_of.STACK), job.tags.get(tags_of.LOGICAL_ID)
    if None in (stack, logical_id) and not names.is_run_of(job.name, wanted.stack_id, wanted.logical_id):
        return False
    # Where somebody took one of the two off, the name still tells.
    return stack in (wanted.stack_id, None) and logical_id in (wanted.logical_id, None)


def is_unclear(job: Job, seen: Seen) -> bool:
    """Tell whether the job may be ours though nothing says so: its tags may not be visible yet."""
    return job.unmarked and job.name not in seen.made and seen.now - job.created < _TAGS_SHOW


def is_of_event(job: Job, wanted: Wanted, seen: Seen) -> bool:
    """Tell whether the job was made for this very event, by this delivery or another one."""
    if job.name in seen.made:
        return True
    if job.event is None:  # the tags may be missing or not visible yet, but a generated name says which event it is
        return job.name == wanted.run and is_ours(job, wanted, seen)
    return job.event == wanted.event_id and is_ours(job, wanted, seen)


def is_overtaken(job: Job, wanted: Wanted) -> bool:
    """Tell whether a later event rests on the job: this is a late copy, or its update was cancelled."""
    return wanted.started is not None and job.settled > wanted.started


def is_later(job: Job, wanted: Wanted) -> bool:
    """Tell whether the job belongs to a later event than this one, of which this one may then be a late copy.

    By the times at which CloudFormation sent them: the service has another clock, and a job is often made in the very
    second in which the event that takes it back is sent. A job without that mark is judged by the service's clock.
    """
    if wanted.started is None:
        return False
    return job.settled > wanted.started if job.settled else job.created > wanted.started + 1


def configuration_of(job: Job, wanted: Wanted) -> str | None:
    """Return the digest of the request that the job was made from; none if nothing tells."""
    digest = job.tags.get(tags_of.CONFIGURATION)
    if digest is None and job.name == wanted.present:
        return wanted.previous_configuration
    return digest


def has_wanted_configuration(job: Job, wanted: Wanted) -> bool:
    """Tell whether the job is one that the event can rest on."""
    return not job.released and configuration_of(job, wanted) == wanted.configuration


def held_job(wanted: Wanted, seen: Seen) -> Job | None:
    """Return the job that CloudFormation holds, if it is ours."""
    job = seen.job(wanted.present) if wanted.present and names.is_job_name(wanted.present) else None
    return job if job is not None and is_ours(job, wanted, seen) else None


def own_tags(wanted: Wanted) -> dict[str, str]:
    """Return the tags that mark a job made for this event; always six, which the construct leaves room for."""
    before = wanted.present if wanted.present and names.is_job_name(wanted.present) else ""
    return {
        tags_of.STACK: wanted.stack_id,
        tags_of.LOGICAL_ID: wanted.logical_id,
        tags_of.CONFIGURATION: wanted.configuration,
        tags_of.EVENT: f"{wanted.event_id} {before}" if before else wanted.event_id,
        # There from the beginning, so that changing them never meets the limit of tags.
        tags_of.SETTLED: settled_by(wanted),
        tags_of.RELEASED: tags_of.NOT_RELEASED,
    }


def settled_by(wanted: Wanted) -> str:
    """Return the mark of a job that the event comes to rest on."""
    return f"{int(wanted.started or 0)}{' ' + tags_of.KEPT if wanted.retain else ''}"
