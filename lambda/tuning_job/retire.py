"""Letting go of jobs: the resource's own in a delete, and what a failed or abandoned event has left running."""

from collections.abc import Iterator

from . import names
from .event import OnDelete, Wanted
from .job import BY_DELETE, BY_FAILURE, RELEASED, Job
from .seen import Seen, is_later, is_of_event, is_ours, is_overtaken, is_unclear
from .steps import Done, Erase, Fail, Refuse, Release, Step, Stop, Wait

_LONGEST_EVENT = 3600  # seconds; CloudFormation waits no longer for a custom resource


def retire(job: Job, wanted: Wanted, seen: Seen, why: str, mark: str = BY_DELETE) -> Step | None:
    """Return the next step to release and stop a job, or none when both are done.

    First the mark, so that no other event takes the job back meanwhile; but a job that cannot be marked is stopped
    all the same.
    """
    if wanted.on_delete is OnDelete.LEAVE and job.tags.get(RELEASED) == BY_FAILURE:
        mark = BY_FAILURE  # which tells a further delivery as well that the job must not run on
    # A job without the tag of the stack is none that the function may tag.
    marked = job.unmarked or job.tags.get(RELEASED) in (mark, BY_DELETE) or job.name in seen.marked
    if not marked and job.name not in seen.urgent:
        return Release(name=job.name, why=why, job=job, mark=mark)
    if job.live and job.name not in seen.stopped and not _runs_on(job, wanted, mark):
        return Stop(name=job.name, why=why)
    return None if marked else Release(name=job.name, why=f"{why}, and could not be marked before", job=job, mark=mark)


def _runs_on(job: Job, wanted: Wanted, mark: str) -> bool:
    """Tell whether the job is to be left running: never one whose own event has failed."""
    return wanted.on_delete is OnDelete.LEAVE and (job.tags[RELEASED] if job.released else mark) == BY_DELETE


def decide_delete(wanted: Wanted, seen: Seen) -> Step:
    """Decide a delete: release, stop, wait until nothing runs, erase the record if that is wanted.

    With ``OnDelete.LEAVE`` only a job whose event had succeeded runs on. That CloudFormation takes back an event that
    had succeeded, because another resource failed, cannot be told from a deliberate delete: such a job runs on too.
    """
    present = wanted.present or wanted.name
    if seen.failure is not None:
        return Refuse(name=present, why=seen.failure)
    made = _under_fixed_name(present, wanted, seen)
    if made is not None and is_unclear(made, seen):
        return Wait(name=made.name, why="whose it is will show when its tags do")
    for job, mark in _targets(present, wanted, seen):
        step = retire(job, wanted, seen, "the resource is deleted", mark) or _rest(job, wanted, seen, mark)
        if step is not None:
            return step
    return Done(name=present, why="nothing of ours is left running under this name")


def _under_fixed_name(present: str, wanted: Wanted, seen: Seen) -> Job | None:
    """Return the job of the fixed name, if the delete may mean it: nothing but its tags then says whose it is."""
    if wanted.fixed is None or not names.is_job_name(wanted.fixed):
        return None
    # CloudFormation may not know of it: a try of the event was lost, or its answer came too late.
    lost = present != wanted.fixed and (not names.is_job_name(present) or seen.job(present) is None)
    return seen.job(wanted.fixed) if lost or present == wanted.fixed else None


def _targets(present: str, wanted: Wanted, seen: Seen) -> Iterator[tuple[Job, str]]:
    """Find the jobs that the delete means, each with the mark for it."""
    job = seen.job(present) if names.is_job_name(present) else None
    if job is not None and is_ours(job, wanted, seen):
        yield job, BY_DELETE
    elif job is None and names.is_run_of(present, wanted.stack_id, wanted.logical_id):
        made = _made_under_fixed_name(present, wanted, seen)
        if made is not None:
            yield made, BY_FAILURE if wanted.on_delete is OnDelete.LEAVE else BY_DELETE
    elif present != wanted.fixed and not names.is_run_of(present, wanted.stack_id, wanted.logical_id):
        for orphan in _orphans(wanted, seen):
            yield orphan, BY_FAILURE if wanted.on_delete is OnDelete.LEAVE else BY_DELETE


def _made_under_fixed_name(present: str, wanted: Wanted, seen: Seen) -> Job | None:
    """Return what the failed event of this name has made under the fixed one, in a try of which it lost sight."""
    made = seen.job(wanted.fixed) if wanted.fixed and names.is_job_name(wanted.fixed) else None
    event = made.event if made is not None and is_ours(made, wanted, seen) else None
    if event is None or not present.endswith(names.run_name("x", wanted.stack_id, wanted.logical_id, event)[1:]):
        return None
    return made


def _orphans(wanted: Wanted, seen: Seen) -> Iterator[Job]:
    """Find what a create made that never answered: CloudFormation then deletes by an id of its own making."""
    found = [other.name for other in seen.listed()]
    for name in [wanted.fixed, *found] if wanted.fixed and names.is_job_name(wanted.fixed) else found:
        if name in seen.erased:
            return
        job = seen.job(name)
        if job is None or not is_ours(job, wanted, seen) or is_later(job, wanted) or job.before:
            continue  # what has come before it, an update has made
        left = wanted.on_delete is OnDelete.LEAVE and job.tags.get(RELEASED) == BY_DELETE
        if not (job.released and job.ended) and not left and not _retained(job, wanted):
            yield job
        return  # one create has made one job: the newest


def _retained(job: Job, wanted: Wanted) -> bool:
    """Tell whether a removal has retained the job, of which the function was not told.

    What a create has made bears the mark of its own properties, and those are the ones of the delete as well.
    """
    if job.kept is not wanted.retain:
        return not job.released and not job.unmarked
    return wanted.retain and wanted.started is not None and job.settled < wanted.started - _LONGEST_EVENT


def _rest(job: Job, wanted: Wanted, seen: Seen, mark: str) -> Step | None:
    """Return what is left to do for a job that is released and was told to stop."""
    if _runs_on(job, wanted, mark):
        return None
    if not job.ended:
        return Wait(name=job.name, why=f"the job is {job.status}")
    if wanted.on_delete is not OnDelete.DELETE:
        return None
    if job.name not in seen.erased:
        return Erase(name=job.name, why="the record is not wanted either")
    if job.status == "DeleteFailed":
        return Fail(name=job.name, why=f"Tuning job {job.name} has ended, but its record could not be deleted")
    return Wait(name=job.name, why="the record is being deleted")


def wind_up(wanted: Wanted, seen: Seen, failure: str) -> Step:
    """Decide what a create or update that failed still has to do: leave nothing running that it made.

    CloudFormation deletes the physical id of a failed create. Whether it also does so for the new id of a
    failed update is not documented, so the job is released and told to stop here. But only by the delivery that made
    it: another one may have answered for it with success, and CloudFormation may hold it.
    """
    job = seen.job(wanted.name)
    if job is None or not is_of_event(job, wanted, seen):
        # For a refused fixed name this must not be that name: a delete of somebody else's job would follow.
        return Refuse(name=wanted.present or wanted.run, why=failure)
    if job.name not in seen.made or (is_overtaken(job, wanted) and not job.released):
        return Refuse(name=job.name, why=failure)
    step = retire(job, wanted, seen, "the event that made it has failed", BY_FAILURE)
    return step or Refuse(name=job.name, why=failure)
