"""Create, replace, fail and take back: what the stack's events tell, what the function is sent, what SageMaker has."""

import time

import pytest
from aws_cdk import RemovalPolicy, Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration import planted
from tests.integration.deployment import Deployer
from tests.integration.planted import definition
from tests.integration.stacks import one_job

ROLL_BACKS = ["update-new", "update-old", "delete-first", "delete-only"]
CREATE = "CreateHyperParameterTuningJob"
FUNCTION = "TuningJobFunction"
BEFORE_THE_JOB = ["TuningRole", f"{FUNCTION}LogGroup", f"{FUNCTION}Role", FUNCTION, f"{FUNCTION}Policy"]


def refuse_jobs(cloud: LocalCloud, message: str = "The instance type is not offered here.") -> None:
    cloud.inject_faults([{"operation": CREATE, "code": "ValidationException", "message": message, "times": 0}])


def test_create_and_delete_while_it_runs(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(stop_seconds=2)
    deployer.deploy("Whole", one_job())
    (name,) = deployer.names()
    told = deployer.story("Whole", "Tuning", *BEFORE_THE_JOB, f"{FUNCTION}OnFailure")
    for before in (*BEFORE_THE_JOB, f"{FUNCTION}OnFailure"):
        assert told.index(f"{before} CREATE_COMPLETE") < told.index("Tuning CREATE_IN_PROGRESS"), before
    assert told[-2:] == ["Tuning CREATE_COMPLETE", "Whole CREATE_COMPLETE"]
    assert deployer.status(name) == "InProgress"

    seen = deployer.events_so_far("Whole")
    deployer.destroy("Whole")
    told = deployer.story("Whole", "Tuning", *BEFORE_THE_JOB, f"{FUNCTION}OnFailure", since=seen)
    assert told[:3] == ["Whole DELETE_IN_PROGRESS", "Tuning DELETE_IN_PROGRESS", "Tuning DELETE_COMPLETE"]
    assert told[-1] == "Whole DELETE_COMPLETE"
    # The role of the job, and all that the function needs to stop it, outlive it.
    for after in (*BEFORE_THE_JOB, f"{FUNCTION}OnFailure"):
        assert told.index("Tuning DELETE_COMPLETE") < told.index(f"{after} DELETE_IN_PROGRESS"), after
    assert deployer.sent("Whole") == [("Create", None), ("Delete", name)]
    assert deployer.answers("Whole") == [("Create", "SUCCESS", name), ("Delete", "SUCCESS", name)]
    described = deployer.describe(name)
    assert described["HyperParameterTuningJobStatus"] == "Stopped"
    gone = next(
        each["Timestamp"]
        for each in cloud.stack_events(deployer.stack_id("Whole"))
        if each["LogicalResourceId"].startswith("Tuning") and each["ResourceStatus"] == "DELETE_COMPLETE"
    )
    assert described["HyperParameterTuningEndTime"] <= gone, "the deletion has waited for the end"
    # While it stopped nothing else was asked of it than how it is.
    stops = [each["operation"] for each in deployer.calls() if each["operation"] != "DescribeHyperParameterTuningJob"]
    assert stops.count("StopHyperParameterTuningJob") == 1


def test_replacement_and_clean_up(deployer: Deployer) -> None:
    deployer.deploy("Replaced", one_job())
    seen = deployer.events_so_far("Replaced")
    deployer.deploy("Replaced", one_job(definition(8)))
    first, second = deployer.names()
    assert deployer.story("Replaced", "Tuning", since=seen) == [
        "Replaced UPDATE_IN_PROGRESS",
        "Tuning UPDATE_IN_PROGRESS",
        "Tuning UPDATE_COMPLETE",
        "Replaced UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "Tuning DELETE_IN_PROGRESS",
        "Tuning DELETE_COMPLETE",
        "Replaced UPDATE_COMPLETE",
    ]
    assert deployer.sent("Replaced") == [("Create", None), ("Update", first), ("Delete", first)]
    assert [each[1:] for each in deployer.answers("Replaced")] == [
        ("SUCCESS", first),
        ("SUCCESS", second),
        ("SUCCESS", first),
    ]
    assert deployer.statuses() == ["Stopped", "InProgress"]


def test_a_job_that_stops_more_slowly_than_the_clean_up_waits(cloud: LocalCloud, deployer: Deployer) -> None:
    deployer.deploy("Slow", one_job(seconds=3))
    cloud.configure(stop_seconds=60)
    seen = deployer.events_so_far("Slow")
    after = deployer.deploy("Slow", one_job(definition(8), seconds=3))
    assert after["StackStatus"] == "UPDATE_COMPLETE"
    first, second = deployer.names()
    # CloudFormation forgets the job after three tries; it stops all the same, and is not taken back later.
    assert deployer.sent("Slow")[2:] == [("Delete", first)] * 3
    told = deployer.story("Slow", "Tuning", since=seen)
    assert told.count("Tuning DELETE_FAILED") == 3
    assert "It goes on stopping" in deployer.reasons("Slow", "Tuning")["DELETE_FAILED"]
    assert deployer.statuses() == ["Stopping", "InProgress"]
    assert deployer.tags(first)["cdk-hpo:released"] == "true"
    cloud.configure(stop_seconds=0.2)
    deployer.destroy("Slow")
    assert deployer.statuses() == ["Stopped", "Stopped"]
    assert second in deployer.sent("Slow")[-1]


def test_a_create_that_the_service_refuses(cloud: LocalCloud, deployer: Deployer) -> None:
    refuse_jobs(cloud, planted.ECHO)
    after = deployer.deploy("Refused", one_job(), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    assert deployer.story("Refused", "Tuning") == [
        "Refused CREATE_IN_PROGRESS",
        "Tuning CREATE_IN_PROGRESS",
        "Tuning CREATE_FAILED",
        "Refused ROLLBACK_IN_PROGRESS",
        "Tuning DELETE_IN_PROGRESS",
        "Tuning DELETE_COMPLETE",
        "Refused ROLLBACK_COMPLETE",
    ]
    reason = deployer.reasons("Refused", "Tuning")["CREATE_FAILED"]
    # The service repeats the secrets; the user gets the rest of its words.
    assert "at 'trainingJobDefinition' is not allowed" in reason and "***" in reason
    assert deployer.created() == []
    assert len(deployer.calls(CREATE)) == 1


def test_a_create_that_fails_after_the_job_was_made(cloud: LocalCloud, deployer: Deployer) -> None:
    under_way = deployer.begin("Ended", one_job(wait_for=hpo.WaitFor.COMPLETED))
    (name,) = deployer.wait_for(deployer.names)
    cloud.end_job(name, "Failed", f"AlgorithmError: {planted.ECHO}")
    assert under_way.result()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "AlgorithmError" in deployer.reasons("Ended", "Tuning")["CREATE_FAILED"]
    assert deployer.sent("Ended") == [("Create", None), ("Delete", name)]
    assert deployer.answers("Ended") == [("Create", "FAILED", name), ("Delete", "SUCCESS", name)]
    assert deployer.statuses() == ["Failed"]


def test_a_create_that_is_taken_back_because_another_resource_fails(deployer: Deployer) -> None:
    after = deployer.deploy("Innocent", one_job(fail=True), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    (name,) = deployer.names()
    told = deployer.story("Innocent", "Tuning", "Late")
    assert told[-6:] == [
        "Late CREATE_IN_PROGRESS",
        "Late CREATE_FAILED",
        "Innocent ROLLBACK_IN_PROGRESS",
        "Tuning DELETE_IN_PROGRESS",
        "Tuning DELETE_COMPLETE",
        "Innocent ROLLBACK_COMPLETE",
    ]
    assert deployer.sent("Innocent") == [("Create", None), ("Delete", name)]
    assert deployer.statuses() == ["Stopped"]


def test_a_create_that_another_resource_ends_while_it_waits(cloud: LocalCloud, deployer: Deployer) -> None:
    under_way = deployer.begin("Unheard", one_job(wait_for=hpo.WaitFor.COMPLETED, seconds=60))
    (name,) = deployer.wait_for(deployer.names)
    assert len(cloud.interrupt("Unheard")) == 1
    assert under_way.result()["StackStatus"] == "ROLLBACK_COMPLETE"
    assert deployer.reasons("Unheard", "Tuning")["CREATE_FAILED"] == "Resource creation cancelled"
    # CloudFormation has not heard the job's name and sends an id of its own making.
    _, (kind, made_up) = deployer.sent("Unheard")
    assert kind == "Delete" and made_up not in (None, name)
    assert deployer.statuses() == ["Stopped"]


def test_an_update_that_the_service_refuses(cloud: LocalCloud, deployer: Deployer) -> None:
    deployer.deploy("Kept", one_job())
    (name,) = deployer.names()
    seen = deployer.events_so_far("Kept")
    refuse_jobs(cloud)
    after = deployer.deploy("Kept", one_job(definition(8)), check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.outputs(after)["Name"] == name
    assert deployer.story("Kept", "Tuning", since=seen) == [
        "Kept UPDATE_IN_PROGRESS",
        "Tuning UPDATE_IN_PROGRESS",
        "Tuning UPDATE_FAILED",
        "Kept UPDATE_ROLLBACK_IN_PROGRESS",
        "Tuning UPDATE_IN_PROGRESS",
        "Tuning UPDATE_COMPLETE",
        "Kept UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "Kept UPDATE_ROLLBACK_COMPLETE",
    ]
    assert "The instance type is not offered here." in deployer.reasons("Kept", "Tuning")["UPDATE_FAILED"]
    assert deployer.sent("Kept")[1:] == [("Update", name), ("Update", name)]
    assert [each[1:] for each in deployer.answers("Kept")[1:]] == [("FAILED", name), ("SUCCESS", name)]
    assert deployer.statuses() == ["InProgress"]


@pytest.mark.parametrize("way", ROLL_BACKS)
@pytest.mark.parametrize("own", [False, True], ids=["another resource fails", "it fails itself"])
def test_an_update_taken_back(cloud: LocalCloud, deployer: Deployer, way: str, own: bool) -> None:
    stack = f"Back{ROLL_BACKS.index(way)}{'Own' if own else ''}"
    cloud.configure(roll_back=way)
    deployer.deploy(stack, one_job())
    (first,) = deployer.names()
    seen = deployer.events_so_far(stack)
    options = {"wait_for": hpo.WaitFor.COMPLETED} if own else {"fail": True}
    under_way = deployer.begin(stack, one_job(definition(8), **options))
    second = deployer.wait_for(lambda: deployer.names()[1:])[0]
    if own:
        cloud.end_job(second, "Failed", "All training jobs failed.")
    after = under_way.result()

    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.outputs(after)["Name"] == first
    assert deployer.names() == [first, second], "no third job"
    assert deployer.statuses() == ["InProgress", "Failed" if own else "Stopped"]
    held = {"update-new": second, "update-old": first, "delete-first": second}.get(way)
    back, delete = [("Update", held)] if held else [], [("Delete", second)]
    assert deployer.sent(stack)[2:] == (delete + back if way == "delete-first" else back + delete)
    told = deployer.story(stack, "Tuning", "Late", since=seen)
    failed = "Tuning" if own else "Late"
    assert told.index(f"{failed} UPDATE_FAILED") < told.index(f"{stack} UPDATE_ROLLBACK_IN_PROGRESS")
    assert told[-1] == f"{stack} UPDATE_ROLLBACK_COMPLETE"
    assert "Tuning DELETE_FAILED" not in told
    assert all(status == "SUCCESS" for _, status, _ in deployer.answers(stack)[2:])

    if way != ROLL_BACKS[0]:
        return
    # What the stack holds now can be worked with.
    third = deployer.outputs(deployer.deploy(stack, one_job(definition(9))))["Name"]
    assert third not in (first, second)
    assert deployer.statuses()[0] == "Stopped" and deployer.status(third) == "InProgress"


def test_cancelling_an_update_that_waits(cloud: LocalCloud, deployer: Deployer) -> None:
    deployer.deploy("Cancelled", one_job())
    (first,) = deployer.names()
    seen = deployer.events_so_far("Cancelled")
    under_way = deployer.begin("Cancelled", one_job(definition(8), wait_for=hpo.WaitFor.COMPLETED, seconds=60))
    second = deployer.wait_for(lambda: deployer.names()[1:])[0]
    time.sleep(1.1)  # CloudFormation tells the time of an event in whole seconds
    cloud.cancel_update("Cancelled")
    after = under_way.result()

    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.outputs(after)["Name"] == first
    assert deployer.story("Cancelled", "Tuning", since=seen) == [
        "Cancelled UPDATE_IN_PROGRESS",
        "Tuning UPDATE_IN_PROGRESS",
        "Tuning UPDATE_FAILED",
        "Cancelled UPDATE_ROLLBACK_IN_PROGRESS",
        "Tuning UPDATE_IN_PROGRESS",
        "Tuning UPDATE_COMPLETE",
        "Cancelled UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "Cancelled UPDATE_ROLLBACK_COMPLETE",
    ]
    assert deployer.reasons("Cancelled", "Tuning")["UPDATE_FAILED"] == "Resource update cancelled"
    assert deployer.sent("Cancelled")[1:] == [("Update", first), ("Update", first)]
    # The job that nobody will delete was found and stopped by the update back.
    assert deployer.names() == [first, second]
    assert deployer.wait_for(lambda: deployer.status(second) == "Stopped")
    assert deployer.status(first) == "InProgress"
    # The call that still waits sees that its job has been given up, and its answer changes nothing.
    stack = deployer.stack_id("Cancelled")
    late = deployer.wait_for(
        lambda: [each for each in cloud.answers() if each["StackId"] == stack and not each["expected"]]
    )
    assert [(each["status"], each["physical_id"]) for each in late] == [("FAILED", second)]
    assert "given up since" in late[0]["reason"]
    assert cloud.stack("Cancelled")["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"  # type: ignore[index]
    deployer.destroy("Cancelled")
    assert deployer.statuses() == ["Stopped", "Stopped"]


def test_a_retained_job_runs_on(deployer: Deployer) -> None:
    def build(stack: Stack) -> None:
        one_job(removal_policy=RemovalPolicy.RETAIN)(stack)

    deployer.deploy("Retained", build)
    deployer.destroy("Retained")
    assert "Tuning DELETE_SKIPPED" in deployer.story("Retained", "Tuning")
    assert deployer.sent("Retained") == [("Create", None)]
    assert deployer.statuses() == ["InProgress"]
