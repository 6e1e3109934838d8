"""``OnDelete=leave`` lets a job run whose event had succeeded, and nothing that a failed event has made."""

from typing import Any

import pytest

from tests.handler.cloudformation import A, B, CloudFormation
from tests.handler.world import Crash, Fault

LEAVE = {"OnDelete": "leave"}
LATE = {**LEAVE, "WaitFor": "completed", "ServiceTimeout": "60"}


def test_failed_create_stops_its_job(cloud: CloudFormation) -> None:
    cloud.sagemaker.settings.stop_seconds = 50
    event = cloud.event("Create", {**A, **LATE})
    answer = cloud.deliver(event)
    assert answer is not None and answer["Status"] == "FAILED"
    name = answer["PhysicalResourceId"]
    assert cloud.sagemaker.status(name) == "Stopping"
    assert cloud.send("Delete", {**A, **LATE, "ServiceTimeout": "600"}, name)["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) == "Stopped", "waited for, as its role goes next"


def test_failed_update_stops_its_job_and_the_old_one_runs_on(cloud: CloudFormation) -> None:
    old = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    answer = cloud.update({**B, **LATE})
    assert answer["Status"] == "FAILED" and answer["PhysicalResourceId"] != old
    assert cloud.physical_id == old and cloud.sagemaker.live() == [old]


@pytest.mark.parametrize("copies", [1, 2])
def test_clean_up_stops_what_the_failed_create_could_not(cloud: CloudFormation, copies: int) -> None:
    cloud.sagemaker.faults = [Fault("StopHyperParameterTuningJob", "InternalFailure", "", times=20, status=500)]
    answer = cloud.deliver(cloud.event("Create", {**A, **LATE}))
    assert answer is not None and answer["Status"] == "FAILED"
    name = answer["PhysicalResourceId"]
    assert cloud.sagemaker.live() == [name]
    cloud.sagemaker.faults = []
    delete = cloud.event("Delete", {**A, **LATE, "ServiceTimeout": "600"}, name)
    for _ in range(copies):
        cloud.deliver(delete)
    assert cloud.answers[delete["RequestId"]][0]["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) == "Stopped"


def test_create_that_never_answered_is_stopped_by_its_delete(cloud: CloudFormation) -> None:
    left = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    cloud.delete()
    lost = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    assert cloud.send("Delete", {**A, **LEAVE}, "Models-Tuning-1ABCDEFGHIJKL")["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(lost) == "Stopped"
    assert cloud.sagemaker.live() == [left], "what an earlier delete has left runs on"


@pytest.mark.parametrize("crashes", [False, True])
def test_late_copies_never_stop_what_was_left(cloud: CloudFormation, crashes: bool) -> None:
    name = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    if crashes:  # the delete dies right after it has marked the job, and is delivered again
        cloud.sagemaker.after = lambda number, operation: _crash_once(cloud, operation)
    cloud.delete()
    assert cloud.sagemaker.live() == [name]
    for event in cloud.events:
        cloud.deliver(event)
        assert cloud.sagemaker.live() == [name]


def _crash_once(cloud: CloudFormation, operation: str) -> None:
    if operation == "AddTags" and not cloud.crashes:
        raise Crash


def test_replaced_job_runs_on(cloud: CloudFormation) -> None:
    old = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    new = cloud.update({**B, **LEAVE})["PhysicalResourceId"]
    assert sorted(cloud.sagemaker.live()) == sorted([old, new])
    assert cloud.update({**A, **LEAVE})["PhysicalResourceId"] not in (old, new)


def test_new_job_taken_back_for_another_resource_runs_on(cloud: CloudFormation) -> None:
    """It cannot be told from a deliberate delete."""
    old = cloud.create({**A, **LEAVE})["PhysicalResourceId"]
    new = cloud.update({**B, **LEAVE}, other_fails="update-new")["PhysicalResourceId"]
    assert cloud.physical_id == old and sorted(cloud.sagemaker.live()) == sorted([old, new])


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_job_that_cannot_be_marked_is_left_all_the_same(cloud: CloudFormation, code: str) -> None:
    properties: dict[str, Any] = {**A, **LEAVE, "ServiceTimeout": "900"}
    name = cloud.create(properties)["PhysicalResourceId"]
    cloud.sagemaker.faults = [Fault("AddTags", code, "no", times=10_000)]
    begun = cloud.clock.now()
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == [name] and cloud.clock.now() - begun < 900
