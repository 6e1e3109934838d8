"""What must hold, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuning_job.service import request_shape
from tuning_job.wire import restore

from cdk_hpo.local.sagemaker import TuningJob
from tests.handler.world import STACK_ID
from tests.lifecycle.wanted import SECRETS, Job

if TYPE_CHECKING:
    from tests.lifecycle.cloud import Cloud
    from tests.lifecycle.stack import Exchange

_OURS = "cdk-hpo:"
_GENERATED = "models-tuning-"
_ENDED = ("Completed", "Failed", "Stopped")


def always(cloud: Cloud) -> None:
    """Check what holds at any moment."""
    assert not cloud.function.failed, f"the function failed by itself: {cloud.function.failed!r}"
    for name, tags in cloud.foreign_tags.items():
        job = cloud.sagemaker.records.get(name)
        assert job is not None and job.status in ("InProgress", "Completed"), f"{name} was touched"
        assert job.tags == tags, f"{name} was touched"
    for operation, body in cloud.sagemaker.calls:
        if operation.startswith(("Describe", "List")):
            continue
        about = body.get("HyperParameterTuningJobName") or body.get("ResourceArn", "").rpartition("/")[2]
        assert about not in cloud.foreign or operation.startswith("Create"), f"{operation} of {about}"
    cloud.sagemaker.calls.clear()
    text = cloud.log.getvalue()
    for kind, secret in SECRETS.items():
        assert secret not in text, f"the {kind} is in the log"
    cloud.log.seek(0)
    cloud.log.truncate()
    if cloud.simulation.idle and not cloud.stack.backs:
        settled(cloud)


def heard(cloud: Cloud, exchange: Exchange) -> None:
    """Check an answer at the moment in which CloudFormation takes it."""
    answer = exchange.heard
    assert answer is not None
    assert answer.problem is None, answer.problem
    text = f"{answer.reason} {answer.physical_id} {answer.data}"
    for kind, secret in SECRETS.items():
        assert secret not in text, f"the {kind} is in an answer"
    assert answer.physical_id is not None
    if answer.status != "SUCCESS":
        return
    job = cloud.sagemaker.records.get(answer.physical_id)
    if exchange.kind == "Delete":
        if job is None or job.name in cloud.foreign:
            return
        if exchange.job.on_delete == "leave":
            cloud.left.add(job.name)
            return
        assert job.status in _ENDED, f"{job.name} is {job.status} after its delete"
        assert exchange.job.on_delete != "delete", f"the record of {job.name} is still there"
        return
    assert job is not None, f"{answer.physical_id} does not exist"
    if exchange.copies and cloud.excuses and job.tags.get(_OURS + "released") == "failed":
        return  # another delivery of the event has failed for good meanwhile, and given the job up
    _as_wanted(cloud, job, exchange.job, exchange.logical_id)
    if exchange.job.wait_for == "completed":
        assert job.status == "Completed", f"{job.name} is {job.status}"


def _as_wanted(cloud: Cloud, job: TuningJob, wanted: Job, logical_id: str) -> None:
    properties = wanted.properties()
    shape = request_shape(cloud.sagemaker.client())
    assert job.request == restore(shape, properties["Request"]), f"{job.name} has another configuration"
    tags = {key: value for key, value in job.tags.items() if not key.startswith(_OURS)}
    assert tags == {tag["Key"]: tag["Value"] for tag in properties["Tags"]}, f"{job.name} has the tags {tags}"
    assert job.tags[_OURS + "stack"] == STACK_ID and job.tags[_OURS + "logical-id"] == logical_id
    assert job.tags[_OURS + "released"] == "false", f"{job.name} is released"


@dataclass(frozen=True)
class Expected:
    """What must come of a deployment, as far as that is known before."""

    before: Mapping[str, tuple[Job, str]]
    endings: Mapping[str, str | None]
    excused: bool

    @classmethod
    def of(cls, cloud: Cloud, jobs: Mapping[str, Job]) -> Expected:
        """Look at the stack before it is changed."""
        held = {name: (each.job, each.physical_id) for name, each in cloud.stack.resources.items()}
        records = cloud.sagemaker.records
        endings = {name: records[old].status if old in records else None for name, (_, old) in held.items()}
        fixed = [job.name for job in jobs.values() if job.name is not None]
        shared = len(set(fixed)) < len(fixed)
        excused = shared or any(_may_fail(cloud, name, held.get(name), job) for name, job in jobs.items())
        return cls(held, endings, excused)


def _may_fail(cloud: Cloud, logical_id: str, held: tuple[Job, str] | None, wanted: Job) -> bool:
    if cloud.delay > wanted.timeout - 20:
        return True
    if wanted.wait_for == "completed" and cloud.sagemaker.settings.job_seconds > wanted.timeout - 100:
        return True
    if wanted.wait_for == "completed" and held is not None and wanted.config == held[0].config:
        job = cloud.sagemaker.records.get(held[1])
        if job is None or job.status != "Completed":
            return True
    if wanted.timeout < 600 and cloud.sagemaker.settings.stop_seconds > 20:
        return True
    if wanted.name is None:
        return False
    # A name can be used once, and not for another configuration.
    same = held is not None and held[0].name == wanted.name and held[0].config == wanted.config
    return not same and (wanted.name in cloud.sagemaker.records or logical_id in cloud.erased)


def deployed(cloud: Cloud, expected: Expected, jobs: Mapping[str, Job], *, done: bool, spoilt: bool) -> None:
    """Check what a deployment has come to."""
    if not spoilt:
        assert done or cloud.excuses or expected.excused, f"failed without a reason: {_reasons(cloud)}"
    resources = cloud.stack.resources
    if not done:
        if cloud.stack.backs:
            assert cloud.excuses or expected.excused, f"the roll-back failed without a reason: {_reasons(cloud)}"
            return
        for name, (job, old) in expected.before.items():
            new = resources[name].physical_id
            assert resources[name].job == job
            ended_badly = cloud.excuses or expected.endings[name] not in ("InProgress", "Completed")
            # A fixed name that is used again may belong to a job that was retained when the resource was removed.
            reused = cloud.stack.removed and any(each.name for each in jobs.values())
            assert new == old or ended_badly or reused, f"rolled back to {new} and not to {old}"
        return
    assert set(resources) == set(jobs)
    for name, wanted in jobs.items():
        new = resources[name].physical_id
        if name not in expected.before and wanted.name is None:
            assert new not in cloud.known, f"{new} is no new run"
        elif name in expected.before:
            before, old = expected.before[name]
            if before.retain or wanted.retain:
                continue  # nothing tells a return to the definition before from a roll-back
            same_run = (before.config, before.name) == (wanted.config, wanted.name)
            if same_run and expected.endings[name] is not None and "job ended" not in cloud.excuses:
                assert new == old, f"a change of {before} to {wanted} made {new} in the place of {old}"
            if not same_run and wanted.name is None:
                assert new not in cloud.known, f"{new} is no new run"
    cloud.known |= {held.physical_id for held in resources.values()}


def deleted(cloud: Cloud, *, done: bool) -> None:
    """Check a delete of the stack."""
    slow = cloud.sagemaker.settings.stop_seconds > 20
    assert done or cloud.excuses or slow, f"failed without a reason: {_reasons(cloud)}"


def _reasons(cloud: Cloud) -> list[str]:
    last = list(cloud.stack.exchanges.values())[-4:]
    return [f"{each.event['RequestId']} {each.kind}: {each.heard.reason if each.heard else None}" for each in last]


def settled(cloud: Cloud) -> None:
    """Check what holds once nothing is going on."""
    records = cloud.sagemaker.records
    held = {each.physical_id: name for name, each in cloud.stack.resources.items()}
    for name, job in records.items():
        if job.status == "InProgress" and name not in cloud.foreign and name not in held:
            known = name in cloud.left or _retained(cloud, job) or _owned_up(cloud, name) or _made_too_late(cloud, job)
            assert known, f"{name} is forgotten"
    for physical_id, name in held.items():
        if name in cloud.erased:
            continue
        assert physical_id in records, f"{physical_id} of {name} does not exist"
        if not cloud.was_denied and not cloud.stack.deleting and not _torn(cloud, records[physical_id]):
            _as_wanted(cloud, records[physical_id], cloud.stack.resources[name].job, name)
    for name in cloud.stack.removed & records.keys():
        # By a roll-back, or as its fixed name was used again.
        held_again = name in held or not name.startswith(_GENERATED)
        assert held_again or records[name].tags[_OURS + "released"] == "false", f"{name} was retained, and let go of"
    for request_id, exchange in cloud.stack.exchanges.items():
        assert exchange.answers, f"{request_id} was never answered"
        for answer in exchange.answers:
            assert answer.problem is None, answer.problem


def _owned_up(cloud: Cloud, name: str) -> bool:
    """Tell whether a failed answer says that the job runs on, and why."""
    reasons = [
        answer.reason
        for exchange in cloud.stack.exchanges.values()
        for answer in exchange.answers
        if answer.status == "FAILED" and name in answer.reason
    ]
    return any("could not be stopped" in each or any(what in each for what in cloud.was_denied) for each in reasons)


def _retained(cloud: Cloud, job: TuningJob) -> bool:
    stack = cloud.stack
    return job.name in stack.retained or _event_of(job) in stack.unasked


def _event_of(job: TuningJob) -> str:
    return job.tags[_OURS + "event"].partition(" ")[0]


def _torn(cloud: Cloud, job: TuningJob) -> bool:
    """Tell whether of two deliveries of one event one has failed for good, and given up what the other had made."""
    answers = cloud.stack.exchanges[_event_of(job)].answers
    return len({answer.status for answer in answers}) > 1


def _made_too_late(cloud: Cloud, job: TuningJob) -> bool:
    """Tell whether a job was made when CloudFormation had done with the event, and nothing told the function so.

    What tells is the job that CloudFormation held: for a create there is none, and after that an update's may be gone.
    """
    exchange = cloud.stack.exchanges[_event_of(job)]
    held = cloud.sagemaker.records.get(exchange.event.get("PhysicalResourceId", ""))
    told = held is not None and held.created < job.created and held.tags[_OURS + "released"] == "false"
    told = told and "sagemaker:AddTags" not in cloud.was_denied  # then nothing could be written on it
    return exchange.closed < job.created and not told
