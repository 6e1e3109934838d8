import pytest

from cdk_hpo.local.search import Search
from cdk_hpo.local.search.median import falls_behind, running_averages
from tests.local.search.requests import request

# Running averages after two epochs: 3, 2, 6; their median is 3.
COMPLETED = [[4.0, 2.0, 0.0], [2.0, 2.0, 2.0], [8.0, 4.0]]


@pytest.mark.parametrize(
    ("value", "epoch", "minimize", "stops"),
    [
        (3.1, 2, True, True),
        (3.0, 2, True, False),  # as good as the median is not worse
        (2.9, 2, False, True),
        (3.0, 2, False, False),
        (4.1, 1, True, True),  # after one epoch the median of 4, 2 and 8
        (4.0, 1, True, False),
        (2.1, 3, True, True),  # the third has trained for two epochs only, and counts with 6: the median of 2, 2 and 6
        (2.0, 3, True, False),
    ],
)
def test_the_median_rule(value: float, epoch: int, minimize: bool, stops: bool) -> None:
    averages = [running_averages(values) for values in COMPLETED]
    assert falls_behind(value, epoch, averages, minimize=minimize) is stops


@pytest.mark.parametrize("averages", [[], [[]]])
def test_the_first_job_is_compared_with_nothing(averages: list[list[float]]) -> None:
    assert not falls_behind(1e9, 1, averages, minimize=True)


@pytest.mark.parametrize("kind", ["Auto", "Off"])
def test_only_with_auto_and_only_against_jobs_that_completed(kind: str) -> None:
    search = Search(request(TrainingJobEarlyStoppingType=kind, parallel=3), "job")
    for _ in range(3):
        search.propose()
    assert not search.report(0, 1.0)
    assert not search.report(1, 2.0)  # the first one has not completed
    search.finish(0, "Completed", 1.0)
    search.finish(1, "Failed", None)
    assert search.report(2, 1.5) is (kind == "Auto")
