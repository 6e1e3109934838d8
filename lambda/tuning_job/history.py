"""Which other jobs of a resource matter to an update: what a roll-back may go back to, and what was left behind.

Each job names the one that it was to replace (``Job.before``). That tells a roll-back's goal, and a try that was given
up, from jobs which are alike but which CloudFormation has forgotten because the resource's policy is to retain them.
"""

from collections.abc import Iterator

from . import job as tags_of
from . import names
from .event import Wanted
from .job import Job, Summary
from .seen import Seen, configuration_of, has_wanted_configuration, held_job, is_ours, is_unclear


def takeable(held: Job | None, wanted: Wanted, seen: Seen) -> Iterator[Job]:
    """Find what a roll-back may go back to.

    That is a job that the present one was to replace, or one that an earlier try of the roll-back has made in its
    place. Where nothing says what the present one was to replace, it is any job of this resource.
    """
    told = held is not None and held.event is not None
    before = set(_before(held, wanted, seen)) if held is not None and told else set()
    for other in seen.listed():
        if held is not None and told and other.name not in before and not _is_tried_for(other, held, wanted, seen):
            continue
        if _is_over_before(other, wanted):
            continue
        job = None if other.name in (wanted.present, wanted.run) else seen.job(other.name)
        if job is None or not is_ours(job, wanted, seen) or not has_wanted_configuration(job, wanted):
            continue
        if job.useful or _rests(job, wanted, seen):
            yield job


def _before(held: Job, wanted: Wanted, seen: Seen) -> Iterator[str]:
    """Yield the names of what CloudFormation may have held before: one, or more if updates failed and were not undone.

    A delete says that an update had succeeded; but with jobs that are retained, no delete says so.
    """
    job: Job | None = held
    while job is not None and job.before:
        yield job.before
        job = None if wanted.retain else seen.job(job.before)
        if job is not None and (
            job.tags.get(tags_of.RELEASED) == tags_of.BY_DELETE or configuration_of(job, wanted) == wanted.configuration
        ):
            return


def _is_tried_for(other: Summary, held: Job, wanted: Wanted, seen: Seen) -> bool:
    if other.created <= held.created or other.name == wanted.run:
        return False
    job = seen.job(other.name)
    return job is not None and job.before == held.name


def _is_over_before(job: Summary, wanted: Wanted) -> bool:
    """Tell whether the job ended badly before this event was sent: nothing can have come to rest on it since.

    A resource's history may be long; this is told without a look at each of its jobs.
    """
    return not job.useful and job.over is not None and wanted.started is not None and job.over < int(wanted.started)


def _rests(job: Job, wanted: Wanted, seen: Seen) -> bool:
    """Tell whether this event, or a later one, has come to rest on the job already, which has ended badly since."""
    return job.name in seen.held or (wanted.started is not None and job.settled >= int(wanted.started))


def leftovers(target: Job, wanted: Wanted, seen: Seen) -> Iterator[Job]:
    """Find jobs of updates that were given up before they could answer, after which nobody would delete them.

    The last event that rested on such a job is older than this one, though the job itself may be made even now. Any
    other job belongs to a later event, of which this one may be a late copy; without a date nothing can be said.
    One that has ended by itself is released all the same, lest a later update takes it for the end of a roll-back; but
    only among the newer ones, as a resource's history may be long.
    """
    if wanted.started is None:
        return
    found = [each.name for each in seen.listed() if each.live or each.created > target.created]
    fixed = wanted.previous_fixed
    for name in [fixed, *found] if fixed and names.is_job_name(fixed) else found:
        job = None if name in (target.name, wanted.present) else seen.job(name)
        if job is None or not is_ours(job, wanted, seen) or _may_stay(job, target, wanted, seen):
            continue
        last = job.settled or job.created
        if not job.released and last < int(wanted.started):
            yield job
        # Given up by this very event, which has to stop it still. What a delete has released is the delete's.
        given_up = job.live and job.tags.get(tags_of.RELEASED) == tags_of.BY_FAILURE
        if given_up and last <= int(wanted.started):
            yield job


def unclear(target: Job, wanted: Wanted, seen: Seen) -> Job | None:
    """Return a job whose tags must be waited for: a fixed name alone does not say whose it is."""
    fixed = wanted.previous_fixed
    if wanted.started is None or not fixed or fixed in (target.name, wanted.present) or not names.is_job_name(fixed):
        return None
    job = seen.job(fixed)
    return job if job is not None and is_unclear(job, seen) else None


def _may_stay(job: Job, target: Job, wanted: Wanted, seen: Seen) -> bool:
    """Tell whether a job that is older than the target was retained, or may still be gone back to."""
    if job.created > target.created:
        return False
    present = held_job(wanted, seen)
    replaced = {each for each in (wanted.present, target.before, present.before if present else None) if each}
    if job.before in replaced:  # it was tried in the place of the same job
        before = seen.job(job.before)
        if before is None or job.created >= before.created:  # a fixed name may be another job's by now
            return False
    at_stake = present is not None and present.name != target.name and job.name == present.before
    return wanted.retain or job.kept or at_stake
