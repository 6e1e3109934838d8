"""The decision, walked over all states without a server."""

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tuning_job import job as tags_of
from tuning_job.decide import decide
from tuning_job.event import OnDelete, RequestType, WaitFor, Wanted
from tuning_job.job import Job
from tuning_job.names import run_name
from tuning_job.seen import Seen, is_ours
from tuning_job.steps import Create, Done, Erase, Fail, Look, Note, Refuse, Release, Search, Step, Stop, Tag, Wait

STACK, LOGICAL = "arn:aws:cloudformation:us-east-1:123456789012:stack/S/1", "Tuning"
OLD, RUN = (run_name("p", STACK, LOGICAL, event) for event in ("old", "now"))
STATUSES = ["InProgress", "Completed", "Failed", "Stopped", "Stopping", "Deleting", "DeleteFailed"]
OWNERS = {
    "ours": {tags_of.STACK: STACK, tags_of.LOGICAL_ID: LOGICAL, tags_of.EVENT: "old"},
    "of-this-event": {tags_of.STACK: STACK, tags_of.LOGICAL_ID: LOGICAL, tags_of.EVENT: "now"},
    "other-resource": {tags_of.STACK: STACK, tags_of.LOGICAL_ID: "Other", tags_of.EVENT: "old"},
    "other-stack": {tags_of.STACK: "x", tags_of.LOGICAL_ID: LOGICAL, tags_of.EVENT: "old"},
    "unmarked": {},
}


def wanted(kind: RequestType, **changes: object) -> Wanted:
    plain = Wanted(
        kind=kind, event_id="now", stack_id=STACK, logical_id=LOGICAL, fixed=None, run=RUN, configuration="wanted",
        tags={},
        present=None if kind is RequestType.CREATE else OLD, previous_configuration="previous", started=1000.0,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def job(name: str, status: str = "InProgress", owner: str = "ours", configuration: str = "wanted", **tags: str) -> Job:
    own = OWNERS[owner] | ({tags_of.CONFIGURATION: configuration, tags_of.SETTLED: "1000"} if OWNERS[owner] else {})
    return Job(name=name, status=status, created=100.0, arn=f"arn:{name}", tags=own | tags)


def states(name: str) -> Iterator[Job | None]:
    yield None
    for status, owner, configuration, released in itertools.product(
        STATUSES, OWNERS, ("wanted", "other"), ("", tags_of.BY_DELETE, tags_of.BY_FAILURE)
    ):
        found = job(name, status, owner, configuration)
        yield replace(found, tags={**found.tags, tags_of.RELEASED: released} if released else found.tags)


def walk() -> Iterator[tuple[Wanted, Seen, Step]]:
    """Every wanted thing against every pair of states of the job held and the job of the event's own name."""
    options = itertools.product(
        RequestType, (None, OLD, "fixed"), WaitFor, OnDelete, (False, True), (None, "it failed")
    )
    for kind, fixed, wait_for, on_delete, late, failure in options:
        want = wanted(kind, fixed=fixed, wait_for=wait_for, on_delete=on_delete)
        for held in states(OLD):
            for other in (None, job(want.name, owner="of-this-event"), job(want.name, owner="other-stack")):
                jobs = {OLD: held, RUN: None, "fixed": None} | ({} if want.name == OLD else {want.name: other})
                seen = Seen(jobs=jobs, others=(), late=late, failure=failure)
                yield want, seen, decide(want, seen)


def test_every_state_is_safe() -> None:
    count = 0
    for want, seen, step in walk():
        count += 1
        found = seen.jobs.get(step.name)
        about = (want, found, step)
        if isinstance(step, (Release, Stop, Erase, Tag)):
            assert found is not None, about
            assert is_ours(found, want, seen), about
        if isinstance(step, (Note, Release, Tag)):  # the only jobs that the function is permitted to tag
            assert found is not None and found.tags.get(tags_of.STACK) == STACK, about
        if isinstance(step, Stop):
            assert found is not None and (found.released or found.unmarked), about
            mark = found.tags.get(tags_of.RELEASED)
            failed = mark == tags_of.BY_FAILURE or (mark is None and seen.failure)
            assert found.live and (want.on_delete is not OnDelete.LEAVE or failed), about
            assert want.kind is RequestType.DELETE or seen.failure, about
        if isinstance(step, Create):
            assert found is None and not seen.late and want.kind is not RequestType.DELETE, about
        if isinstance(step, Erase):
            assert want.kind is RequestType.DELETE and want.on_delete is OnDelete.DELETE, about
            assert found is not None and found.ended, about
        if isinstance(step, Done) and want.kind is not RequestType.DELETE:
            assert step.job is found and found is not None and not found.released, about
            assert want.wait_for is WaitFor.CREATED or found.status == "Completed", about
        if isinstance(step, Done) and want.kind is RequestType.DELETE and found and is_ours(found, want, seen):
            left = want.on_delete is OnDelete.LEAVE and found.tags.get(tags_of.RELEASED) != tags_of.BY_FAILURE
            assert left or found.ended, about
        if isinstance(step, Refuse):
            assert seen.failure, about
            assert (
                step.name != want.fixed or want.fixed == want.present or found is None or is_ours(found, want, seen)
            ), about
        assert not isinstance(step, (Look, Search)) or want.kind is RequestType.DELETE, about
    assert count > 50_000


@pytest.mark.parametrize("kind", list(RequestType))
def test_nothing_is_decided_before_it_is_looked_at(kind: RequestType) -> None:
    assert isinstance(decide(wanted(kind), Seen()), Look)


def test_update_lists_before_it_makes_a_job() -> None:
    seen = Seen(jobs={OLD: job(OLD, configuration="other"), RUN: None})
    assert isinstance(decide(wanted(RequestType.UPDATE), seen), Search)
    assert isinstance(decide(wanted(RequestType.UPDATE), replace(seen, others=())), Create)


def after(name: str) -> dict[str, str]:
    """Return the tag of a job that was to replace another one."""
    return {tags_of.EVENT: f"old {name}"}


def test_roll_back_takes_the_job_that_the_present_one_was_to_replace() -> None:
    names = [run_name("p", STACK, LOGICAL, event) for event in ("alike", "right")]
    others = tuple(job(name, "Completed") for name in names)
    for before, found in {names[1]: names[1], names[0]: names[0], "": RUN, "another": RUN}.items():
        jobs = {OLD: job(OLD, configuration="other", **after(before)), RUN: None, "another": None}
        jobs |= {each.name: each for each in others}
        step = decide(wanted(RequestType.UPDATE), Seen(jobs=jobs, others=others))
        assert isinstance(step, Create if found == RUN else Done)
        assert step.name == found


def test_where_nothing_tells_it_takes_the_newest_unreleased_job_of_the_wanted_configuration() -> None:
    names = [run_name("p", STACK, LOGICAL, event) for event in ("released", "foreign", "right", "older")]
    jobs = {
        OLD: None,
        RUN: None,
        names[0]: job(names[0], **{tags_of.RELEASED: tags_of.BY_DELETE}),
        names[1]: job(names[1], owner="other-stack"),
        names[2]: job(names[2], "Completed"),
        names[3]: job(names[3], "Completed"),
    }
    others = tuple(found for name in names if (found := jobs[name]) is not None)
    step = decide(wanted(RequestType.UPDATE), Seen(jobs=jobs, others=others))
    assert isinstance(step, Done)
    assert step.name == names[2]


def test_what_was_retained_is_no_leftover() -> None:
    names = [run_name("p", STACK, LOGICAL, event) for event in ("retained", "given up")]
    retained = job(names[0], configuration="a", **after("p-y"), **{tags_of.SETTLED: "100 kept"})
    given_up = job(names[1], configuration="b", **after("p-x"), **{tags_of.SETTLED: "100 kept"})
    held = replace(job(OLD, **after("p-x"), **{tags_of.SETTLED: "900"}), created=300.0)
    for other, kept in ((retained, True), (given_up, False)):
        seen = Seen(jobs={OLD: held, RUN: None, "p-x": None, other.name: other}, others=(other,))
        step = decide(wanted(RequestType.UPDATE), replace(seen, held=frozenset({OLD})))
        assert isinstance(step, Done) is kept
        assert step.name == (OLD if kept else other.name)


def test_a_newer_job_that_ended_badly_is_not_taken_over() -> None:
    newer = run_name("p", STACK, LOGICAL, "given up")
    for status, taken in {"InProgress": True, "Completed": True, "Failed": False, "Stopped": False}.items():
        left = replace(job(newer, status, **{tags_of.SETTLED: "900"}), created=200.0)
        jobs = {OLD: job(OLD, configuration="other", **after(newer)), RUN: None, newer: left}
        step = decide(wanted(RequestType.UPDATE), Seen(jobs=jobs, others=(left,)))
        assert (step.name == newer) is taken


def test_the_digest_on_the_job_counts_and_not_the_previous_properties() -> None:
    held = job(OLD, configuration="wanted")
    seen = Seen(jobs={OLD: held, RUN: None}, others=())
    assert isinstance(decide(wanted(RequestType.UPDATE, previous_configuration="other"), seen), Done)
    held = job(OLD, configuration="other")
    seen = Seen(jobs={OLD: held, RUN: None}, others=())
    assert isinstance(decide(wanted(RequestType.UPDATE, previous_configuration="wanted"), seen), Create)


def test_previous_properties_count_if_the_job_does_not_tell() -> None:
    seen = Seen(jobs={OLD: job(OLD, owner="unmarked"), RUN: None}, others=())
    step = decide(wanted(RequestType.UPDATE, previous_configuration="wanted"), seen)
    assert isinstance(step, Done)
    assert step.name == OLD


def test_made_but_not_visible_yet_is_waited_for() -> None:
    seen = Seen(jobs={RUN: None}, made=frozenset({RUN}))
    assert isinstance(decide(wanted(RequestType.CREATE), seen), Wait)


def test_fixed_name_made_by_this_call_is_ours_before_its_tags_are_visible() -> None:
    fresh = job("fixed", owner="unmarked")
    want = wanted(RequestType.CREATE, fixed="fixed")
    assert isinstance(decide(want, Seen(jobs={"fixed": fresh}, made=frozenset({"fixed"}))), Done)
    assert isinstance(decide(want, Seen(jobs={"fixed": fresh})), Fail)
