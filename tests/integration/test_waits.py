"""What workflows do after a minute or more of waiting, in a local cloud where it passes fifty times as fast."""

from collections.abc import Iterator

import pytest
from aws_cdk import Duration

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud, process
from tests.integration.deployment import Deployer
from tests.integration.executions import denied
from tests.integration.test_fleets import Fleet
from tests.integration.test_schedules import Schedule, created

REFUSED = {"operation": "CreateHyperParameterTuningJob", "code": "ValidationException"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with pytest.MonkeyPatch.context() as patched:
        # The emulator takes it from its environment, into which nothing else of this process's is let.
        patched.setenv("SFN_WAIT_SCALE", "0.02")
        patched.setattr(process, "_INHERITED", (*process._INHERITED, "SFN_WAIT_SCALE"))
        with LocalCloud(job_seconds=300, stop_seconds=0.2) as running:
            yield running


def test_a_run_waits_for_its_turn(cloud: LocalCloud, deployer: Deployer) -> None:
    schedule = Schedule(cloud, deployer, "Queue", concurrency=hpo.Concurrency.QUEUE)
    first, second = schedule.start(), schedule.start()
    (request,) = created(deployer, 1)
    deployer.wait_for(lambda: "Wait for the turn" in schedule.entered(second) + schedule.entered(first))
    assert len(deployer.created()) == 1
    cloud.end_job(request["HyperParameterTuningJobName"], "Completed")
    _, request = created(deployer, 2)
    cloud.end_job(request["HyperParameterTuningJobName"], "Completed")
    assert [schedule.result(each)["status"] for each in (first, second)] == ["SUCCEEDED"] * 2


def test_a_run_waits_until_the_job_of_a_stopped_one_has_ended(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=300, stop_seconds=5)
    schedule = Schedule(cloud, deployer, "Patient", concurrency=hpo.Concurrency.QUEUE)
    first = schedule.start()
    created(deployer, 1)
    schedule.stop(first)
    deployer.wait_for(lambda: deployer.statuses() == ["Stopping"])
    second = schedule.start()
    created(deployer, 2)
    old, new = (deployer.describe(name) for name in deployer.names())
    assert old["HyperParameterTuningEndTime"] < new["CreationTime"]
    assert schedule.entered(second).count("Wait for the turn") >= 2
    schedule.stop(second)
    schedule.result(second)


@pytest.mark.parametrize("concurrency", [hpo.Concurrency.SKIP, hpo.Concurrency.ALLOW])
def test_a_run_whose_time_is_over_stops_its_job(
    cloud: LocalCloud, deployer: Deployer, concurrency: hpo.Concurrency
) -> None:
    cloud.configure(job_seconds=300, stop_seconds=3)
    name = f"Late{concurrency.name.title()}"
    schedule = Schedule(cloud, deployer, name, concurrency=concurrency, run_timeout=Duration.seconds(3))
    first = schedule.start()
    result = schedule.result(first)
    assert deployer.statuses() == ["Stopped"]  # by now: the run has waited for that
    assert (result["status"], result["error"]) == ("FAILED", "States.Timeout")
    entered = schedule.entered(first)
    assert entered.count("Stop its job") == 1 and entered.count("Wait for its end") >= 2
    second = schedule.start()
    created(deployer, 2)
    schedule.stop(second)
    schedule.result(second)


def test_a_variant_whose_time_is_over_stops_its_own_job(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=300, stop_seconds=1)
    fleet = Fleet(cloud, deployer, "LateFleet", 3, tolerated_failure_percentage=100, run_timeout=Duration.seconds(5))
    execution = fleet.start()
    cloud.end_job(created(deployer, 3)[0]["HyperParameterTuningJobName"], "Completed")
    result = fleet.result(execution)
    assert result["status"] == "SUCCEEDED", result
    assert deployer.statuses() == ["Completed", "Stopped", "Stopped"]
    collected = fleet.collected(result["output"])
    assert len(collected["SUCCEEDED"]) == 1
    assert [each["Error"] for each in collected["FAILED"]] == ["States.Timeout"] * 2


def test_a_run_starts_anew_where_its_parent_is_refused(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    schedule = Schedule(cloud, deployer, "Anew", warm_start=hpo.WarmStartType.TRANSFER_LEARNING)
    assert schedule.run()["status"] == "SUCCEEDED"
    cloud.inject_faults([{**REFUSED, "message": "The parent has other hyperparameters.", "times": 7}])
    execution = schedule.start()
    assert schedule.result(execution)["status"] == "SUCCEEDED"
    assert [each for each in schedule.entered(execution) if each.startswith("Tune")] == ["Tune from the last", "Tune"]
    assert ["WarmStartConfig" in each for each in created(deployer, 2)] == [False, False]
    assert schedule.run()["status"] == "SUCCEEDED"
    *_, second, third = created(deployer, 3)
    (parent,) = third["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
    assert parent["HyperParameterTuningJobName"] == second["HyperParameterTuningJobName"]


def test_zz_nothing_was_denied(cloud: LocalCloud) -> None:
    """Runs last: over all executions above."""
    assert denied(cloud) == []
