from typing import Any

import pytest

from cdk_hpo.local.search import Search
from tests.local.search.requests import more, real, request

TARGET = {"TargetObjectiveMetricValue": 0.5}
PATIENCE = {"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}
CONVERGENCE = {"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}


def jobs_until_met(
    criteria: dict[str, Any], values: list[float], objective: str = "Minimize"
) -> tuple[int, str | None]:
    search = Search(request(jobs=200, objective=objective, TuningJobCompletionCriteria=criteria), "job")
    for number, value in enumerate(values):
        search.propose()
        search.finish(number, "Completed", value)
        if search.criterion is not None:
            return number + 1, search.criterion
    return len(values), None


@pytest.mark.parametrize(
    ("criteria", "values", "objective", "jobs", "criterion"),
    [
        (TARGET, [0.9, 0.6, 0.5, 0.1], "Minimize", 3, "TargetObjectiveMetricValue"),
        (TARGET, [0.1, 0.4, 0.5], "Maximize", 3, "TargetObjectiveMetricValue"),
        (TARGET, [0.9, 0.51], "Minimize", 2, None),
        (PATIENCE, [1.0, 0.995, 1.2, 0.992, 0.1], "Minimize", 4, "BestObjectiveNotImproving"),
        (PATIENCE, [1.0, 0.98, 1.2, 1.1, 0.1], "Minimize", 5, None),  # 2% are an improvement, and so is the last one
        (PATIENCE, [1.0, 1.005, 0.9, 1.009], "Maximize", 4, "BestObjectiveNotImproving"),
        (PATIENCE, [0.0, -0.1, -0.2, -0.3, -0.4], "Minimize", 5, None),
        (CONVERGENCE, [1.0] * 30, "Minimize", 11, "ConvergenceDetected"),
        (CONVERGENCE, [1.0 / (n + 1) for n in range(30)], "Minimize", 30, None),
        ({}, [1.0] * 30, "Minimize", 30, None),
        ({"ConvergenceDetected": {"CompleteOnConvergence": "Disabled"}}, [1.0] * 30, "Minimize", 30, None),
    ],
)
def test_criteria(
    criteria: dict[str, Any], values: list[float], objective: str, jobs: int, criterion: str | None
) -> None:
    assert jobs_until_met(criteria, values, objective) == (jobs, criterion)


def end(statuses: list[str], *, jobs: int = 10, parallel: int = 5) -> Search:
    """End jobs: C completed without an objective, M measured, F failed, S stopped; a dot still runs."""
    search = Search(request(jobs=jobs, parallel=parallel), "job")
    words: dict[str, Any] = {"C": "Completed", "M": "Completed", "F": "Failed", "S": "Stopped"}
    for number, status in enumerate(statuses):
        search.propose()
        if status != ".":
            search.finish(number, words[status], 1.0 if status == "M" else None)
    return search


@pytest.mark.parametrize(
    ("statuses", "jobs", "failure"),
    [
        ("FFFFF", 10, "No training job succeeded after 5 attempts. "),
        ("CCCCC", 10, "No objective metrics found after running 5 training jobs. "),
        ("FCFFF", 10, "No objective metrics found after running 5 training jobs. "),
        ("FF", 2, "No training job succeeded after 2 attempts. "),
        ("C", 1, "No objective metrics found after running 1 training jobs. "),
        ("FFFF", 10, None),
        ("FFFF.", 5, None),
        ("FFFFM", 10, None),
        ("MFFFFFF", 10, None),
        ("SSSSS", 10, None),  # stopping them was no failure of theirs
        ("", 10, None),
    ],
)
def test_when_a_tuning_job_has_failed(statuses: str, jobs: int, failure: str | None) -> None:
    found = end(list(statuses), jobs=jobs).failure
    assert found is None if failure is None else found is not None and found.startswith(failure)


def test_definitions_take_turns_and_share_the_limit() -> None:
    given = request("Random", jobs=7)
    del given["TrainingJobDefinition"], given["HyperParameterTuningJobConfig"]["ParameterRanges"]
    given["TrainingJobDefinitions"] = [
        {"DefinitionName": name, "HyperParameterRanges": {"ContinuousParameterRanges": [real(name, 0, 1)]}}
        for name in ("one", "two", "three")
    ]
    search = Search(given, "job")
    order = [proposal.definition["DefinitionName"] for proposal in more(search, 8)]
    assert order == ["one", "two", "three", "one", "two", "three", "one"]
    search.finish(1, "Completed", 5.0)
    assert search.criterion is None


def test_grids_of_several_definitions_are_walked_to_their_ends() -> None:
    given = request("Grid", jobs=None)
    del given["TrainingJobDefinition"], given["HyperParameterTuningJobConfig"]["ParameterRanges"]
    given["TrainingJobDefinitions"] = [
        {"HyperParameterRanges": {"CategoricalParameterRanges": [{"Name": "k", "Values": values}]}}
        for values in (["1"], ["2", "3", "4"])
    ]
    search = Search(given, "job")
    assert search.total == 4
    visited = [proposal.tuned["k"] for proposal in more(search, 9)]
    assert visited == ["1", "2", "3", "4"]
