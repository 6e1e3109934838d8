"""Time that is up: the resource's, the function's, and calls of the function that die each time they are tried."""

from aws_cdk import CfnOutput, Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.function_calls import hang, hop_numbers, killed
from tests.integration.planted import definition
from tests.integration.stacks import one_job

COMPLETED = hpo.WaitFor.COMPLETED


def test_the_function_says_so_before_the_time_is_up(deployer: Deployer) -> None:
    after = deployer.deploy("Late", one_job(wait_for=COMPLETED, seconds=6), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    (name,) = deployer.names()
    reason = deployer.reasons("Late", "Tuning")["CREATE_FAILED"]
    assert "was not ready within the time limit of 6 s: the job is InProgress" in reason
    assert "did not receive a response" not in reason
    assert deployer.sent("Late") == [("Create", None), ("Delete", name)]
    assert deployer.answers("Late") == [("Create", "FAILED", name), ("Delete", "SUCCESS", name)]
    assert deployer.statuses() == ["Stopped"]


def test_a_chain_of_short_calls(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=9)
    deployed = deployer.deploy("Hopping", one_job(wait_for=COMPLETED, function_seconds=3))
    (name,) = deployer.names()
    assert deployer.outputs(deployed)["Name"] == name
    assert deployer.status(name) == "Completed"
    assert deployer.answers("Hopping") == [("Create", "SUCCESS", name)]
    hops = hop_numbers(deployer, "Hopping", "Create")
    assert hops == list(range(len(hops))) and len(hops) >= 4
    assert killed(deployer, "Hopping") == 0


def test_a_call_that_is_killed_by_its_own_time_limit_is_made_good(cloud: LocalCloud, deployer: Deployer) -> None:
    # Killed after the create call and before the answer.
    cloud.inject_faults([hang(nth=2, times=1)])
    deployed = deployer.deploy("Killed", one_job(function_seconds=3))
    (name,) = deployer.names()
    assert deployer.outputs(deployed)["Name"] == name
    assert killed(deployer, "Killed") == 1
    assert deployer.answers("Killed") == [("Create", "SUCCESS", name)]
    assert deployer.status(name) == "InProgress"


def test_a_create_call_whose_answer_is_lost(cloud: LocalCloud, deployer: Deployer) -> None:
    fault = {"operation": "CreateHyperParameterTuningJob", "seconds": 6, "after": True}
    cloud.inject_faults([fault])
    deployed = deployer.deploy("Lost", one_job(function_seconds=3))
    assert killed(deployer, "Lost") == 1
    name = deployer.outputs(deployed)["Name"]
    assert deployer.status(name) == "InProgress"
    assert [each["HyperParameterTuningJobName"] for each in cloud.client("sagemaker").list_hyper_parameter_tuning_jobs(
        NameContains="lost-tuning")["HyperParameterTuningJobSummaries"]] == [name]  # fmt: skip


def test_every_attempt_dies_and_every_attempt_of_the_report(cloud: LocalCloud, deployer: Deployer) -> None:
    """Lambda reports to the function itself that all three tries have failed, and then that those of the report have.

    What is called with the second report answers without a look; its answer names the job, which is then deleted.
    """
    cloud.inject_faults([hang(nth=2, times=6)])  # the first look is before the create call
    after = deployer.deploy("Dead", one_job(function_seconds=3), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    (name,) = deployer.names()
    assert killed(deployer, "Dead") == 6
    words = "The function failed at every attempt (RetriesExhausted); its log says why"
    assert words in deployer.reasons("Dead", "Tuning")["CREATE_FAILED"]
    assert deployer.sent("Dead") == [("Create", None), ("Delete", name)]
    assert deployer.answers("Dead") == [("Create", "FAILED", name), ("Delete", "SUCCESS", name)]
    assert deployer.statuses() == ["Stopped"]
    assert deployer.story("Dead", "Tuning")[-4:] == [
        "Dead ROLLBACK_IN_PROGRESS",
        "Tuning DELETE_IN_PROGRESS",
        "Tuning DELETE_COMPLETE",
        "Dead ROLLBACK_COMPLETE",
    ]


def test_a_child_waits_for_its_parent(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=3)

    def build(stack: Stack) -> None:
        parent = hpo.HyperParameterTuningJob(stack, "Parent", definition(), wait_for=COMPLETED)
        warm = hpo.WarmStart([parent], type=hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM)
        child = hpo.HyperParameterTuningJob(stack, "Child", definition(warm_start=warm))
        CfnOutput(stack, "Names", value=f"{parent.tuning_job_name} {child.tuning_job_name}")

    deployed = deployer.deploy("Family", build)
    parent, child = deployer.names()
    assert deployer.outputs(deployed)["Names"] == f"{parent} {child}"
    told = deployer.story("Family", "Parent", "Child")
    assert told.index("Parent CREATE_COMPLETE") < told.index("Child CREATE_IN_PROGRESS")
    described = deployer.describe(child)
    assert described["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": parent}],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    }
    assert deployer.describe(parent)["HyperParameterTuningEndTime"] <= described["CreationTime"]
    seen = deployer.events_so_far("Family")
    deployer.destroy("Family")
    told = deployer.story("Family", "Parent", "Child", since=seen)
    assert told.index("Child DELETE_COMPLETE") < told.index("Parent DELETE_IN_PROGRESS")
