from typing import Any

import pytest

from cdk_hpo.watching.job import Objective, Training
from tests.watching.answers import OBJECTIVE, after, definition, job, running, training


def test_a_job_that_runs() -> None:
    found = job([training(1, 0.5), training(2, 0.25), training(3), running(4)], "InProgress", limit=10)
    assert (found.done, found.running, found.failed, found.limit) == (2, 1, 1, 10)
    assert found.best is not None and (found.best.number, found.best.shown_value) == (2, "0.25")
    assert found.live
    assert [each.live for each in found.trainings] == [False, False, False, True]
    assert found.elapsed(after(60)) == 60
    # Three of ten have ended in a minute, so seven more need 140 seconds.
    assert found.left(after(60)) == 140
    assert found.changed == after(64)


@pytest.mark.parametrize(
    ("status", "limit", "trainings", "left"),
    [
        ("InProgress", 4, [training(1, 0.5)], 180),
        ("InProgress", None, [training(1, 0.5)], None),
        ("InProgress", 4, [running(1)], None),
        ("Stopping", 4, [training(1, 0.5)], None),
        ("Completed", 4, [training(1, 0.5)], None),
        ("InProgress", 1, [training(1, 0.5), training(2, 0.5)], 0),
    ],
)
def test_what_is_left(status: str, limit: int | None, trainings: list[dict[str, Any]], left: float | None) -> None:
    assert job(trainings, status, limit).left(after(60)) == left


def test_the_time_limit_bounds_what_is_left() -> None:
    limits = {"ResourceLimits": {"MaxParallelTrainingJobs": 2, "MaxRuntimeInSeconds": 130}}
    found = job([training(1, 0.5)], "InProgress", config=limits)
    assert (found.left(after(60)), found.left(after(160))) == (70, 0)


def test_an_ended_job_takes_no_more_time() -> None:
    assert job([training(1, 0.5)]).elapsed(after(10_000)) == 120
    assert job([running(1)], "InProgress").elapsed(after(-5)) == 0


@pytest.mark.parametrize(("value", "said"), [(float("nan"), "nan"), (float("inf"), "inf"), (1 / 3, "0.333333")])
def test_values_that_are_no_numbers_do_not_count(value: float, said: str) -> None:
    (found,) = job([training(1, value)]).trainings
    assert found.shown_value == said
    assert found.value == (value if said == "0.333333" else None)


def test_scales() -> None:
    def scales(**more: str) -> Any:
        ranges = {"ContinuousParameterRanges": [{"Name": "a", "MinValue": "0.01", "MaxValue": "1"} | more]}
        return job([], config={"ParameterRanges": ranges}).definitions[0].ranges["a"]

    assert scales() == "log"
    assert scales(ScalingType="Auto", MinValue="0.02") == "linear"
    assert scales(MinValue="0") == "linear"
    assert scales(ScalingType="Linear") == "linear"
    assert scales(ScalingType="Logarithmic", MinValue="0.5") == "log"
    assert scales(ScalingType="ReverseLogarithmic") == "linear"
    assert job([]).definitions[0].ranges["booster"] == ["gbtree", "dart"]


def test_several_definitions() -> None:
    ranges = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0", "MaxValue": "1"}]}
    several = [
        definition(DefinitionName=name, TuningObjective=OBJECTIVE, HyperParameterRanges=ranges) for name in ("a", "b")
    ]
    config = {"ParameterRanges": None, "HyperParameterTuningJobObjective": None}
    found = job(
        [training(1, 0.5, TrainingJobDefinitionName="b", tuned={"lr": "0.5"})],
        TrainingJobDefinition=None,
        TrainingJobDefinitions=several,
        config=config,
    )
    assert [each.name for each in found.definitions] == ["a", "b"]
    assert found.objective == Objective("rmse", False)
    assert found.definition("b").ranges == {"lr": "linear"}


def ranked(trainings: list[dict[str, Any]], kind: str) -> list[int]:
    objective = {"HyperParameterTuningJobObjective": {"Type": kind, "MetricName": "rmse"}}
    values = [each.number for each in job(trainings, config=objective, BestTrainingJob=None).ranked()]
    return values


def test_the_order_of_the_best() -> None:
    trainings = [training(1, 0.5), training(2, 0.1), training(3), training(4, float("nan")), training(5, 0.1)]
    assert ranked(trainings, "Minimize") == [2, 5, 1]
    assert ranked(trainings, "Maximize") == [1, 2, 5]


def test_the_services_choice_leads() -> None:
    trainings = [training(1, 0.5), training(2, 0.1)]
    assert [each.number for each in job(trainings, BestTrainingJob=trainings[0]).ranked()] == [1, 2]


def test_a_best_training_job_that_the_list_lacks() -> None:
    found = job([], BestTrainingJob=training(7, 0.5))
    assert isinstance(found.best, Training) and found.best.name == "tuning-007-abcdef01"


def test_no_training_job_yet() -> None:
    found = job([], "InProgress")
    assert (found.best, found.ranked(), found.left(after(9))) == (None, [], None)


def test_values_of_the_other_direction_are_not_compared() -> None:
    several = [
        definition(DefinitionName=name, TuningObjective={"Type": kind, "MetricName": "m"})
        for name, kind in (("a", "Minimize"), ("b", "Maximize"))
    ]
    trainings = [training(each, 1 / each, TrainingJobDefinitionName="ab"[each % 2]) for each in range(1, 5)]
    found = job(
        trainings,
        TrainingJobDefinition=None,
        TrainingJobDefinitions=several,
        config={"HyperParameterTuningJobObjective": None},
    )
    assert [each.number for each in found.ranked()] == [4, 2]
    assert found.about == "Bayesian, minimize m or maximize m"
