"""Time: hops of a short function, the deadline of the event, late events, and what happens when all attempts fail."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tuning_job.service import TuningService

from tests.handler.cloudformation import A, B, CloudFormation
from tests.handler.world import Crash


@pytest.mark.parametrize("seconds", [5, 60, 900])
def test_a_job_longer_than_the_function(seconds: float) -> None:
    cloud = CloudFormation(function_seconds=seconds)
    cloud.sagemaker.settings.job_seconds = 1000
    answer = cloud.create({**A, "WaitFor": "completed"})
    assert answer["Data"]["Status"] == "Completed"
    assert cloud.hops >= 1000 // seconds - 1
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 1
    assert [len(given) for given in cloud.answers.values()] == [1]


def test_crash_right_after_handing_over_leaves_two_chains_with_one_outcome() -> None:
    cloud = CloudFormation(function_seconds=60)
    cloud.sagemaker.settings.job_seconds = 100
    hand_over = cloud._hand_over

    def crash(function: str, payload: bytes) -> None:
        hand_over(function, payload)
        if cloud.crashes == 0:
            raise Crash

    cloud.tools = replace(cloud.tools, hand_over=crash)
    event = cloud.event("Create", {**A, "WaitFor": "completed"})
    cloud.deliver(event)
    given = cloud.answers[event["RequestId"]]
    assert len(given) == 2
    assert given[0] == given[1]
    assert len(cloud.sagemaker.records) == 1


def test_the_deadline_counts_from_the_sending_of_the_event(cloud: CloudFormation) -> None:
    event = cloud.event("Create", {**A, "WaitFor": "completed", "ServiceTimeout": "600"})
    sent = cloud.clock.now()
    cloud.clock.time += 400  # Lambda was busy, or an earlier attempt crashed
    answer = cloud.deliver(event)
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert cloud.clock.now() - sent < 600


def test_an_event_beyond_its_time_makes_nothing(cloud: CloudFormation) -> None:
    event = cloud.event("Create", A)
    cloud.clock.time += 4000
    answer = cloud.deliver(event)
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert cloud.sagemaker.records == {}


def test_a_late_delete_still_stops(cloud: CloudFormation) -> None:
    cloud.sagemaker.settings.job_seconds = 20_000
    name = cloud.create(A)["PhysicalResourceId"]
    event = cloud.event("Delete", A, name)
    cloud.clock.time += 4000
    cloud.deliver(event)
    assert cloud.sagemaker.status(name) in ("Stopping", "Stopped")


def test_a_duplicate_create_after_the_delete_makes_nothing(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.delete()
    cloud.deliver(cloud.events[0])
    assert cloud.sagemaker.live() == []


def test_self_invocation_that_is_refused() -> None:
    cloud = CloudFormation(function_seconds=60)

    def refuse(function: str, payload: bytes) -> None:
        raise ClientError({"Error": {"Code": "RecursiveInvocationException", "Message": "loop"}}, "Invoke")

    cloud.tools = replace(cloud.tools, hand_over=refuse)
    answer = cloud.deliver(cloud.event("Create", {**A, "WaitFor": "completed"}))
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert "RecursiveInvocationException" in answer["Reason"]
    assert cloud.sagemaker.live() == []


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_all_attempts_crash_after_the_create_call(cloud: CloudFormation, kind: str) -> None:
    old = cloud.create(A)["PhysicalResourceId"] if kind == "Update" else None
    known = set(cloud.sagemaker.records)

    def crash(number: int, operation: str) -> None:
        if set(cloud.sagemaker.records) - known and cloud.crashes < 3:
            raise Crash

    cloud.sagemaker.after = crash
    event = cloud.event(kind, B, old, A if old else None)
    answer = cloud.deliver(event)
    assert cloud.crashes == 3
    assert answer is not None
    assert answer["Status"] == "SUCCESS", "what was made is what was wanted"
    (made,) = set(cloud.sagemaker.records) - known
    assert answer["PhysicalResourceId"] == made
    assert cloud.sagemaker.live() == ([old, made] if old else [made])


@pytest.mark.parametrize("option", ["OnDelete", "WaitFor"])
def test_unknown_option_is_named_and_does_not_fail_the_delete_too(cloud: CloudFormation, option: str) -> None:
    answer = cloud.create({**A, option: "explode"})
    assert answer["Status"] == "FAILED"
    assert f"{option} must be one of: " in answer["Reason"]
    assert cloud.answers["event-1"][0]["Status"] == "SUCCESS"


@pytest.mark.parametrize(
    "broken", [{"Request": "text"}, {"Request": None}, {"Tags": ["x"]}, {"ServiceTimeout": "soon"}]
)
def test_broken_properties_never_fail_a_delete(cloud: CloudFormation, broken: dict[str, Any]) -> None:
    assert cloud.send("Delete", {**A, **broken}, "some-job")["Status"] == "SUCCESS"


def test_a_mistake_of_ours_is_answered_without_its_text(
    cloud: CloudFormation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mistake(self: Any, name: str) -> None:
        raise KeyError("a value of the request")

    monkeypatch.setattr(TuningService, "find", mistake)
    answer = cloud.deliver(cloud.event("Create", A))
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert "Unexpected KeyError" in answer["Reason"]
    assert "a value of the request" not in answer["Reason"] + capsys.readouterr().out


def test_api_calls_per_operation(cloud: CloudFormation) -> None:
    """What an operation costs in calls; more than these would be noticed in an account with many jobs."""
    counts = {}
    for name, run in {
        "create": lambda: cloud.create(A), "tags": lambda: cloud.update({**A, "Tags": []}),
        "update": lambda: cloud.update(B), "delete": cloud.delete,
    }.items():  # fmt: skip
        before = len(cloud.sagemaker.calls)
        run()
        counts[name] = len(cloud.sagemaker.calls) - before
    assert counts["create"] == 4
    assert counts["tags"] == 7
    assert counts["update"] == 10 + 16, "the update itself, and the delete of the old job, five looks long"
    assert counts["delete"] == 16


def test_log_lines_are_json_and_say_what_was_done(
    cloud: CloudFormation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    name = cloud.create(A)["PhysicalResourceId"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines] == ["Received", "Create", "Done", "Answer"]
    assert all(line["event"] == "event-0" for line in lines)
    assert lines[1] == {
        "level": "INFO", "event": "event-0", "request": "Create", "resource": "Tuning", "job": name, "step": "Create",
        "hop": 0, "why": "no job of this resource has the wanted configuration",
    }  # fmt: skip
