import itertools
import statistics
from typing import Any

import pytest

from cdk_hpo.local.search import Search, strategies, study
from cdk_hpo.local.search.hyperband import resource
from tests.local.search.requests import Values, bowl, more, real, request, walk

GRID = {
    "CategoricalParameterRanges": [
        {"Name": "a", "Values": ["1", "2", "3"]},
        {"Name": "b", "Values": ["x", "y"]},
        {"Name": "c", "Values": ["t"]},
    ]
}
CELLS = {(a, b, "t") for a, b in itertools.product("123", "xy")}
EPOCHS = {"StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 9}}}


def tuned(given: dict[str, Any], **options: Any) -> list[Values]:
    return [proposal.tuned for proposal, _ in walk(given, **options)]


@pytest.mark.parametrize("jobs", [None, 6, 100])
def test_a_grid_is_walked_exactly_once(jobs: int | None) -> None:
    visited = [tuple(values.values()) for values in tuned(request("Grid", ranges=GRID, jobs=jobs), value=lambda _: 1.0)]
    assert len(visited) == 6
    assert set(visited) == CELLS


def test_a_grid_takes_categories_only() -> None:
    with pytest.raises(ValueError, match="The Grid strategy takes categorical parameters only"):
        Search(request("Grid"), "job")


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_the_same_seed_proposes_the_same(strategy: str) -> None:
    given = request(strategy, jobs=15, RandomSeed=7)
    assert tuned(given, name="one") == tuned(given, name="another")
    assert tuned(given) != tuned(request(strategy, jobs=15, RandomSeed=8))


def test_without_a_seed_the_name_is_the_seed() -> None:
    assert tuned(request(), name="one") == tuned(request(), name="one") != tuned(request(), name="two")


def test_random_proposals_do_not_depend_on_what_jobs_find_or_when_they_end() -> None:
    one, two = Search(request(jobs=6, parallel=3), "job"), Search(request(jobs=6, parallel=3), "job")
    together = [proposal.tuned for proposal in more(one, 6)]
    assert tuned(request(jobs=6), value=lambda values: -bowl(values)) == together
    more(two, 3)
    for number in (2, 0, 1):
        two.finish(number, "Completed", float(number))
    assert [proposal.tuned for proposal in more(two, 3)] == together[3:]


def test_bayesian_proposals_depend_on_the_results_but_not_on_the_order_of_their_arrival() -> None:
    found = []
    for order in ((0, 1, 2, 3), (3, 1, 0, 2)):
        search = Search(request("Bayesian", jobs=12, parallel=4), "job")
        first = more(search, 4)
        for number in order:
            search.finish(number, "Completed", bowl(first[number].tuned))
        found.append([proposal.tuned for proposal in more(search, 4)])
    assert found[0] == found[1]


def test_bayesian_keeps_away_from_what_still_runs() -> None:
    found = []
    for fails in (False, True):
        search = Search(request("Bayesian", jobs=30, parallel=2), "job")
        for proposal in more(search, 20):
            search.finish(proposal.number, "Completed", bowl(proposal.tuned))
        (running,) = more(search, 1)
        if fails:  # then it says nothing of its place
            search.finish(running.number, "Failed", None)
        found.append(more(search, 1)[0].tuned)
    assert found[0] != found[1]


def test_bayesian_finds_more_than_random() -> None:
    ranges = {"ContinuousParameterRanges": [real(name, 0, 1) for name in "abcd"]}
    best = {
        strategy: statistics.median(
            min(value for _, value in walk(request(strategy, ranges=ranges, jobs=30, RandomSeed=seed)))
            for seed in range(7)
        )
        for strategy in ("Random", "Bayesian")
    }
    assert best["Bayesian"] < best["Random"] / 2


def test_bayesian_maximizes_too() -> None:
    found = walk(request("Bayesian", jobs=30, objective="Maximize"), lambda values: -bowl(values))
    late = statistics.median(value for _, value in found[15:])
    assert late > statistics.median(value for _, value in found[:5])


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_nothing_is_tried_twice_while_there_is_something_new(strategy: str) -> None:
    ranges = {"IntegerParameterRanges": [{"Name": "x", "MinValue": "1", "MaxValue": "4"}]}
    visited = [values["x"] for values in tuned(request(strategy, ranges=ranges, jobs=6))]
    assert len(visited) == 6  # more than there are: it goes on
    assert set(visited[:4]) == set("1234")


@pytest.mark.parametrize("strategy", ["Random", "Bayesian"])
def test_jobs_without_a_result_do_not_end_the_search(strategy: str) -> None:
    search = Search(request(strategy, jobs=20), "job")
    for number in range(20):
        assert search.propose() is not None
        search.finish(number, "Failed" if number % 2 else "Completed", None if number % 2 else 1.0)
    assert search.propose() is None


def epochs(given: dict[str, Any], *, slope: float = 0.0) -> list[int]:
    """Run training jobs of at most 20 epochs and return after how many each was stopped."""
    search, spent = Search(given, "job"), []
    while (proposal := search.propose()) is not None:
        final = bowl(proposal.tuned)
        epoch = next(
            (epoch for epoch in range(1, 20) if search.report(proposal.number, final + slope * (20 - epoch))), 20
        )
        search.finish(proposal.number, "Stopped" if epoch < 20 else "Completed", final)
        spent.append(epoch)
    return spent


def test_hyperband_stops_beyond_the_most_and_not_before_the_least() -> None:
    spent = epochs(request("Hyperband", jobs=40, **EPOCHS))
    assert max(spent) == 10  # one that ends by itself after 9 is let be
    assert min(spent) < 9
    least = {"StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 4, "MaxResource": 9}}}
    assert min(epochs(request("Hyperband", jobs=40, **least))) >= 4


def test_hyperband_is_reproducible() -> None:
    given = request("Hyperband", jobs=30, RandomSeed=3, **EPOCHS)
    assert epochs(given) == epochs(given)


def test_hyperband_ignores_values_that_are_no_numbers() -> None:
    search = Search(request("Hyperband", jobs=1, **EPOCHS), "job")
    search.propose()
    assert not any(search.report(0, float("nan")) for _ in range(20))
    search.finish(0, "Completed", None)


@pytest.mark.parametrize("name", ["epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs"])
def test_the_most_epochs_are_inferred(name: str) -> None:
    assert resource({}, {name: "12"}).most == 12
    assert resource({}, {name: '"12"'}).most == 12


def test_hyperband_needs_to_know_its_resource() -> None:
    with pytest.raises(ValueError, match="MaxResource of HyperbandStrategyConfig is not given and cannot be inferred"):
        Search(request("Hyperband", static={"num_round": "10"}), "job")
    wrong = {"StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 10, "MaxResource": 9}}}
    with pytest.raises(ValueError, match="MinResource 10 of HyperbandStrategyConfig is above MaxResource 9"):
        Search(request("Hyperband", **wrong), "job")


@pytest.mark.parametrize("strategy", ["Bayesian", "Random"])
def test_a_space_is_used_up_before_anything_is_tried_again(strategy: str) -> None:
    ranges = {
        "IntegerParameterRanges": [{"Name": "n", "MinValue": "1", "MaxValue": "9"}],
        "CategoricalParameterRanges": [{"Name": "k", "Values": ["1", "2"]}],
    }
    found = [proposal.tuned for proposal, _ in walk(request(strategy, ranges=ranges, jobs=24))]
    assert len({tuple(tuned.values()) for tuned in found[:18]}) == 18
    assert len(found) == 24


def test_a_space_that_is_used_up_is_not_searched_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    made = strategies.sampler

    def counted(*given: Any) -> Any:
        asked.append(1)
        return made(*given)

    monkeypatch.setattr(study, "sampler", counted)
    ranges = {"CategoricalParameterRanges": [{"Name": "k", "Values": ["1", "2"]}]}
    walk(request("Bayesian", ranges=ranges, jobs=12))
    assert len(asked) <= 2 * (study.REDRAWS + 1) + 10
