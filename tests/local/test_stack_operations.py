"""Roll-back, cancellation and clean-up as CloudFormation does them, with the small function of the neighbour."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from tests.local.test_custom_resources import outputs, sent, template

NEW_AND_BACK = [("Create", None), ("Update", "thing-1")]


def story(cloud: LocalCloud, stack: str, *, after: int = 0) -> list[tuple[str, str]]:
    """Return the stack's own events and those of the custom resource, oldest first."""
    return [
        (event["LogicalResourceId"], event["ResourceStatus"])
        for event in cloud.stack_events(stack)[after:]
        if event["LogicalResourceId"] in (event["StackName"], "Thing")
    ]


def reasons(cloud: LocalCloud, stack: str) -> dict[tuple[str, str], str]:
    return {
        (event["LogicalResourceId"], event["ResourceStatus"]): event.get("ResourceStatusReason", "")
        for event in cloud.stack_events(stack)
    }


def wait_until(done: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def ways(cloud: LocalCloud) -> Any:
    yield cloud.configure
    cloud.configure(roll_back="update-new")


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("update-new", [("Update", "thing-2"), ("Delete", "thing-2")]),
        ("update-old", [("Update", "thing-1"), ("Delete", "thing-2")]),
        ("delete-first", [("Delete", "thing-2"), ("Update", "thing-2")]),
        ("delete-only", [("Delete", "thing-2")]),
    ],
)
@pytest.mark.parametrize("own", [False, True], ids=["another resource fails", "it fails itself"])
def test_orders_of_a_roll_back(cloud: LocalCloud, ways: Any, way: str, expected: list[Any], own: bool) -> None:
    ways(roll_back=way)
    name = f"{way}-{own}"
    cloud.deploy_template(template(), name)
    seen = len(cloud.stack_events(name))
    failure = {"mode": "fail"} if own else {"fail_later": True}
    after = cloud.deploy_template(template("thing-2", **failure), name, check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert outputs(after)["Ref"] == "thing-1"
    assert sent(cloud, name) == NEW_AND_BACK + expected
    physical = cloud.client("cloudformation").describe_stack_resource(StackName=name, LogicalResourceId="Thing")
    assert physical["StackResourceDetail"]["PhysicalResourceId"] == "thing-1"
    told = story(cloud, name, after=seen)
    back = {"UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"} if way != "delete-only" else {"UPDATE_COMPLETE"}
    start = told.index((name, "UPDATE_ROLLBACK_IN_PROGRESS"))
    cleanup = told.index((name, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"))
    deleted = told.index(("Thing", "DELETE_COMPLETE"))
    assert told[-1] == (name, "UPDATE_ROLLBACK_COMPLETE")
    assert (deleted < cleanup) == (way == "delete-first")
    assert {status for _, status in told[start + 1 : cleanup]} - {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"} == back
    assert [status for _, status in told].count("UPDATE_ROLLBACK_IN_PROGRESS") == 1
    cloud.destroy(name)
    assert sent(cloud, name)[-1] == ("Delete", "thing-1")


def test_a_roll_back_that_fails(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(mode="fail-back"), "Stuck")
    after = cloud.deploy_template(template("thing-2", fail_later=True), "Stuck", check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert ("Update", "thing-2") in sent(cloud, "Stuck")


def test_the_clean_up_shows(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(), "Cleaned")
    seen = len(cloud.stack_events("Cleaned"))
    cloud.deploy_template(template("thing-2"), "Cleaned")
    assert story(cloud, "Cleaned", after=seen) == [
        ("Cleaned", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_COMPLETE"),
        ("Cleaned", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Thing", "DELETE_IN_PROGRESS"),
        ("Thing", "DELETE_COMPLETE"),
        ("Cleaned", "UPDATE_COMPLETE"),
    ]


def test_the_clean_up_tries_three_times(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(mode="stays"), "Clinging")
    after = cloud.deploy_template(template("thing-2"), "Clinging")
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    assert sent(cloud, "Clinging")[2:] == [("Delete", "thing-1")] * 3
    assert story(cloud, "Clinging")[-7:] == [
        *[("Thing", "DELETE_IN_PROGRESS"), ("Thing", "DELETE_FAILED")] * 3,
        ("Clinging", "UPDATE_COMPLETE"),
    ]


def test_cancelling_an_update_that_waits(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(ServiceTimeout=60), "Cancelled")
    seen = len(cloud.stack_events("Cancelled"))
    waiting = template("thing-2", mode="mute", ServiceTimeout=60)
    update = threading.Thread(target=cloud.deploy_template, args=(waiting, "Cancelled"), kwargs={"check": False})
    update.start()
    wait_until(lambda: ("Update", "thing-1") in sent(cloud, "Cancelled"))
    cloud.cancel_update("Cancelled")
    update.join()
    # The id of an answer that was never heard cannot be deleted.
    assert sent(cloud, "Cancelled") == [("Create", None), ("Update", "thing-1"), ("Update", "thing-1")]
    assert story(cloud, "Cancelled", after=seen) == [
        ("Cancelled", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_FAILED"),
        ("Cancelled", "UPDATE_ROLLBACK_IN_PROGRESS"),
        ("Thing", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_COMPLETE"),
        ("Cancelled", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Cancelled", "UPDATE_ROLLBACK_COMPLETE"),
    ]
    told = reasons(cloud, "Cancelled")
    assert told["Thing", "UPDATE_FAILED"] == "Resource update cancelled"
    assert told["Cancelled", "UPDATE_ROLLBACK_IN_PROGRESS"] == "User Initiated"
    with pytest.raises(cloud.client("cloudformation").exceptions.ClientError, match="current stack status"):
        cloud.cancel_update("Cancelled")


def test_a_create_that_another_resource_ends(cloud: LocalCloud) -> None:
    waiting = template(mode="mute", ServiceTimeout=60)
    create = threading.Thread(target=cloud.deploy_template, args=(waiting, "Ended"), kwargs={"check": False})
    create.start()
    wait_until(lambda: sent(cloud, "Ended"))
    assert cloud.interrupt("Ended") == ["Thing"]
    create.join()
    assert reasons(cloud, "Ended")["Thing", "CREATE_FAILED"] == "Resource creation cancelled"
    _, (kind, made_up) = sent(cloud, "Ended")
    assert kind == "Delete" and str(made_up).startswith("Ended-Thing-")
    assert story(cloud, "Ended")[-4:] == [
        ("Ended", "ROLLBACK_IN_PROGRESS"),
        ("Thing", "DELETE_IN_PROGRESS"),
        ("Thing", "DELETE_COMPLETE"),
        ("Ended", "ROLLBACK_COMPLETE"),
    ]
    assert cloud.interrupt("Ended") == []


def test_what_is_half_made_stays_without_a_roll_back_until_the_stack_goes(cloud: LocalCloud) -> None:
    client = cloud.client("cloudformation")
    client.create_stack(
        StackName="Halves",
        TemplateBody=json.dumps(template(mode="fail")),
        DisableRollback=True,
        Capabilities=["CAPABILITY_IAM"],
    )
    wait_until(lambda: cloud.stack("Halves")["StackStatus"] == "CREATE_FAILED")  # type: ignore[index]
    assert sent(cloud, "Halves") == [("Create", None)]
    cloud.destroy("Halves")
    assert sent(cloud, "Halves")[1:] == [("Delete", "thing-1")]


def test_an_unknown_order_is_refused(cloud: LocalCloud) -> None:
    with pytest.raises(ValueError, match="roll_back must be one of update-new"):
        cloud.configure(roll_back="none")
