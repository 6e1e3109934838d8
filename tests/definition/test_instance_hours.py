"""The upper bound of what a tuning job uses."""

import dataclasses
import heapq
import math
import random
from collections import Counter
from typing import Any

import pytest

import cdk_hpo as hpo
from cdk_hpo.definition.instance_hours import max_cost, max_instance_hours
from tests.examples import minimal_definition

GRACE = 120


def definition(
    *, limits: dict[str, Any] | None = None, resources: Any = None, runtime: int | None = 3600, **changes: Any
) -> hpo.TuningJobDefinition:
    base = minimal_definition()
    given = hpo.ResourceLimits(**({"max_training_jobs": 4, "max_parallel_training_jobs": 2} | (limits or {})))
    training = dataclasses.replace(
        base.training_jobs[0],
        resources=resources or hpo.Instances("ml.m5.large", volume=10),
        stopping=hpo.StoppingCondition(max_runtime=runtime),
    )
    return dataclasses.replace(base, limits=given, **({"training": training} | changes))


def test_by_the_number_of_training_jobs() -> None:
    assert definition().max_instance_hours() == pytest.approx(4 * 3720 / 3600)
    assert definition(resources=hpo.Instances("ml.m5.large", count=3, volume=10)).max_instance_hours() == (
        pytest.approx(3 * 4 * 3720 / 3600)
    )


def test_by_the_time_of_the_tuning_job() -> None:
    assert definition(limits={"max_runtime": 1800}).max_instance_hours() == pytest.approx(2 * 1920 / 3600)


def test_without_a_limit_for_a_training_job_it_is_a_day() -> None:
    assert definition(runtime=None).max_instance_hours() == pytest.approx(4 * (24 + GRACE / 3600))


def test_a_grid_search_is_limited_by_its_combinations() -> None:
    grid = definition(
        strategy=hpo.Grid(),
        limits={"max_training_jobs": None},
        parameter_ranges=[hpo.CategoricalParameter("a", ["1", "2", "3"]), hpo.CategoricalParameter("b", ["x", "y"])],
    )
    assert grid.max_instance_hours() == pytest.approx(6 * 3720 / 3600)


def test_what_nothing_limits() -> None:
    with pytest.raises(ValueError, match=r"max_training_jobs, or max_runtime"):
        definition(limits={"max_training_jobs": None}).max_instance_hours()


def test_what_only_a_deployment_knows() -> None:
    late = dataclasses.replace(minimal_definition()).to_request()
    late["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] = -1.8881545897087505e289
    with pytest.raises(ValueError, match=r"ResourceLimits\.MaxNumberOfTrainingJobs is known only at deployment"):
        max_instance_hours(late)


def test_money_by_the_dearest_choice() -> None:
    several = definition().to_request()
    job = several["TrainingJobDefinition"]
    job["ResourceConfig"] = {
        "InstanceGroups": [
            {"InstanceType": "ml.m5.large", "InstanceCount": 2, "InstanceGroupName": "a"},
            {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "InstanceGroupName": "b"},
        ]
    }
    prices = {"ml.m5.large": 0.1, "ml.p3.2xlarge": 4.0}
    assert max_cost(several, prices) == pytest.approx(4 * 3720 / 3600 * 4.2)
    del job["ResourceConfig"]
    job["HyperParameterTuningResourceConfig"] = {
        "InstanceConfigs": [
            {"InstanceType": "ml.m5.large", "InstanceCount": 10, "VolumeSizeInGB": 1},
            {"InstanceType": "ml.p3.2xlarge", "InstanceCount": 1, "VolumeSizeInGB": 1},
        ]
    }
    assert max_cost(several, prices) == pytest.approx(4 * 3720 / 3600 * 4.0)
    assert max_instance_hours(several) == pytest.approx(4 * 3720 / 3600 * 10)


def test_a_type_without_a_price_is_named() -> None:
    with pytest.raises(ValueError, match=r"no price for ml\.m5\.large: there are prices for ml\.m5\.xlarge"):
        definition().max_cost({"ml.m5.xlarge": 1.0})


def test_a_built_in_algorithm_needs_no_region() -> None:
    job = dataclasses.replace(definition().training_jobs[0], algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"))
    assert definition(training=job).max_instance_hours() > 0


# ---- against a simulation ----------------------------------------------------------------------------------------


def used(request: dict[str, Any], chance: random.Random, *, fully: bool) -> float:
    """Let the jobs of a request run as the service does, and return their instance hours."""
    config = request["HyperParameterTuningJobConfig"]
    limits = config["ResourceLimits"]
    jobs = request.get("TrainingJobDefinitions") or [request["TrainingJobDefinition"]]
    count = limits.get("MaxNumberOfTrainingJobs", 10_000)
    if config["Strategy"] == "Grid":
        count = min(count, math.prod(len(each["Values"]) for each in config["ParameterRanges"][CATEGORICAL]))
    parallel, end = limits["MaxParallelTrainingJobs"], limits.get("MaxRuntimeInSeconds", float("inf"))
    free = [0.0] * parallel
    total = 0.0
    for _ in range(count):
        start = heapq.heappop(free)
        if start >= end:
            break
        job = max(jobs, key=cost) if fully else chance.choice(jobs)
        # Early stopping, a lack of Spot capacity and Hyperband's rungs end a job sooner, never later.
        longest = job["StoppingCondition"]["MaxRuntimeInSeconds"] + GRACE
        seconds = longest if fully else chance.uniform(0, longest)
        stopped = min(start + seconds, end + (GRACE if fully else chance.uniform(0, GRACE)))
        instances = most_instances(job) if fully else chance.choice(possible_instances(job))
        total += (stopped - start) * instances
        heapq.heappush(free, stopped)
    return total / 3600


def possible_instances(job: dict[str, Any]) -> list[int]:
    """Return the numbers of instances that a training job may get."""
    if "HyperParameterTuningResourceConfig" in job:
        return [each["InstanceCount"] for each in job["HyperParameterTuningResourceConfig"]["InstanceConfigs"]]
    groups = job["ResourceConfig"].get("InstanceGroups")
    return [sum(each["InstanceCount"] for each in groups) if groups else job["ResourceConfig"]["InstanceCount"]]


def most_instances(job: dict[str, Any]) -> int:
    return max(possible_instances(job))


def cost(job: dict[str, Any]) -> float:
    return float(most_instances(job) * (job["StoppingCondition"]["MaxRuntimeInSeconds"] + GRACE))


CATEGORICAL = "CategoricalParameterRanges"


def some_resources(chance: random.Random) -> dict[str, Any]:
    """Return the instances of a training job, in one of the forms that the API has for them."""
    counts = [chance.randint(1, 8) for _ in range(chance.randint(1, 3))]
    named = [{"InstanceType": "ml.m5.large", "InstanceCount": each} for each in counts]
    groups = [{**each, "InstanceGroupName": f"g{index}"} for index, each in enumerate(named)]
    return chance.choice(
        [
            {"ResourceConfig": named[0]},
            {"ResourceConfig": {"InstanceGroups": groups}},
            {"HyperParameterTuningResourceConfig": {"InstanceConfigs": named}},
        ]
    )


def some_request(chance: random.Random) -> dict[str, Any]:
    request = minimal_definition().to_request()
    config = request["HyperParameterTuningJobConfig"]
    config["Strategy"] = chance.choice(["Bayesian", "Random", "Hyperband", "Grid"])
    limits: dict[str, Any] = {"MaxParallelTrainingJobs": chance.randint(1, 20)}
    if config["Strategy"] == "Grid":
        values = [[str(value) for value in range(chance.randint(1, 12))] for _ in range(chance.randint(1, 2))]
        config["ParameterRanges"] = {CATEGORICAL: [{"Name": f"p{n}", "Values": v} for n, v in enumerate(values)]}
    if config["Strategy"] != "Grid" or chance.random() < 0.5:
        limits["MaxNumberOfTrainingJobs"] = chance.randint(1, 200)
    if chance.random() < 0.5:
        limits["MaxRuntimeInSeconds"] = chance.randint(120, 50_000)
    config["ResourceLimits"] = limits
    job = {name: each for name, each in request.pop("TrainingJobDefinition").items() if name != "ResourceConfig"}
    several = []
    # A grid over several definitions goes through each; one of them is enough here.
    for _ in range(1 if config["Strategy"] == "Grid" else chance.choice([1, 1, 3])):
        runtime = chance.randint(1, 20_000)
        spot = {"EnableManagedSpotTraining": True} if chance.random() < 0.3 else {}
        waiting = {"MaxWaitTimeInSeconds": runtime + chance.randint(0, 50_000)} if spot else {}
        stopping = {"StoppingCondition": {"MaxRuntimeInSeconds": runtime, **waiting}}
        several.append({**job, **some_resources(chance), **stopping, **spot})
    return request | (
        {"TrainingJobDefinition": several[0]} if len(several) == 1 else {"TrainingJobDefinitions": several}
    )


def test_a_thousand_definitions_never_use_more() -> None:
    chance, kinds = random.Random(9), Counter[str]()
    for _ in range(1000):
        request = some_request(chance)
        bound = max_instance_hours(request)
        assert used(request, chance, fully=False) <= bound * (1 + 1e-9), request
        whole = used(request, chance, fully=True)
        assert whole <= bound * (1 + 1e-9), request
        # Where the jobs use their full time the bound is near; of several definitions one may last, another cost.
        if "TrainingJobDefinition" in request:
            assert bound <= 2 * whole, request
        kinds[request["HyperParameterTuningJobConfig"]["Strategy"]] += 1
    assert min(kinds.values()) > 200
