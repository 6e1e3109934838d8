"""Requests for the tests of the search, and a loop that runs them without training anything."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cdk_hpo.local.search import Parent, Proposal, Search

Values = Mapping[str, str]


def real(name: str, low: float, high: float, scaling: str = "Linear") -> dict[str, str]:
    return {"Name": name, "MinValue": repr(low), "MaxValue": repr(high), "ScalingType": scaling}


def request(
    strategy: str = "Random",
    *,
    ranges: Mapping[str, Any] | None = None,
    jobs: int | None = 10,
    parallel: int = 1,
    objective: str = "Minimize",
    static: Mapping[str, str] | None = None,
    **config: Any,
) -> dict[str, Any]:
    """Return the part of a request that the search reads."""
    limits = {"MaxParallelTrainingJobs": parallel} | ({} if jobs is None else {"MaxNumberOfTrainingJobs": jobs})
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": strategy,
            "HyperParameterTuningJobObjective": {"Type": objective, "MetricName": "loss"},
            "ResourceLimits": limits,
            "ParameterRanges": ranges or {"ContinuousParameterRanges": [real("x", 0, 1), real("y", 0, 1)]},
            **config,
        },
        "TrainingJobDefinition": {"StaticHyperParameters": dict(static or {})},
    }


def bowl(values: Values) -> float:
    """Have the lowest value, 0, at 0.3 everywhere."""
    return sum((float(value) - 0.3) ** 2 for value in values.values())


def walk(
    given: Mapping[str, Any],
    value: Callable[[Values], float] = bowl,
    *,
    name: str = "job",
    parents: Sequence[Parent] = (),
    until: Callable[[Search], bool] = lambda search: False,
) -> list[tuple[Proposal, float]]:
    """Run training jobs one after the other and return them with their values."""
    search, done = Search(given, name, parents), []
    while not until(search) and (proposal := search.propose()) is not None:
        found = value(proposal.tuned)
        search.finish(proposal.number, "Completed", found)
        done.append((proposal, found))
    return done


def more(search: Search, jobs: int) -> list[Proposal]:
    """Return the next proposals, fewer when there are no more."""
    return [proposal for _ in range(jobs) if (proposal := search.propose()) is not None]
