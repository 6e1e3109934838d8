"""What takes too long for each run of the tests: ``make integration-large``."""

from aws_cdk import Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.function_calls import hang, hop_numbers, killed
from tests.integration.planted import definition
from tests.integration.scale import many_jobs_in_a_stack, many_stacks_at_once
from tests.integration.stacks import function_of, one_job

COMPLETED = hpo.WaitFor.COMPLETED


def test_fifty_jobs_in_a_stack(deployer: Deployer) -> None:
    many_jobs_in_a_stack(deployer, 50)


def test_ten_stacks_at_once_with_throttling(cloud: LocalCloud, deployer: Deployer) -> None:
    many_stacks_at_once(cloud, deployer, 10)


def test_every_attempt_dies_before_a_job_is_made(cloud: LocalCloud, deployer: Deployer) -> None:
    """The report of that makes nothing new; the resource fails with the first answer that there is."""
    cloud.inject_faults([hang(times=3)])
    after = deployer.deploy("Unmade", one_job(function_seconds=3), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    assert killed(deployer, "Unmade") == 3
    assert "failed at every attempt" in deployer.reasons("Unmade", "Tuning")["CREATE_FAILED"]
    assert [each[:2] for each in deployer.answers("Unmade")] == [("Create", "FAILED"), ("Delete", "SUCCESS")]
    assert deployer.created() == []


def test_every_attempt_dies_after_the_job_was_made(cloud: LocalCloud, deployer: Deployer) -> None:
    """The report of that finds the job: it is what was wanted, and it stays."""
    cloud.inject_faults([hang(nth=2, times=3)])
    deployed = deployer.deploy("Dying", one_job(function_seconds=3))
    (name,) = deployer.names()
    assert killed(deployer, "Dying") == 3
    assert deployer.outputs(deployed)["Name"] == name
    assert deployer.answers("Dying") == [("Create", "SUCCESS", name)]
    assert deployer.status(name) == "InProgress"


def test_every_attempt_of_an_update_dies(cloud: LocalCloud, deployer: Deployer) -> None:
    deployer.deploy("DyingUpdate", one_job(function_seconds=3))
    (first,) = deployer.names()
    # The looks at the present job and at the new name pass; those after the create call hang.
    cloud.inject_faults([hang(nth=3, times=6)])
    after = deployer.deploy("DyingUpdate", one_job(definition(8), function_seconds=3), check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert killed(deployer, "DyingUpdate") == 6
    assert "failed at every attempt" in deployer.reasons("DyingUpdate", "Tuning")["UPDATE_FAILED"]
    assert deployer.outputs(after)["Name"] == first
    assert len(deployer.names()) == 2
    assert deployer.statuses() == ["InProgress", "Stopped"]


def test_an_update_whose_time_is_up(deployer: Deployer) -> None:
    deployer.deploy("LateUpdate", one_job())
    after = deployer.deploy("LateUpdate", one_job(definition(8), wait_for=COMPLETED, seconds=6), check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    first, second = deployer.names()
    assert "within the time limit of 6 s" in deployer.reasons("LateUpdate", "Tuning")["UPDATE_FAILED"]
    assert deployer.answers("LateUpdate")[1][1:] == ("FAILED", second)
    assert deployer.outputs(after)["Name"] == first
    assert deployer.statuses() == ["InProgress", "Stopped"]


def test_a_chain_that_reaches_the_time_limit(deployer: Deployer) -> None:
    after = deployer.deploy("HopsOut", one_job(wait_for=COMPLETED, function_seconds=3, seconds=10), check=False)
    assert after["StackStatus"] == "ROLLBACK_COMPLETE"
    (name,) = deployer.names()
    assert "within the time limit of 10 s" in deployer.reasons("HopsOut", "Tuning")["CREATE_FAILED"]
    assert deployer.answers("HopsOut") == [("Create", "FAILED", name), ("Delete", "SUCCESS", name)]
    assert len(hop_numbers(deployer, "HopsOut", "Create")) >= 3
    assert deployer.statuses() == ["Stopped"]


def test_a_function_that_cannot_even_start(deployer: Deployer) -> None:
    """Nobody can answer then but CloudFormation's own clock; nothing was made, and the deletion fails likewise."""

    def build(stack: Stack) -> None:
        one_job(seconds=3)(stack)
        function_of(stack).handler = "tuning_job.handler.missing"

    after = deployer.deploy("Broken", build, check=False)
    assert after["StackStatus"] == "ROLLBACK_FAILED"
    assert "did not receive a response" in deployer.reasons("Broken", "Tuning")["CREATE_FAILED"]
    assert deployer.answers("Broken") == []
    assert deployer.created() == []
