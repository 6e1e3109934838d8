"""Random histories: stack operations, faults, crashes, copies of events, and jobs that end by themselves.

After every stack operation: at most one live job of the resource, and it is the one that CloudFormation
holds; none live after a delete; the job of somebody else untouched; every event answered exactly once.
"""

import random

import pytest

from tests.handler.cloudformation import CloudFormation, properties, request
from tests.handler.world import Crash, Fault

CONFIGURATIONS = [request(MaxNumberOfTrainingJobs=str(number)) for number in (2, 3, 4)]
ORDERS = ["update-new", "update-old", "delete-only", "delete-first"]
PASSING = [
    ("ThrottlingException", "Rate exceeded", 400),
    ("InternalFailure", "", 500),
    ("ValidationException", "Could not assume role x", 400),
]


class History:
    def __init__(self, seed: int, *, dated: bool = True) -> None:
        self.random = random.Random(seed)
        self.cloud = CloudFormation(function_seconds=self.random.choice([20, 900]), dated=dated)
        self.cloud.sagemaker.CreateHyperParameterTuningJob({"HyperParameterTuningJobName": "theirs", "Tags": []})
        self.on_delete = self.random.choice(["stop", "stop", "delete"])
        self.script: list[str] = [f"on_delete: {self.on_delete}"]

    def wanted(self) -> dict[str, object]:
        return properties(
            Request=self.random.choice(CONFIGURATIONS),
            OnDelete=self.on_delete,
            Tags=[{"Key": key, "Value": "v"} for key in self.random.sample(["a", "b", "c"], self.random.randint(0, 3))],
        )

    def trouble(self) -> None:
        """Plan something that goes wrong during the next operation."""
        cloud, kind = self.cloud, self.random.choice(["none", "crash", "fault", "lost", "end", "crash"])
        self.script.append(f"  trouble: {kind}")
        cloud.sagemaker.faults = []
        at, after = len(cloud.sagemaker.calls) + self.random.randint(1, 12), self.random.random() < 0.5
        status = self.random.choice(["Completed", "Failed", "Stopped"])

        def strike(number: int, operation: str) -> None:
            if number != at:
                return
            if kind == "crash":
                raise Crash
            if kind == "end":
                for name in set(cloud.sagemaker.live()) - {"theirs"}:
                    cloud.sagemaker.end(name, status)

        cloud.sagemaker.before = cloud.sagemaker.after = lambda number, operation: None
        setattr(cloud.sagemaker, "after" if after else "before", strike)
        if kind in ("fault", "lost"):
            code, message, http = self.random.choice(PASSING)
            fault = Fault("*", code, message, times=self.random.randint(1, 6), status=http, after=kind == "lost")
            cloud.sagemaker.faults = [fault]

    def step(self) -> None:
        cloud = self.cloud
        self.trouble()
        if cloud.physical_id is None:
            self.script.append("create")
            assert cloud.create(self.wanted())["Status"] == "SUCCESS"
        else:
            choices = ["update", "update", "taken back", "invalid", "delete"]
            # Only the event's date tells what a cancelled update has left, and that a late copy is one; and an erased
            # record tells nobody that an event is over.
            choices += ["cancelled"] if cloud.dated else []
            choices += ["copy"] if cloud.dated and self.on_delete == "stop" else []
            match self.random.choice(choices):
                case "update":
                    self.script.append("update")
                    assert cloud.update(self.wanted())["Status"] == "SUCCESS"
                case "taken back":
                    order = self.random.choice(ORDERS)
                    self.script.append(f"update taken back: {order}")
                    cloud.update(self.wanted(), other_fails=order)
                case "cancelled":
                    self.script.append("update cancelled: its answer is not heard")
                    wanted = self.wanted()
                    cloud.send("Update", wanted, cloud.physical_id, cloud.properties)
                    back = cloud.send("Update", cloud.properties or {}, cloud.physical_id, wanted)
                    assert back["PhysicalResourceId"] == cloud.physical_id
                case "invalid":
                    self.script.append("update refused by the service")
                    cloud.sagemaker.faults = [Fault("CreateHyperParameterTuningJob", "ValidationException", "no")]
                    cloud.update(self.wanted())
                case "delete":
                    self.script.append("delete")
                    assert cloud.delete()["Status"] == "SUCCESS"
                case "copy":
                    event = self.random.choice(cloud.events)
                    self.script.append(f"copy of {event['RequestId']}")
                    cloud.deliver(event)
        self.check()

    def check(self) -> None:
        cloud, sagemaker = self.cloud, self.cloud.sagemaker
        live = set(sagemaker.live()) - {"theirs"}
        assert live <= {cloud.physical_id}, f"forgotten: {live - {cloud.physical_id}}"
        assert cloud.physical_id is None or sagemaker.status(cloud.physical_id) is not None
        assert sagemaker.records["theirs"].tags == {}
        for event in cloud.events:
            given = cloud.answers[event["RequestId"]]
            assert {answer["PhysicalResourceId"] for answer in given[:1]}


@pytest.mark.parametrize("seed", range(40))
def test_history(seed: int) -> None:
    tell(History(seed))


@pytest.mark.parametrize("seed", range(10))
def test_history_of_events_without_a_date(seed: int) -> None:
    tell(History(seed, dated=False))


def tell(history: History) -> None:
    try:
        for _ in range(8):
            history.step()
    except AssertionError:
        print("\n".join(history.script))
        raise
