"""Runs of a script: undisturbed, with one kill at a certain line of traffic, with every try killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tuning_job.event import _sent_at
from tuning_job.job import RELEASED, SETTLED

from tests.lifecycle.kill_cloud import Call, KilledCloud, Plan, spare
from tests.lifecycle.kill_scripts import Script
from tests.lifecycle.kill_stage import Stage

MOMENTS = ("before", "after")


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one run has come to."""

    script: str
    number: int
    operation: str
    moment: str
    made: int
    live: int
    answers: str
    problems: tuple[str, ...]
    other_words: bool = False
    """Whether the reason of a failure is told in other words than without the kill."""


def run(stage: Stage, script: Script, plan: Plan = spare) -> KilledCloud:
    """Play a script; the plan counts the traffic after what comes before the script."""
    cloud = KilledCloud(stage, script.function_seconds)
    script.before(cloud)
    cloud.watch(plan)
    script.act(cloud)
    return cloud


def undisturbed(stage: Stage, script: Script) -> KilledCloud:
    """Play a script without kills, and make sure that it does what it is meant to."""
    cloud = run(stage, script)
    assert (len(cloud.made), len(cloud.sagemaker.live())) == (script.made, script.live), script.name
    assert all(len(given) == 1 for given in cloud.answers.values()), script.name
    return cloud


def kill_at(number: int, moment: str) -> Plan:
    """Plan one kill."""
    return lambda call: moment if call.number == number else None


def kill_every_try(number: int, moment: str, dying: int = 3) -> Plan:
    """Plan the end of every try: the first at a certain line, the others as soon as they speak.

    ``dying``: 3 for an event; 6 if the three tries of Lambda's report on that die as well.
    """

    def plan(call: Call) -> str | None:
        if call.attempt == 1:
            return moment if call.within == number else None
        return "before" if call.attempt <= dying and call.within == 1 else None

    return plan


def rows(stage: Stage, script: Script) -> Iterator[Row]:
    """Kill once at each line of a script's traffic, before it and after it."""
    expected = undisturbed(stage, script)
    for call in list(expected.traffic):
        for moment in MOMENTS:
            yield row(script, run(stage, script, kill_at(call.number, moment)), expected, call, moment)


def row(script: Script, cloud: KilledCloud, expected: KilledCloud, call: Call, moment: str) -> Row:
    """Compare a run with the undisturbed one."""
    reasons = [[given[0].get("Reason") for given in each.answers.values()] for each in (cloud, expected)]
    problems = tuple(_problems(cloud, expected, call))
    return _row(script, cloud, call, moment, problems, other_words=reasons[0] != reasons[1])


def _row(
    script: Script,
    cloud: KilledCloud,
    call: Call,
    moment: str,
    problems: tuple[str, ...],
    *,
    other_words: bool = False,
) -> Row:
    again = sum(len(given) - 1 for given in cloud.answers.values())
    return Row(
        script=script.name,
        number=call.number,
        operation=call.operation,
        moment=moment,
        made=len(cloud.made),
        live=len(cloud.sagemaker.live()),
        answers=f"{len(cloud.answers)} + {again} again" if again else str(len(cloud.answers)),
        problems=problems,
        other_words=other_words,
    )


def _problems(cloud: KilledCloud, expected: KilledCloud, call: Call) -> Iterator[str]:
    if [kill.call.operation for kill in cloud.kills] != [call.operation]:
        yield f"killed at {cloud.kills}"
    if cloud.made != expected.made:
        yield f"made {cloud.made} instead of {expected.made}"
    if _records(cloud) != _records(expected):
        yield f"left {_records(cloud)} instead of {_records(expected)}"
    if cloud.physical_id != expected.physical_id:
        yield f"the stack holds {cloud.physical_id} instead of {expected.physical_id}"
    if _first_answers(cloud) != _first_answers(expected):
        yield f"answered {_first_answers(cloud)} instead of {_first_answers(expected)}"
    for given in cloud.answers.values():
        if any(_core(answer) != _core(given[0]) for answer in given):
            yield f"a second answer says something else: {given}"


def _records(cloud: KilledCloud) -> dict[str, Any]:
    """Return state and tags of all jobs; for the time of an event, which a kill puts off, the event."""
    sent = {str(int(_sent_at(event["ResponseURL"]) or 0)): event["RequestId"] for event in cloud.events}
    return {
        job.name: (job.status, {key: sent.get(tag, tag) if key == SETTLED else tag for key, tag in job.tags.items()})
        for job in cloud.sagemaker.records.values()
    }


def _first_answers(cloud: KilledCloud) -> dict[str, Any]:
    return {event: {**given[0], "Reason": None} for event, given in cloud.answers.items()}


def _core(answer: dict[str, Any]) -> tuple[str, str]:
    return answer["Status"], answer["PhysicalResourceId"]


# ---- every try dies ------------------------------------------------------------------------------------------------


def given_up(stage: Stage, script: Script, *, dying: int = 3) -> Iterator[Row]:
    """Kill every try of a script's first event, the first one at each line; the report that follows is spared.

    ``dying``: as in `kill_every_try`.
    """
    expected = undisturbed(stage, script)
    for call in [call for call in list(expected.traffic) if call.attempt == 1]:
        for moment in MOMENTS:
            cloud = run(stage, script, kill_every_try(call.within, moment, dying))
            if script.kind == "Delete" and cloud.physical_id is not None:
                cloud.delete()  # as somebody does whose delete has failed
            problems = tuple(_given_up_problems(cloud, script, expected, dying))
            yield _row(script, cloud, call, moment, problems)


def _given_up_problems(cloud: KilledCloud, script: Script, expected: KilledCloud, dying: int) -> Iterator[str]:
    if (len(cloud.kills), cloud.reports) != (dying, dying // 3):
        yield f"{len(cloud.kills)} kills, {cloud.reports} reports"
    event = next(event for event in cloud.events if event["RequestType"] == script.kind)
    first = cloud.answers[event["RequestId"]][0]
    taken = first["Status"] == "SUCCESS"  # the first try had answered before it died
    name = event.get("PhysicalResourceId") if script.kind == "Delete" else expected.made[-1]
    if script.kind == "Create" and first["PhysicalResourceId"] != name:
        yield f"answered for {first['PhysicalResourceId']} instead of {name}"
    if not taken and not first.get("Reason"):
        yield "failed without a reason"
    held = cloud.physical_id
    if (held is not None) != (script.kind == "Update" or (script.kind == "Create" and taken)):
        yield f"the stack holds {held}"
    wanted = [] if held is None else [held]
    if cloud.sagemaker.live() != wanted:
        yield f"the stack holds {held}, and {cloud.sagemaker.live()} run"
    if any(job.tags[RELEASED] != ("false" if job.name == held else job.tags[RELEASED]) for job in _jobs(cloud)):
        yield "the job that the stack holds is marked as given up"


def _jobs(cloud: KilledCloud) -> list[Any]:
    return list(cloud.sagemaker.records.values())
