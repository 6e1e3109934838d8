"""Many jobs and many stacks, with an API that is often throttled."""

from collections import Counter
from typing import Any

from aws_cdk import Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.planted import definition

THROTTLED = {"operation": "*", "code": "ThrottlingException", "message": "Rate exceeded", "times": 0, "every": 3}


def jobs(count: int, max_training_jobs: int = 4) -> Any:
    """Return what builds a stack of many jobs."""

    def build(stack: Stack) -> None:
        for index in range(count):
            hpo.HyperParameterTuningJob(stack, f"Job{index}", definition(max_training_jobs))

    return build


def many_jobs_in_a_stack(deployer: Deployer, count: int) -> None:
    """Create, replace and delete them all."""
    deployer.deploy("Many", jobs(count))
    first = deployer.names()
    assert _one_live_each(deployer, first) == count
    deployer.deploy("Many", jobs(count, 8))
    second = deployer.names()[count:]
    assert _one_live_each(deployer, second) == count
    assert Counter(deployer.statuses()) == {"Stopped": count, "InProgress": count}
    deployer.destroy("Many")
    assert Counter(deployer.statuses()) == {"Stopped": 2 * count}
    _answered_once_each(deployer, "Many")


def many_stacks_at_once(cloud: LocalCloud, deployer: Deployer, count: int, jobs_each: int = 2) -> None:
    """Create and delete stacks at the same time while every third call of the service is refused."""
    names = [f"Crowd{index}" for index in range(count)]
    cloud.inject_faults([THROTTLED])
    under_way = [deployer.begin(name, jobs(jobs_each)) for name in names]
    assert [each.result()["StackStatus"] for each in under_way] == ["CREATE_COMPLETE"] * count
    cloud.inject_faults([])  # only the function is to meet them
    assert _one_live_each(deployer, deployer.names()) == count * jobs_each
    cloud.inject_faults([THROTTLED])
    going = [deployer.begin_destroying(name) for name in names]
    for each in going:
        each.result()
    cloud.inject_faults([])
    assert Counter(deployer.statuses()) == {"Stopped": count * jobs_each}
    calls = [each for each in deployer.calls() if "TuningJobFunction" in (each["principal"] or "TuningJobFunction")]
    refused = sum(each["error"] == "ThrottlingException" for each in calls)
    print(f"{count} stacks: {refused} of {len(calls)} calls of the function were throttled")
    assert len(calls) // 4 < refused < len(calls) // 2
    for name in names:
        _answered_once_each(deployer, name)


def _one_live_each(deployer: Deployer, names: list[str]) -> int:
    """Return how many jobs there are; every one runs, and no two are of the same resource."""
    owners: Counter[tuple[str, str]] = Counter()
    for name in names:
        tags = deployer.tags(name)
        assert deployer.status(name) == "InProgress"
        owners[tags["cdk-hpo:stack"], tags["cdk-hpo:logical-id"]] += 1
    assert set(owners.values()) == {1}
    return len(owners)


def _answered_once_each(deployer: Deployer, stack: str) -> None:
    assert len(deployer.answers(stack)) == len(deployer.sent(stack))
    assert {status for _, status, _ in deployer.answers(stack)} == {"SUCCESS"}
