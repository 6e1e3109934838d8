"""Lambda's reports that all tries have failed, which the function receives itself."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tuning_job.answer import UnansweredError
from tuning_job.chain import KEY
from tuning_job.handler import handle

from tests.handler.cloudformation import A, B, CloudFormation, Context
from tests.handler.world import START, Crash, Fault

SECOND = "RetriesExhausted"


def report_of(payload: Any, condition: str = SECOND) -> dict[str, Any]:
    """A report as Lambda writes it: AWS Lambda Developer Guide, *Retaining records of asynchronous invocations*."""
    return {
        "version": "1.0",
        "timestamp": "2026-06-01T00:00:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:handler:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 3,
        },
        "requestPayload": payload,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorMessage": "Task timed out"},
    }


def die(number: int, operation: str) -> None:
    raise Crash


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("properties", [A, {**B, "Name": "nightly"}], ids=["generated", "fixed"])
def test_a_function_that_always_dies_ends_with_one_answer(
    cloud: CloudFormation, kind: str, properties: dict[str, Any]
) -> None:
    present = None if kind == "Create" else cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.before = die
    event = cloud.event(kind, properties, present, A if kind == "Update" else None)
    answer = cloud.deliver(event)
    assert cloud.reports == 2, "what works on the report dies too, and is reported"
    assert cloud.queue == []
    assert answer is not None and answer["Status"] == "FAILED" and SECOND in answer["Reason"]
    assert len(cloud.answers[event["RequestId"]]) == 1
    if present:
        assert answer["PhysicalResourceId"] == present


def test_what_a_create_that_always_dies_has_made_is_found_by_its_delete(cloud: CloudFormation) -> None:
    cloud.sagemaker.after = lambda number, operation: die(number, operation) if cloud.sagemaker.records else None
    answer = cloud.deliver(cloud.event("Create", A))
    assert answer is not None and answer["PhysicalResourceId"] == next(iter(cloud.sagemaker.records))
    cloud.sagemaker.after = lambda number, operation: None
    assert cloud.send("Delete", A, answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == []


def test_an_answer_that_can_never_be_delivered_ends_too(cloud: CloudFormation) -> None:
    tries = []

    def unreachable(*_: Any) -> int:
        tries.append(1)
        raise UnansweredError

    cloud.tools = replace(cloud.tools, deliver=unreachable)
    cloud.deliver(cloud.event("Create", A))
    assert cloud.reports == 2 and len(tries) == 3 + 3 + 1
    cloud.tools = replace(cloud.tools, deliver=cloud._deliver)
    assert cloud.send("Delete", A, "Models-Tuning-1ABCDEFGHIJKL")["Status"] == "SUCCESS", "as CloudFormation then does"
    assert cloud.sagemaker.live() == []


@pytest.mark.parametrize("depth", [2, 3, 7])
def test_a_report_about_a_report_calls_nothing_and_raises_nothing(cloud: CloudFormation, depth: int) -> None:
    event: Any = cloud.event("Create", A)

    def broken() -> Any:
        raise RuntimeError("no client")

    cloud.tools = replace(cloud.tools, connect=broken)
    payload = event
    for _ in range(depth):
        payload = report_of(payload)
    handle(payload, Context(cloud.clock, 900), cloud.tools)
    assert cloud.sagemaker.calls == [] and cloud.queue == []
    assert len(cloud.answers.get(event["RequestId"], [])) == (1 if depth == 2 else 0)


@pytest.mark.parametrize("payload", [None, {}, "text", [], {"RequestType": "Create"}, {"ResponseURL": "https://x"}])
@pytest.mark.parametrize("wrap", [lambda payload: payload, report_of, lambda payload: report_of(report_of(payload))])
def test_what_is_no_event_is_dropped(cloud: CloudFormation, payload: Any, wrap: Callable[[Any], Any]) -> None:
    """Raising would only bring it back as a report."""
    handle(wrap(payload), Context(cloud.clock, 900), cloud.tools)
    assert cloud.sagemaker.calls == [] and cloud.bodies == []


def test_a_report_makes_nothing(cloud: CloudFormation) -> None:
    event = cloud.event("Create", A)
    handle(report_of(event, "EventAgeExceeded"), Context(cloud.clock, 900), cloud.tools)
    (answer,) = cloud.answers[event["RequestId"]]
    assert answer["Status"] == "FAILED" and "EventAgeExceeded" in answer["Reason"]
    assert cloud.sagemaker.records == {}


def test_a_report_knows_the_deadline_and_what_was_made(cloud: CloudFormation) -> None:
    event = cloud.event("Create", {**A, "Name": "nightly", "WaitFor": "completed"})
    cloud.sagemaker.make("nightly")
    cloud.clock.time = START + 5000
    chain = {"deadline": START + 100.0, "hop": 7, "pauses": 3, "made": ["nightly"], "of-a-later-version": 1}
    handle(report_of({**event, KEY: chain}), Context(cloud.clock, 900), cloud.tools)
    (answer,) = cloud.answers[event["RequestId"]]
    assert answer["PhysicalResourceId"] == "nightly", "by its tags alone it would be somebody else's"
    assert cloud.sagemaker.live() == []
    assert cloud.clock.now() - START < 5030


def test_a_report_after_the_answer_was_taken_leaves_the_job_alone(cloud: CloudFormation) -> None:
    """The last try may die right after its answer has arrived."""
    answer = cloud.create(A)
    cloud._invoke(report_of(cloud.events[0]))
    first, second = cloud.answers[cloud.events[0]["RequestId"]]
    assert first == second and cloud.sagemaker.live() == [answer["PhysicalResourceId"]]


def winding_up(cloud: CloudFormation) -> dict[str, Any]:
    """Make an event that has failed, and whose report cannot be finished by one call of a short function."""
    event = cloud.event("Create", {**A, "WaitFor": "completed"})
    cloud._invoke(event)
    cloud.queue.clear()
    cloud.sagemaker.faults = [Fault("StopHyperParameterTuningJob", "InternalFailure", "", times=4, status=500)]
    cloud.function_seconds = 0.1
    made = list(cloud.sagemaker.records)
    return {**event, KEY: {"deadline": START + 3000.0, "failure": "it failed", "made": made}}


def test_winding_up_goes_on_in_the_next_call(cloud: CloudFormation) -> None:
    cloud.function_seconds = 5
    event = winding_up(cloud)
    cloud._invoke(report_of(event))
    assert len(cloud.queue) == 1, "handed over"
    assert cloud.queue[0][KEY]["failure"] and cloud.queue[0][KEY]["reports"] == 1
    cloud.deliver(cloud.queue.pop())
    (answer,) = cloud.answers[event["RequestId"]]
    assert answer["Status"] == "FAILED" and "it failed" in answer["Reason"]
    assert cloud.sagemaker.live() == []


def test_a_call_after_a_report_that_dies_as_well_is_the_end(cloud: CloudFormation) -> None:
    cloud.function_seconds = 5
    event = winding_up(cloud)
    cloud._invoke(report_of(event))
    cloud.sagemaker.before = die
    calls = len(cloud.sagemaker.calls)
    cloud.deliver(cloud.queue.pop())
    assert cloud.reports == 1 and cloud.queue == []
    assert len(cloud.sagemaker.calls) - calls == 3, "three tries of that call, and none for its report"
    (answer,) = cloud.answers[event["RequestId"]]
    assert answer["Status"] == "FAILED"


def test_a_wind_up_that_never_succeeds_ends_over_many_short_calls() -> None:
    cloud = CloudFormation(function_seconds=5)
    event = cloud.event("Create", {**A, "WaitFor": "completed", "ServiceTimeout": "60"})
    cloud.sagemaker.faults = [Fault("StopHyperParameterTuningJob", "InternalFailure", "", times=10_000, status=500)]
    answer = cloud.deliver(event)
    assert answer is not None and answer["Status"] == "FAILED"
    assert cloud.clock.now() - START < 90
    assert len(json.dumps(event)) < 4000
