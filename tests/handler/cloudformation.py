"""A CloudFormation for tests: sends events to the handler as the real one does, and keeps what it is answered."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tuning_job.answer import UnansweredError
from tuning_job.clock import Clock
from tuning_job.handler import Tools, handle

from tests.handler.world import STACK_ID, Crash, FakeClock, SageMaker, request


@dataclass
class Context:
    clock: FakeClock
    seconds: float
    function_name: str = "handler"
    begun: float = 0.0

    def __post_init__(self) -> None:
        self.begun = self.clock.now()

    def get_remaining_time_in_millis(self) -> int:
        return int((self.begun + self.seconds - self.clock.now()) * 1000)


@dataclass
class CloudFormation:
    function_seconds: float = 900.0
    clock: FakeClock = field(default_factory=FakeClock)
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    queue: list[dict[str, Any]] = field(default_factory=list)
    crashes: int = 0
    reports: int = 0
    hops: int = 0
    physical_id: str | None = None
    properties: dict[str, Any] | None = None
    logical_id: str = "Tuning"
    dated: bool = True
    """Whether the answer's address tells when the event was sent, as CloudFormation's does; other clouds' may not."""

    def __post_init__(self) -> None:
        self.sagemaker = SageMaker(self.clock)
        self.tools = Tools(
            connect=self.sagemaker.client, clock=self.clock, hand_over=self._hand_over, deliver=self._deliver
        )

    # ---- what the function sees ----------------------------------------------------------------------------

    def _hand_over(self, function: str, payload: bytes) -> None:
        self.hops += 1
        self.queue.append(json.loads(payload))

    def _deliver(self, url: str, body: bytes, clock: Clock) -> int:
        answer = json.loads(body)
        assert len(body) <= 4096
        assert answer["Status"] in ("SUCCESS", "FAILED")
        assert 0 < len(answer["PhysicalResourceId"]) <= 1024
        assert answer["Status"] == "SUCCESS" or answer["Reason"]
        assert all(isinstance(value, str) for value in answer.get("Data", {}).values())
        assert not set(answer) - {
            "Status",
            "Reason",
            "PhysicalResourceId",
            "StackId",
            "RequestId",
            "LogicalResourceId",
            "Data",
        }
        self.bodies.append(body)
        self.answers.setdefault(answer["RequestId"], []).append(answer)
        return 200

    # ---- events --------------------------------------------------------------------------------------------

    def event(
        self, kind: str, properties: dict[str, Any], physical_id: str | None = None, old: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make an event, sent now; events of one resource are seconds apart, as real ones are."""
        self.clock.time += 2
        sent = datetime.fromtimestamp(self.clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        event: dict[str, Any] = {
            "RequestType": kind,
            "RequestId": f"event-{len(self.events)}",
            "StackId": STACK_ID,
            "LogicalResourceId": self.logical_id,
            "ResourceType": "Custom::SageMakerHyperParameterTuningJob",
            "ResponseURL": "https://answers.example.com/x?X-Amz-Signature=signature-of-the-answer-address"
            + (f"&X-Amz-Date={sent}" if self.dated else ""),
            "ResourceProperties": {"ServiceToken": "arn:aws:lambda:x", **properties},
        }
        if physical_id is not None:
            event["PhysicalResourceId"] = physical_id
        if old is not None:
            event["OldResourceProperties"] = {"ServiceToken": "arn:aws:lambda:x", **old}
        self.events.append(event)

        return event

    def deliver(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """Deliver an event as Lambda does: twice more after a crash, hops after it; then the on-failure destination."""
        self.queue.append(event)
        while self.queue:
            payload = self.queue.pop(0)
            for attempt in range(3):
                try:
                    self._invoke(payload)
                    break
                except (Crash, UnansweredError):
                    self.crashes += 1
                    self.clock.time += 60 * (attempt + 1)
            else:
                self.reports += 1
                assert self.reports < 10, "reports without end"
                self.queue.append({"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": payload})
        given = self.answers.get(event["RequestId"])
        return given[0] if given else None

    def _invoke(self, payload: dict[str, Any]) -> None:
        handle(json.loads(json.dumps(payload)), Context(self.clock, self.function_seconds), self.tools)

    def send(
        self, kind: str, properties: dict[str, Any], physical_id: str | None = None, old: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send an event and return its answer."""
        answer = self.deliver(self.event(kind, properties, physical_id, old))
        assert answer is not None
        return answer

    # ---- operations of a stack with this one resource
    # --------------------------------------------------------

    def create(self, properties: dict[str, Any]) -> dict[str, Any]:
        answer = self.send("Create", properties)
        if answer["Status"] == "SUCCESS":
            self.physical_id, self.properties = answer["PhysicalResourceId"], properties
        else:
            self.send("Delete", properties, answer["PhysicalResourceId"])
        return answer

    def update(self, properties: dict[str, Any], *, other_fails: str | None = None) -> dict[str, Any]:
        """Update the resource.

        ``other_fails``: another resource fails afterwards, and the update is taken back; the value names what
        CloudFormation sends: "update-new" (an update with the new job's id, then the delete), "update-old"
        (with the old one's), "delete-only", "delete-first" (the delete, then an update with the new job's
        id).
        """
        assert self.properties is not None and self.physical_id is not None
        old, old_id = self.properties, self.physical_id
        answer = self.send("Update", properties, old_id, old)
        new_id = answer["PhysicalResourceId"]
        if answer["Status"] == "SUCCESS" and other_fails is None:
            self.physical_id, self.properties = new_id, properties
            if new_id != old_id:
                self.send("Delete", old, old_id)
            return answer
        order = other_fails or "update-old"
        if order == "delete-first" and new_id != old_id:
            self.send("Delete", properties, new_id)
        if order != "delete-only" or new_id == old_id:
            held = new_id if order in ("update-new", "delete-first") else old_id
            back = self.send("Update", old, held, properties)
            assert back["Status"] == "SUCCESS", back
            self.physical_id = back["PhysicalResourceId"]
            if self.physical_id != old_id:
                assert self.sagemaker.status(old_id) in ("Failed", "Stopped"), (
                    "the roll-back must come back to the old job"
                )
                assert self.physical_id != new_id, "and never to the new one"
        if new_id != old_id:
            self.send("Delete", properties, new_id)
        return answer

    def delete(self) -> dict[str, Any]:
        assert self.properties is not None and self.physical_id is not None
        answer = self.send("Delete", self.properties, self.physical_id)
        if answer["Status"] == "SUCCESS":
            self.physical_id = self.properties = None
        return answer


def properties(**changes: Any) -> dict[str, Any]:
    """Properties of the resource; keyword arguments replace or add."""
    return {
        "ServiceTimeout": "3600",
        "Request": request(),
        "Tags": [{"Key": "team", "Value": "red"}],
        "NamePrefix": "models-tuning",
        "WaitFor": "created",
        "OnDelete": "stop",
    } | changes


A = properties()
B = properties(Request=request(MaxNumberOfTrainingJobs="5"))
