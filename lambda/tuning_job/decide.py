"""The decision: from what is wanted and what is known to exist, the one next step. Pure: no calls, no clock.

Ownership. A job is ours if its tags name this stack and this logical id. A job without any tag of ours is
ours if its name is one that only this resource generates. Nothing else is ever touched.

Same request. An update keeps the present job if the digest *on the job* is the wanted one. That is the truth
about the job; the previous properties are only CloudFormation's view, and in a roll-back they describe the
update that failed.

Roll-back. CloudFormation takes an update back by a second update to the old properties, whose physical id may
be the old job's or the new one's, and by deleting the new one, in either order. So a wanted digest is first
looked for on the job that the present one was to replace, if that has not been released. A delete releases before it
stops; a return to an older configuration is thus a new run. A job that was stopped or has failed is not come back to:
a delete that was refused the mark may have stopped it. The configuration is then run anew, in a roll-back too.

Tags. The function may tag only jobs that bear the tag of its stack; a job that somebody took it off is never tagged.
"""

from collections.abc import Iterable, Mapping

from . import job as tags_of
from . import names
from .event import RequestType, WaitFor, Wanted
from .history import leftovers, takeable, unclear
from .job import Job
from .retire import decide_delete, retire, wind_up
from .seen import (
    NotListedError,
    NotSeenError,
    Seen,
    has_wanted_configuration,
    held_job,
    is_of_event,
    is_ours,
    is_overtaken,
    is_unclear,
    settled_by,
)
from .steps import Create, Done, Fail, Look, Note, Search, Step, Tag, Wait


def decide(wanted: Wanted, seen: Seen) -> Step:
    """Return the next step for an event.

    Parameters
    ----------
    wanted
        What the event asks for.
    seen
        What is known. What a decision needs and is not known yet becomes the next look.
    """
    try:
        if wanted.kind is RequestType.DELETE:
            return decide_delete(wanted, seen)
        if seen.failure is not None:
            return wind_up(wanted, seen, seen.failure)
        later = _later_event(wanted, seen)
        if later is not None:
            return _over(wanted, f"a later one has come to rest on tuning job {later.name}")
        if wanted.fixed is not None:
            return _under_fixed_name(wanted.fixed, wanted, seen)
        return _create(wanted, seen) if wanted.kind is RequestType.CREATE else _update(wanted, seen)
    except NotSeenError as unknown:
        return Look(name=unknown.name, why="not looked at since the last change")
    except NotListedError:
        return Search(name=wanted.name, why="a job of this resource may exist under another name")


def _create(wanted: Wanted, seen: Seen) -> Step:
    job = seen.job(wanted.run)
    return _make(wanted, seen) if job is None else _own_run(job, wanted, seen)


def _update(wanted: Wanted, seen: Seen) -> Step:
    held = held_job(wanted, seen)
    # A change between a fixed and a generated name is a new run, as a change of the name is.
    present = held if held is not None and names.is_run_of(held.name, wanted.stack_id, wanted.logical_id) else None
    if present is not None and has_wanted_configuration(present, wanted):
        return _settle(present, wanted, seen)
    own = seen.job(wanted.run)
    if own is not None:
        return _own_run(own, wanted, seen)
    for job in takeable(held, wanted, seen):
        return _over(wanted, f"{job.name} is newer") if is_overtaken(job, wanted) else _settle(job, wanted, seen)
    if present is not None and present.tags.get(tags_of.RELEASED) == tags_of.BY_DELETE and _since(present, wanted):
        return _over(wanted, f"tuning job {present.name} has been deleted since")
    return _make(wanted, seen)


def _later_event(wanted: Wanted, seen: Seen) -> Job | None:
    """Return the job that a later update has come to rest on, after which this one must change nothing.

    That is the job that CloudFormation held all the while; where somebody erased its record, it may be any.
    """
    if wanted.kind is not RequestType.UPDATE or wanted.started is None:
        return None
    held = held_job(wanted, seen)
    found: Iterable[Job | None] = [held]
    if held is None:
        found = (seen.job(other.name) for other in seen.listed() if other.name != wanted.name)
    for job in found:
        if job is None or job.released or not is_overtaken(job, wanted) or not is_ours(job, wanted, seen):
            continue
        if not is_of_event(job, wanted, seen):
            return job
    return None


def _since(job: Job, wanted: Wanted) -> bool:
    """Tell whether the job may have been released after this event: a roll-back may delete the new job first."""
    return wanted.started is not None and not 0 < job.settled < int(wanted.started)


def _over(wanted: Wanted, how: str) -> Step:
    return Fail(name=wanted.name, why=f"This event is over: {how}")


def _own_run(job: Job, wanted: Wanted, seen: Seen) -> Step:
    """Go on with the job that bears this event's own name."""
    if not is_of_event(job, wanted, seen):
        return Fail(
            name=job.name,
            why=f"A tuning job named {job.name} exists that this resource did not make; it is left alone",
        )
    if job.released:
        return Fail(name=job.name, why=f"Tuning job {job.name} was made for this event and has been given up since")
    if is_overtaken(job, wanted):
        return Done(name=job.name, why="this is a late copy: a later event has changed the job since", job=job)
    return _settle(job, wanted, seen)


def _under_fixed_name(name: str, wanted: Wanted, seen: Seen) -> Step:
    if not names.is_job_name(name):
        return Fail(name=wanted.run, why=f"The fixed name {name!r} is no name that SageMaker takes for a tuning job")
    job = seen.job(name)
    if job is None:
        return _make(wanted, seen)
    if is_of_event(job, wanted, seen):
        return _own_run(job, wanted, seen)
    if is_unclear(job, seen):
        return Wait(name=name, why="whose it is will show when its tags do")
    if not is_ours(job, wanted, seen):
        return Fail(
            name=name,
            why=f"A tuning job named {name} exists that this resource did not make; it is left alone. "
            "Choose another name, or leave the name out to have one generated",
        )
    if wanted.kind is RequestType.CREATE or job.released:
        return Fail(
            name=name,
            why=f"The fixed name {name} belongs to an earlier run of this resource, and a name can be used once only. "
            "Choose another name, leave the name out to have one generated, or delete the record of the earlier run",
        )
    if has_wanted_configuration(job, wanted):
        return _settle(job, wanted, seen)
    return Fail(
        name=name,
        why=f"Tuning job {name} has a fixed name, and a tuning job cannot be changed, only replaced by another one. "
        "Give it a new name together with the change, or leave the name out to have one generated",
    )


def _make(wanted: Wanted, seen: Seen) -> Step:
    if wanted.name in seen.made:
        return Wait(name=wanted.name, why="made, but not visible yet")
    if seen.refused is not None:  # and looking again has shown that no other delivery of the event has made the job
        return Fail(name=wanted.name, why=seen.refused)
    if seen.reported is not None:
        return Fail(name=wanted.name, why=seen.reported)
    if seen.late:
        return Fail(name=wanted.name, why=f"Tuning job {wanted.name} was not made within the time limit")
    return Create(name=wanted.name, why="no job of this resource has the wanted configuration")


def _settle(job: Job, wanted: Wanted, seen: Seen) -> Step:
    """Bring everything but the run itself in line, wait if that is wanted, and be done."""
    step = _tags(job, wanted, seen)
    if step is not None:
        return step
    step = _clear_up(job, wanted, seen) if wanted.kind is RequestType.UPDATE else None
    if step is not None:
        return step
    if wanted.wait_for is WaitFor.COMPLETED:
        if not job.ended:
            return Wait(name=job.name, why=f"the job is {job.status}")
        if job.status != "Completed":
            reason = job.details.get("FailureReason") or "the service gives no reason"
            return Fail(name=job.name, why=f"Tuning job {job.name} ended {job.status}: {reason}")
    return Done(name=job.name, why=f"the job is {job.status}", job=job)


def _clear_up(job: Job, wanted: Wanted, seen: Seen) -> Step | None:
    """Return the next step to let go of what earlier updates have left behind, or none when nothing is left."""
    other = unclear(job, wanted, seen)
    if other is not None:
        return Wait(name=other.name, why="whose it is will show when its tags do")
    for leftover in leftovers(job, wanted, seen):
        why = f"left behind by an update that was taken back to {job.name}"
        step = retire(leftover, wanted, seen, why, tags_of.BY_FAILURE)
        if step is not None:
            return step
    return None


def _tags(job: Job, wanted: Wanted, seen: Seen) -> Step | None:
    """Return the step that brings the tags in line; none if they are, or if it has been done."""
    if job.unmarked and is_of_event(job, wanted, seen):
        return None  # made with all its tags, which are not visible yet
    add, remove = _tag_changes(job, wanted)
    changes = (add or remove) and job.name not in seen.tagged
    if job.unmarked:
        return _untaggable(job, wanted) if changes else None
    note: dict[str, str] = {}
    if wanted.started is not None and job.settled < int(wanted.started) and job.name not in seen.held:
        note = {tags_of.SETTLED: settled_by(wanted)}
    if note and not add:
        return Note(name=job.name, why="the event comes to rest on it", job=job, add=note)
    return Tag(name=job.name, why="the tags differ", job=job, add={**add, **note}, remove=remove) if changes else None


def _untaggable(job: Job, wanted: Wanted) -> Step:
    return Fail(
        name=job.name,
        why=f"The tags of tuning job {job.name} were not changed: it has lost the tag {tags_of.STACK}, by which the "
        f"function may change it. Put it back with the value {wanted.stack_id}",
    )


def _tag_changes(job: Job, wanted: Wanted) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the user's tags to add or change, and the keys to remove.

    Removed is only what an earlier version of the template asked for: tags that people or other tools put on
    are theirs.
    """
    add = {key: value for key, value in wanted.tags.items() if not _reserved(key) and job.tags.get(key) != value}
    gone = (key for key in wanted.dropped_tags if key in job.tags and not _reserved(key))
    return add, tuple(sorted(gone))


def _reserved(key: str) -> bool:
    return key.startswith((tags_of.OWN_PREFIX, "aws:"))
