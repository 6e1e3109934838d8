"""Tags of ours that cannot be written: bookkeeping never keeps a job running, and never fails a deployment."""

from typing import Any

import pytest

from tests.handler.cloudformation import A, B, CloudFormation, properties, request
from tests.handler.world import Fault

ALWAYS = 10_000
DENIED = ("AccessDeniedException", "explicit deny", 400)
THROTTLED = ("ThrottlingException", "Rate exceeded", 400)
INVALID = ("ValidationException", "no tags for you", 400)
TROUBLES = pytest.mark.parametrize("trouble", [DENIED, THROTTLED, INVALID], ids=lambda trouble: trouble[0])


def refuse_tags(cloud: CloudFormation, trouble: tuple[str, str, int], times: int = ALWAYS) -> None:
    code, message, status = trouble
    cloud.sagemaker.faults = [Fault("AddTags", code, message, times=times, status=status)]


def stop_asked_after(cloud: CloudFormation, begun: float) -> float:
    (asked,) = cloud.sagemaker.stops.values()
    return asked - begun


@TROUBLES
@pytest.mark.parametrize("timeout", ["10", "3600"])
@pytest.mark.parametrize("function_seconds", [5.0, 900.0])
def test_destroy_stops_a_job_that_cannot_be_marked(
    trouble: tuple[str, str, int], timeout: str, function_seconds: float
) -> None:
    cloud = CloudFormation(function_seconds=function_seconds)
    name = cloud.create({**A, "ServiceTimeout": timeout})["PhysicalResourceId"]
    refuse_tags(cloud, trouble)
    begun = cloud.clock.now()
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) == "Stopped"
    assert stop_asked_after(cloud, begun) < 10, "stopped at once, and marked when that is possible"
    assert cloud.clock.now() - begun < 120


@pytest.mark.parametrize("trouble", [DENIED, THROTTLED], ids=lambda trouble: trouble[0])
def test_the_mark_is_made_up_for_after_the_stop(cloud: CloudFormation, trouble: tuple[str, str, int]) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    refuse_tags(cloud, trouble, times=5)
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.records[name].tags["cdk-hpo:released"] == "true"


@TROUBLES
def test_failed_create_stops_a_job_that_cannot_be_marked(cloud: CloudFormation, trouble: tuple[str, str, int]) -> None:
    refuse_tags(cloud, trouble)
    answer = cloud.deliver(cloud.event("Create", {**A, "WaitFor": "completed", "ServiceTimeout": "60"}))
    assert answer is not None and answer["Status"] == "FAILED" and "not ready within" in answer["Reason"]
    assert cloud.sagemaker.live() == []


@TROUBLES
def test_roll_back_stops_what_a_cancelled_update_left(cloud: CloudFormation, trouble: tuple[str, str, int]) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.send("Update", B, old, A)
    refuse_tags(cloud, trouble)
    assert cloud.send("Update", A, old, B)["PhysicalResourceId"] == old
    assert cloud.sagemaker.live() == [old]


@TROUBLES
def test_return_to_an_older_configuration_runs_it_anew(cloud: CloudFormation, trouble: tuple[str, str, int]) -> None:
    """Even if the old job could not be marked when it was stopped."""
    first = cloud.create(A)["PhysicalResourceId"]
    refuse_tags(cloud, trouble)
    second = cloud.update(B)["PhysicalResourceId"]
    cloud.sagemaker.faults = []
    assert cloud.sagemaker.records[first].tags["cdk-hpo:released"] == "false"
    third = cloud.update(A)["PhysicalResourceId"]
    assert len({first, second, third}) == 3
    assert cloud.sagemaker.live() == [third]


def test_as_many_tags_as_the_construct_allows(cloud: CloudFormation) -> None:
    """44 of the user and six of ours make 50: all marks find their place."""
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(44)]
    first = cloud.create({**A, "Tags": tags})["PhysicalResourceId"]
    assert len(cloud.sagemaker.records[first].tags) == 50
    cloud.update({**B, "Tags": tags})
    assert cloud.sagemaker.records[first].tags["cdk-hpo:released"] == "true"
    assert len(cloud.sagemaker.records[first].tags) == 50
    third = cloud.update({**A, "Tags": tags})["PhysicalResourceId"]
    assert third != first
    others = [{"Key": f"o{number}", "Value": "v"} for number in range(44)]
    assert cloud.update({**A, "Tags": others})["PhysicalResourceId"] == third
    assert len(cloud.sagemaker.records[third].tags) == 50
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == []


@pytest.mark.parametrize("order", ["update-new", "update-old", "delete-only", "delete-first"])
@pytest.mark.parametrize("wait_for", ["created", "completed"])
def test_roll_back_to_a_job_that_has_completed_keeps_it(cloud: CloudFormation, order: str, wait_for: str) -> None:
    options = {"WaitFor": wait_for}
    old = cloud.create({**A, **options})["PhysicalResourceId"]
    cloud.sagemaker.end(old)
    cloud.update({**B, **options}, other_fails=order)
    assert cloud.physical_id == old
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 2


@pytest.mark.parametrize("order", ["update-new", "delete-first"])
@pytest.mark.parametrize("ended", ["Stopped", "Failed"])
def test_roll_back_to_a_job_that_has_ended_badly_runs_its_configuration_anew(
    cloud: CloudFormation, order: str, ended: str
) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.end(old, ended)
    failed = cloud.update(B, other_fails=order)["PhysicalResourceId"]
    assert cloud.physical_id not in (old, failed)
    assert cloud.sagemaker.live() == [cloud.physical_id]
    before = cloud.sagemaker.statuses()
    for event in cloud.events:
        cloud.deliver(event)
    assert cloud.sagemaker.statuses() == before, "late copies change nothing"


@pytest.mark.parametrize("order", ["update-old", "delete-only"])
def test_roll_back_with_the_id_of_a_job_that_has_ended_badly_keeps_it(cloud: CloudFormation, order: str) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.end(old, "Stopped")
    cloud.update(B, other_fails=order)
    assert cloud.physical_id == old and cloud.sagemaker.live() == []


def test_roll_back_to_a_job_that_is_stopping_runs_its_configuration_anew(cloud: CloudFormation) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    new = cloud.send("Update", B, old, A)["PhysicalResourceId"]
    cloud.sagemaker.settings.stop_seconds = 600
    cloud.sagemaker.stop(old)
    back = cloud.send("Update", A, new, B)["PhysicalResourceId"]
    assert back not in (old, new)


@pytest.mark.parametrize("function_seconds", [20.0, 900.0])
@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("denied", [True, False])
def test_roll_back_waiting_for_a_job_that_then_fails_makes_no_third_one(
    function_seconds: float, dated: bool, denied: bool
) -> None:
    cloud = CloudFormation(function_seconds=function_seconds, dated=dated)
    old = cloud.create(A)["PhysicalResourceId"]
    new = cloud.send("Update", B, old, A)["PhysicalResourceId"]
    if denied:
        refuse_tags(cloud, DENIED)
    cloud.sagemaker.end(old, "Failed", after=100)
    answer = cloud.send("Update", {**A, "WaitFor": "completed"}, new, B)
    assert answer["Status"] == "FAILED" and f"{old} ended Failed" in answer["Reason"]
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 2


@TROUBLES
def test_notes_of_ours_that_are_refused_fail_no_update(cloud: CloudFormation, trouble: tuple[str, str, int]) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    refuse_tags(cloud, trouble)
    begun = cloud.clock.now()
    assert cloud.update({**A, "ServiceTimeout": "600"})["PhysicalResourceId"] == name
    assert cloud.update({**A, "Tags": []})["Status"] == "SUCCESS", "the user's tag can be taken off all the same"
    assert "team" not in cloud.sagemaker.records[name].tags
    assert cloud.clock.now() - begun < 15
    cloud.update(B, other_fails="update-old")
    assert cloud.physical_id == name and cloud.sagemaker.live() == [name]


def test_note_that_is_throttled_is_tried_again(cloud: CloudFormation) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    before = cloud.sagemaker.records[name].tags["cdk-hpo:settled"]
    refuse_tags(cloud, THROTTLED, times=2)
    cloud.update({**A, "ServiceTimeout": "600"})
    assert cloud.sagemaker.records[name].tags["cdk-hpo:settled"] > before


@pytest.mark.parametrize("trouble", [DENIED, INVALID], ids=lambda trouble: trouble[0])
def test_tags_of_the_user_that_are_refused_fail_the_update(
    cloud: CloudFormation, trouble: tuple[str, str, int]
) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    refuse_tags(cloud, trouble)
    answer = cloud.update(properties(Tags=[{"Key": "x", "Value": "y"}]))
    assert answer["Status"] == "FAILED" and f"{trouble[0]}: {trouble[1]}" in answer["Reason"]
    assert cloud.physical_id == name and cloud.sagemaker.live() == [name]


def test_a_job_without_the_tag_of_the_stack_is_never_tagged(cloud: CloudFormation) -> None:
    """The function is not permitted to; a try would only cost the time until its denial is taken as final."""
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.records[name].tags = {"team": "red"}
    calls = len(cloud.sagemaker.calls)
    begun = cloud.clock.now()
    answer = cloud.update(properties(Tags=[{"Key": "team", "Value": "blue"}]))
    assert answer["Status"] == "FAILED" and "has lost the tag cdk-hpo:stack" in answer["Reason"]
    assert cloud.physical_id == name and cloud.clock.now() - begun < 10
    assert cloud.update({**A, "WaitFor": "created", "ServiceTimeout": "60"})["PhysicalResourceId"] == name
    assert "has lost the tag cdk-hpo:stack" in cloud.delete()["Reason"]
    assert not [call for call, _ in cloud.sagemaker.calls[calls:] if call in ("AddTags", "DeleteTags")]


@pytest.mark.parametrize("fixed", [{}, {"Name": "nightly"}], ids=["generated", "fixed"])
def test_tags_that_are_not_visible_yet_are_not_written_again(cloud: CloudFormation, fixed: dict[str, Any]) -> None:
    cloud.sagemaker.visibility.tags = 3600
    assert cloud.create({**A, **fixed})["Status"] == "SUCCESS"
    assert cloud.sagemaker.count("AddTags") == 0


def test_keys_of_ours_among_the_tags_of_the_user_are_ignored(cloud: CloudFormation) -> None:
    mine = {"cdk-hpo:released": "true", "cdk-hpo:stack": "other", "cdk-hpo:settled": "9999999999", "cdk-hpo:x": "y"}
    bad = [{"Key": key, "Value": value} for key, value in mine.items()]
    good = [{"Key": "team", "Value": "red"}]

    def check(name: str) -> None:
        tags = cloud.sagemaker.records[name].tags
        assert "cdk-hpo:x" not in tags and tags["cdk-hpo:released"] == "false"
        assert tags["cdk-hpo:stack"] != "other" and tags["cdk-hpo:settled"] < "9999999999"
        assert len([key for key in tags if key.startswith("cdk-hpo:")]) == 6

    first = cloud.create({**A, "Tags": bad + good})["PhysicalResourceId"]
    check(first)
    assert cloud.update({**A, "Tags": good})["PhysicalResourceId"] == first
    check(first)
    assert cloud.update({**A, "Tags": bad})["PhysicalResourceId"] == first
    check(first)
    second = cloud.update({**B, "Tags": bad}, other_fails="update-new")["PhysicalResourceId"]
    assert second != first and cloud.physical_id == first
    third = cloud.update({"Request": request(MaxNumberOfTrainingJobs="9"), "Tags": bad})["PhysicalResourceId"]
    check(third)
    assert cloud.delete()["Status"] == "SUCCESS" and cloud.sagemaker.live() == []
