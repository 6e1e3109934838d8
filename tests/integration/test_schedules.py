"""Scheduled tuning jobs in the local cloud: fired, one at a time, from the last good run."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions, denied

WEEKLY = scheduler.ScheduleExpression.rate(Duration.days(7))


class Schedule(Executions):
    """A deployed schedule; its runs are started by hand, as the schedule would."""

    def __init__(self, cloud: LocalCloud, deployer: Deployer, name: str, **options: Any) -> None:
        def build(stack: Stack) -> None:
            made = hpo.TuningSchedule(stack, "Weekly", minimal_definition(), **({"schedule": WEEKLY} | options))
            CfnOutput(stack, "Arn", value=made.state_machine.state_machine_arn)

        super().__init__(cloud, deployer.outputs(deployer.deploy(name, build))["Arn"])


def created(deployer: Deployer, count: int) -> list[dict[str, Any]]:
    """Wait until as many jobs have been created, and return their requests."""
    deadline = time.monotonic() + 60
    while len(deployer.created()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    found = deployer.created()
    assert len(found) == count
    return found


def test_the_schedule_fires(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    soon = datetime.now(UTC) + timedelta(seconds=8)
    once = scheduler.ScheduleExpression.at(soon)
    schedule = Schedule(cloud, deployer, "Fires", schedule=once)
    (request,) = created(deployer, 1)
    assert request["HyperParameterTuningJobName"].startswith("fires-weekly-")
    assert [each["status"] for each in schedule.results(1)] == ["SUCCEEDED"]


def test_a_run_is_left_out_while_another_goes_on(cloud: LocalCloud, deployer: Deployer) -> None:
    schedule = Schedule(cloud, deployer, "Skips")
    first, second = schedule.start(), schedule.start()
    (request,) = created(deployer, 1)
    assert {schedule.entered(each)[-1] for each in (first, second)} == {"Tune", "Skipped"}
    cloud.end_job(request["HyperParameterTuningJobName"], "Completed")
    assert {schedule.result(each)["status"] for each in (first, second)} == {"SUCCEEDED"}
    third = schedule.start()
    created(deployer, 2)
    schedule.stop(third)
    schedule.result(third)


def test_many_at_once_never_run_together(cloud: LocalCloud, deployer: Deployer) -> None:
    schedule = Schedule(cloud, deployer, "Crowd")
    runs = [schedule.start() for _ in range(8)]
    (request,) = created(deployer, 1)
    skipped = [each for each in runs if schedule.entered(each)[-1] != "Tune"]
    assert len(skipped) == 7
    assert {schedule.result(each)["status"] for each in skipped} == {"SUCCEEDED"}
    cloud.end_job(request["HyperParameterTuningJobName"], "Completed")
    assert len(deployer.created()) == 1


def test_a_run_that_fails_gives_its_turn_back(cloud: LocalCloud, deployer: Deployer) -> None:
    schedule = Schedule(cloud, deployer, "Fails")
    first = schedule.start()
    (request,) = created(deployer, 1)
    cloud.end_job(request["HyperParameterTuningJobName"], "Failed", "All training jobs failed.")
    result = schedule.result(first)
    assert (result["status"], result["error"]) == ("FAILED", "States.TaskFailed")
    assert "All training jobs failed." in result["cause"]
    second = schedule.start()
    created(deployer, 2)
    schedule.stop(second)
    schedule.result(second)


def test_a_run_that_was_stopped_is_replaced(cloud: LocalCloud, deployer: Deployer) -> None:
    schedule = Schedule(cloud, deployer, "Replaces")
    first = schedule.start()
    created(deployer, 1)
    schedule.stop(first)  # it gives nothing back
    deployer.wait_for(lambda: deployer.statuses() == ["Stopped"])
    second = schedule.start()
    created(deployer, 2)
    assert "Replace the holder" in schedule.entered(second)
    schedule.stop(second)
    schedule.result(second)


def test_a_run_is_left_out_while_the_job_of_a_stopped_one_stops(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=300, stop_seconds=8)
    schedule = Schedule(cloud, deployer, "Stops")
    first = schedule.start()
    created(deployer, 1)
    schedule.stop(first)
    deployer.wait_for(lambda: deployer.statuses() == ["Stopping"])
    second = schedule.start()
    assert schedule.result(second)["status"] == "SUCCEEDED"
    assert schedule.entered(second)[-2:] == ["Does a job go on", "Skipped"]
    assert deployer.statuses() == ["Stopping"]
    deployer.wait_for(lambda: deployer.statuses() == ["Stopped"])
    third = schedule.start()
    created(deployer, 2)
    schedule.stop(third)
    schedule.result(third)


def test_each_run_starts_from_the_last_good_one(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    warm = hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM
    schedule = Schedule(cloud, deployer, "Warm", warm_start=warm)
    for _ in range(3):
        assert schedule.result(schedule.start())["status"] == "SUCCEEDED"
    first, second, third = created(deployer, 3)
    assert "WarmStartConfig" not in first
    for earlier, later in ((first, second), (second, third)):
        assert later["WarmStartConfig"] == {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": earlier["HyperParameterTuningJobName"]}],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        }


@pytest.mark.usefixtures("cloud")
def test_zz_nothing_was_denied(cloud: LocalCloud) -> None:
    """Runs last: over all executions above."""
    assert denied(cloud) == []
