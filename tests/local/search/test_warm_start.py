import statistics
from typing import Any

import pytest

from cdk_hpo.local.search import EarlierResult, Parent
from cdk_hpo.local.search.earlier import known
from cdk_hpo.local.search.space import Space
from tests.local.search.requests import real, request, walk

RANGES = {"ContinuousParameterRanges": [real(name, 0, 1) for name in "abc"]}
SPACE = Space.of({"ContinuousParameterRanges": [real("x", 0, 1)]})
TUNED = frozenset("abc")


def child(kind: str, strategy: str = "Bayesian", jobs: int = 30, **options: Any) -> dict[str, Any]:
    return {**request(strategy, ranges=RANGES, jobs=jobs, **options), "WarmStartConfig": {"WarmStartType": kind}}


def parent_of(found: list[Any]) -> Parent:
    results = [EarlierResult(hyperparameters=proposal.tuned, value=value) for proposal, value in found]
    return Parent(tuned=TUNED, results=results)


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_a_warm_start_finds_more_in_its_first_jobs(kind: str) -> None:
    cold, warm = [], []
    for seed in range(5):
        parent = parent_of(walk(request("Bayesian", ranges=RANGES, jobs=30, RandomSeed=seed)))
        for found, parents in ((cold, []), (warm, [parent])):
            values = [value for _, value in walk(child(kind, jobs=6, RandomSeed=100 + seed), parents=parents)]
            found.append(min(values))
    assert statistics.median(warm) < statistics.median(cold) * 0.75


def test_with_other_data_the_best_places_are_tried_first() -> None:
    parent = walk(request("Random", ranges=RANGES, jobs=20))
    best = [proposal.tuned for proposal, _ in sorted(parent, key=lambda each: each[1])]
    tried = [proposal.tuned for proposal, _ in walk(child("TransferLearning"), parents=[parent_of(parent)])]
    assert tried[:5] == best[:5]
    assert tried[5] != best[5]


def test_with_the_same_data_nothing_is_trained_again() -> None:
    parent = walk(request("Random", ranges=RANGES, jobs=20))
    given = child("IdenticalDataAndAlgorithm", "Random", jobs=20)
    assert [p.tuned for p, _ in walk(given, parents=[])] == [p.tuned for p, _ in parent]
    again = [p.tuned for p, _ in walk(given, parents=[parent_of(parent)])]
    assert not [tuned for tuned in again if tuned in [p.tuned for p, _ in parent]]


@pytest.mark.parametrize(
    ("hyperparameters", "static", "counts"),
    [
        ({"x": "0.5"}, {}, True),
        ({"x": "2"}, {}, False),  # outside the child's range
        ({"y": "0.5"}, {}, False),
        ({"x": "0.5", "y": "3"}, {"y": "3"}, True),
        ({"x": "0.5", "y": "3.0"}, {"y": "3"}, True),
        ({"x": "0.5", "y": "4"}, {"y": "3"}, False),  # tuned by the parent, another value now
        ({"x": "0.5", "z": "old"}, {"z": "new"}, True),  # static before and now: not the search's business
        ({"x": "text"}, {}, False),
    ],
)
def test_which_results_count(hyperparameters: dict[str, str], static: dict[str, str], counts: bool) -> None:
    result = EarlierResult(hyperparameters=hyperparameters, value=1.0)
    assert len(known(SPACE, static, [Parent(tuned=frozenset("xy"), results=[result])])) == counts


def test_results_that_are_no_numbers_do_not_count() -> None:
    results = [EarlierResult(hyperparameters={"x": "0.5"}, value=value) for value in (float("nan"), float("inf"))]
    assert known(SPACE, {}, [Parent(tuned=frozenset("x"), results=results)]) == []
