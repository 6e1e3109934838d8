"""Tuning jobs whose training jobs are acted, through the API."""

import math
from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from cdk_hpo.local.training_jobs import Order
from tests.local.engine.stage import ETA, Acted, Stage, loss


@pytest.fixture
def stage() -> Stage:
    return Stage()


def counters(stage: Stage, which: str = "TrainingJobStatusCounters") -> dict[str, int]:
    return {key: count for key, count in stage.describe()[which].items() if count}


def test_it_runs_as_many_at_once_as_it_may_until_all_are_done(stage: Stage) -> None:
    stage.create(limits=(5, 2))
    assert (stage.status(), counters(stage)) == ("InProgress", {"InProgress": 2})
    stage.acted[0].complete(1.0)
    assert counters(stage) == {"Completed": 1, "InProgress": 2}
    assert stage.play(lambda each: each.complete(loss(each))) == "Completed"
    assert counters(stage) == {"Completed": 5}
    assert counters(stage, "ObjectiveStatusCounters") == {"Succeeded": 5}
    assert len(stage.acted) == 5
    described = stage.describe()
    assert described["HyperParameterTuningEndTime"] == stage.now - 0.0


def test_the_machine_may_run_fewer_at_once() -> None:
    stage = Stage(parallel=1)
    stage.create(limits=(3, 3))
    assert counters(stage) == {"InProgress": 1}


def test_the_order_of_a_training_job(stage: Stage) -> None:
    stage.create(limits=(1, 1))
    order: Order = stage.acted[0].order
    (listed,) = stage.listed()
    assert order.name == listed["TrainingJobName"]
    assert order.name.startswith("job-001-")
    assert order.arn == listed["TrainingJobArn"]
    assert order.region == "us-east-1"
    assert order.objective == "validation:rmse"
    assert order.max_seconds == 600
    assert dict(order.hyperparameters) == {
        "num_round": "100",
        "_tuning_objective_metric": "validation:rmse",
        **listed["TunedHyperParameters"],
    }


def test_the_last_value_counts_and_the_best_is_found(stage: Stage) -> None:
    stage.create(limits=(2, 2))
    stage.acted[0].complete(0.1, 0.2, 0.9)
    stage.acted[1].complete(0.8, 0.7)
    assert stage.status() == "Completed"
    best = stage.describe()["BestTrainingJob"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 0.7
    assert best["TrainingJobName"] == stage.acted[1].order.name


@pytest.mark.parametrize("last", [math.nan, math.inf, -math.inf])
def test_a_last_value_that_is_no_number_is_no_objective(stage: Stage, last: float) -> None:
    stage.create(limits=(2, 2))
    stage.acted[0].complete(0.5, last)
    stage.acted[1].complete(0.6)
    assert stage.status() == "Completed"
    assert counters(stage, "ObjectiveStatusCounters") == {"Succeeded": 1, "Failed": 1}
    assert "FinalHyperParameterTuningJobObjectiveMetric" not in stage.listed()[0]


def test_some_failures_are_borne(stage: Stage) -> None:
    stage.create(limits=(4, 1))
    stage.acted[0].fail("AlgorithmError: out of luck, exit code: 1")
    assert stage.play(lambda each: each.complete(1.0)) == "Completed"
    assert counters(stage) == {"Completed": 3, "NonRetryableError": 1}
    assert stage.listed()[0]["FailureReason"] == "AlgorithmError: out of luck, exit code: 1"


def test_five_failures_and_nothing_else_are_too_many(stage: Stage) -> None:
    stage.create(limits=(20, 6))
    for each in stage.acted[:5]:
        each.fail()
    assert stage.status() == "Failed"
    assert stage.describe()["FailureReason"].startswith("No training job succeeded after 5 attempts.")
    assert counters(stage) == {"NonRetryableError": 5, "Stopped": 1}
    assert len(stage.acted) == 6


def test_five_jobs_without_the_metric_are_too_many(stage: Stage) -> None:
    stage.create(limits=(20, 1))
    assert stage.play(lambda each: each.complete()) == "Failed"
    assert stage.describe()["FailureReason"].startswith("No objective metrics found after running 5 training jobs.")
    assert counters(stage) == {"Completed": 5}


def test_a_stop_stops_what_runs_and_starts_nothing_more(stage: Stage) -> None:
    stage.create(limits=(9, 2))
    stage.acted[0].complete(0.5)
    stage.service.advance()
    for each in stage.running:
        each.obedient = False
        each.values.append(0.25)
    stage.stop()
    assert (stage.status(), counters(stage)) == ("Stopping", {"Completed": 1, "InProgress": 2})
    assert [each["TrainingJobStatus"] for each in stage.listed()] == ["Completed", "Stopping", "Stopping"]
    for each in stage.running:
        assert each.stops == 1
        each.obedient = True
        each.stop()
    assert (stage.status(), counters(stage)) == ("Stopped", {"Completed": 1, "Stopped": 2})
    assert [each["ObjectiveStatus"] for each in stage.listed()] == ["Succeeded"] * 3
    assert len(stage.acted) == 3


def test_a_job_may_be_ended_from_outside(stage: Stage) -> None:
    stage.create(limits=(9, 2))
    stage.service.end_job("job", "Failed", "as the test wants it")
    assert all(each.killed for each in stage.acted)
    assert (stage.status(), counters(stage)) == ("Failed", {"NonRetryableError": 2})


def test_closing_the_engine_ends_everything(stage: Stage) -> None:
    stage.create("one", limits=(9, 2))
    stage.create("two", limits=(9, 1))
    stage.engine.close(stage.now)
    assert [each.killed for each in stage.acted] == [True] * 3
    assert (stage.status("one"), stage.status("two")) == ("Stopped", "Stopped")


def test_early_stopping(stage: Stage) -> None:
    stage.create(limits=(3, 1), TrainingJobEarlyStoppingType="Auto")
    stage.acted[0].complete(1.0, 0.5)
    stage.service.advance()
    stage.acted[1].values = [1.5]
    stage.service.advance()
    assert stage.acted[1].stops == 1
    stage.service.advance()
    assert [each["TrainingJobStatus"] for each in stage.listed()] == ["Completed", "Stopped", "InProgress"]
    assert stage.listed()[1]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 1.5
    stage.acted[2].complete(0.2)
    assert stage.status() == "Completed"


def test_hyperband_stops_beyond_its_most_epochs(stage: Stage) -> None:
    hyperband = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 3}}
    stage.create(limits=(2, 2), Strategy="Hyperband", StrategyConfig=hyperband)
    for each in stage.acted:
        each.values = [1.0, 0.9, 0.8]
    stage.service.advance()
    assert [each.stops for each in stage.acted] == [0, 0]
    stage.acted[0].values = [0.7]
    stage.acted[1].complete()
    stage.service.advance()
    assert [each["TrainingJobStatus"] for each in stage.listed()] == ["Stopped", "Completed"]


@pytest.mark.parametrize(
    ("criteria", "jobs"),
    [
        ({"TargetObjectiveMetricValue": 0.5}, 2),
        ({"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}, 5),
    ],
)
def test_a_completion_criterion_completes_it(stage: Stage, criteria: dict[str, Any], jobs: int) -> None:
    stage.create(limits=(50, 1), TuningJobCompletionCriteria=criteria)
    values = iter([0.9, 0.5, 0.5, 0.6, 0.499, 0.1])
    assert stage.play(lambda each: each.complete(next(values))) == "Completed"
    assert len(stage.acted) == jobs


def test_the_end_of_its_time_completes_it(stage: Stage) -> None:
    limits = {"MaxNumberOfTrainingJobs": 50, "MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 120}
    stage.create(ResourceLimits=limits)
    stage.acted[0].complete(1.0)
    stage.now += 119
    assert stage.status() == "InProgress"
    stage.now += 1
    assert (stage.status(), counters(stage)) == ("Completed", {"Completed": 1, "Stopped": 2})


def test_a_grid_without_a_limit(stage: Stage) -> None:
    ranges = {"CategoricalParameterRanges": [{"Name": "eta", "Values": ["0.1", "0.3", "0.5"]}]}
    stage.create(Strategy="Grid", ParameterRanges=ranges, ResourceLimits={"MaxParallelTrainingJobs": 2})
    assert stage.play(lambda each: each.complete(loss(each))) == "Completed"
    assert sorted(each.order.hyperparameters["eta"] for each in stage.acted) == ["0.1", "0.3", "0.5"]
    assert stage.describe()["BestTrainingJob"]["TunedHyperParameters"] == {"eta": "0.3"}


def warm_start(*parents: str) -> dict[str, Any]:
    return {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": name} for name in parents],
        "WarmStartType": "TransferLearning",
    }


def test_a_warm_start_tries_the_best_of_its_parents_first(stage: Stage) -> None:
    stage.create("Parent", limits=(8, 1))
    stage.play(lambda each: each.complete(loss(each)), "Parent")
    best = stage.describe("Parent")["BestTrainingJob"]["TunedHyperParameters"]
    stage.create("child", limits=(8, 1), warm_start=warm_start("parent"))
    assert stage.listed("child")[0]["TunedHyperParameters"] == best


def test_a_warm_start_needs_parents_that_have_ended(stage: Stage) -> None:
    with pytest.raises(ServiceError, match="The parent hyperparameter tuning job nobody does not exist"):
        stage.create(warm_start=warm_start("nobody"))
    stage.create("parent")
    with pytest.raises(ServiceError, match="The parent hyperparameter tuning job parent has not ended"):
        stage.create(warm_start=warm_start("parent"))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"Strategy": "Grid"}, "The Grid strategy takes categorical parameters only"),
        ({"Strategy": "Hyperband"}, "MaxResource of HyperbandStrategyConfig is not given"),
        (
            {"ParameterRanges": {"IntegerParameterRanges": [{"Name": "n", "MinValue": "a", "MaxValue": "3"}]}},
            "The MinValue 'a' of the parameter n is not a number",
        ),
    ],
)
def test_what_cannot_be_searched_is_refused(stage: Stage, config: dict[str, Any], reason: str) -> None:
    with pytest.raises(ServiceError, match=reason) as refused:
        stage.create(**config)
    assert refused.value.code == "ValidationException"
    assert not stage.acted


def test_a_seed_proposes_the_same_again() -> None:
    found = []
    for name in ("one", "two"):
        stage = Stage()
        stage.create(name, limits=(12, 3), Strategy="Bayesian", RandomSeed=5, ParameterRanges=ETA)
        stage.play(lambda each: each.complete(loss(each)), name)
        found.append([each["TunedHyperParameters"] for each in stage.listed(name)])
    assert found[0] == found[1]


def test_a_defect_ends_one_tuning_job_and_no_other(stage: Stage) -> None:
    stage.create("bad", limits=(2, 1))
    stage.create("good", limits=(1, 1))
    bad, good = stage.acted

    def broken() -> list[float]:
        raise RuntimeError("broken")

    bad.take = broken  # type: ignore[method-assign]
    good.complete(1.0)
    assert (stage.status("bad"), stage.status("good")) == ("Failed", "Completed")
    assert stage.describe("bad")["FailureReason"] == "InternalServerError: RuntimeError('broken')"
    assert bad.killed


def test_values_that_come_while_it_looks_are_not_lost(stage: Stage) -> None:
    stage.create(limits=(1, 1))
    (job,) = stage.acted

    def take() -> list[float]:
        found = Acted.take(job)
        if job.result is None:
            job.complete(2.0, 1.0)  # just now
        return found

    job.take = take  # type: ignore[method-assign]
    stage.service.advance()
    assert stage.status() == "Completed"
    assert stage.listed()[0]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 1.0


def test_what_a_job_measured_before_it_failed_does_not_count(stage: Stage) -> None:
    stage.create(limits=(2, 2))
    stage.acted[0].values = [0.1]
    stage.acted[0].fail()
    stage.acted[1].complete(0.9)
    assert stage.status() == "Completed"
    assert counters(stage, "ObjectiveStatusCounters") == {"Succeeded": 1, "Failed": 1}
    assert stage.describe()["BestTrainingJob"]["TrainingJobName"] == stage.acted[1].order.name
