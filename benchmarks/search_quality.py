"""How good the search is: the strategies against each other on standard test functions, with equal budgets.

Writes benchmarks/SEARCH.md. Everything is seeded, so the numbers are the same each time with the same versions.
"""

import hashlib
import itertools
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cdk_hpo.local.search import EarlierResult, Parent, Search

SEEDS = range(20)
JOBS = 40
EPOCHS = 27
# Hyperband may spend the same epochs; as it stops most jobs early, they are more jobs than this often.
HYPERBAND_JOBS = JOBS * 6
PROCESSES = 2
PAGE = Path(__file__).parent / "SEARCH.md"
Values = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Function:
    """A function to minimize, with the ranges that are searched."""

    name: str
    ranges: Mapping[str, Any]
    value: Callable[[Values], float]


def main() -> None:
    """Measure and write the page."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        found = list(pool.map(measured, range(len(FUNCTIONS))))
    bayesian, efforts, warm = zip(*found, strict=True)
    PAGE.write_text(page(bayesian, efforts, warm), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


# -- the functions: https://www.sfu.ca/~ssurjano/optimization.html -----------------------------------------------------


def real(name: str, low: float, high: float, scaling: str = "Linear") -> dict[str, str]:
    """Return a continuous range."""
    return {"Name": name, "MinValue": repr(low), "MaxValue": repr(high), "ScalingType": scaling}


def box(dimensions: int, low: float, high: float) -> dict[str, Any]:
    """Return the same range for every dimension."""
    return {"ContinuousParameterRanges": [real(f"x{i}", low, high) for i in range(dimensions)]}


def point(values: Values) -> list[float]:
    """Return the coordinates in order."""
    return [float(values[f"x{i}"]) for i in range(len(values))]


def branin(values: Values) -> float:
    """Have three equal minima of 0.398."""
    x, y = point(values)
    bow = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bow**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def rosenbrock(values: Values) -> float:
    """Have a bent valley with a minimum of 0."""
    x = point(values)
    return sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))


def ackley(values: Values) -> float:
    """Have many local minima around one of 0."""
    x = point(values)
    near = math.exp(-0.2 * math.sqrt(sum(v**2 for v in x) / len(x)))
    return 20 - 20 * near + math.e - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / len(x))


_A = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14), (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
_P = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


def hartmann(values: Values) -> float:
    """Have six dimensions and a minimum of -3.32."""
    x = point(values)
    return -sum(
        weight * math.exp(-sum(a * (v - p) ** 2 for a, v, p in zip(row, x, place, strict=True)))
        for weight, row, place in zip((1.0, 1.2, 3.0, 3.2), _A, _P, strict=True)
    )


def levy(values: Values) -> float:
    """Have waves towards a minimum of 0."""
    w = [1 + (v - 1) / 4 for v in point(values)]
    middle = sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])
    last = (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return math.sin(math.pi * w[0]) ** 2 + middle + last


FUNCTIONS = (
    Function("Branin, 2 dimensions", {"ContinuousParameterRanges": [real("x0", -5, 10), real("x1", 0, 15)]}, branin),
    Function("Rosenbrock, 4", box(4, -2, 2), rosenbrock),
    Function("Ackley, 5", box(5, -15, 30), ackley),
    Function("Hartmann, 6", box(6, 0, 1), hartmann),
    Function("Levy, 5", box(5, -10, 10), levy),
)

# -- one tuning job ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trace:
    """What a tuning job did: for each training job its hyperparameters, its final value, and its epochs."""

    tuned: Sequence[Values]
    values: Sequence[float]
    epochs: Sequence[int]

    @property
    def best(self) -> float:
        """The lowest value."""
        return min(self.values)

    def spent_until(self, goal: float) -> int | None:
        """Return the epochs spent until a value was at least as good as the goal, None when none was."""
        spent = 0
        for value, epochs in zip(self.values, self.epochs, strict=True):
            spent += epochs
            if value <= goal:
                return spent
        return None

    def jobs_until(self, goal: float) -> int | None:
        """Return the number of jobs until a value was at least as good as the goal, None when none was."""
        return next((number for number, value in enumerate(self.values, start=1) if value <= goal), None)


def run(
    function: Function,
    strategy: str,
    seed: int,
    *,
    jobs: int = JOBS,
    epochs: int = 1,
    parents: Sequence[Parent] = (),
) -> Trace:
    """Run a tuning job, one training job at a time; a job's value sinks over its epochs to the function's."""
    spread = spread_of(function) if epochs > 1 else 0.0
    config: dict[str, Any] = {
        "Strategy": strategy,
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": 1},
        "ParameterRanges": function.ranges,
        "RandomSeed": seed,
    }
    if strategy == "Hyperband":
        config["StrategyConfig"] = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": epochs}}
    request = {
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": {},
        "WarmStartConfig": {"WarmStartType": "IdenticalDataAndAlgorithm"},
    }
    search = Search(request, "benchmark", parents)
    tuned, values, spent = [], [], []
    while (proposal := search.propose()) is not None:
        final = function.value(proposal.tuned)
        value, epoch = final, 0
        for epoch in range(1, epochs + 1):
            value = final + spread * above(proposal.tuned, epoch / epochs)
            if search.report(proposal.number, value):
                break
        search.finish(proposal.number, "Completed" if epoch == epochs else "Stopped", value)
        tuned.append(proposal.tuned)
        values.append(value)
        spent.append(epoch)
    return Trace(tuned, values, spent)


def above(values: Values, share: float) -> float:
    """Return how far above its end a learning curve still is after a share of the epochs.

    Each place has a pace of its own, so that curves cross.
    """
    digest = hashlib.sha256(repr(sorted(values.items())).encode()).digest()
    pace = 2 + 6 * digest[0] / 255
    return math.exp(-pace * share) - math.exp(-pace)


@cache
def spread_of(function: Function) -> float:
    """Return how far apart the values of a function typically lie."""
    values = run(function, "Random", 99, jobs=200).values
    low, _, high = statistics.quantiles(values, n=4)
    return high - low


# -- what is compared --------------------------------------------------------------------------------------------------


def compared(function: Function) -> tuple[float, float, int]:
    """Return the median best of Random and of Bayesian, and for how many seeds Bayesian is better."""
    random = [run(function, "Random", seed).best for seed in SEEDS]
    bayesian = [run(function, "Bayesian", seed).best for seed in SEEDS]
    wins = sum(b < r for b, r in zip(bayesian, random, strict=True))
    return statistics.median(random), statistics.median(bayesian), wins


@dataclass(frozen=True)
class Effort:
    """Median epochs until Random's best value was reached, and for how many seeds it was reached."""

    random: float
    bayesian: float
    bayesian_reached: int
    hyperband: float
    hyperband_reached: int


def effort(function: Function) -> Effort:
    """Return the epochs that Random, Bayesian and Hyperband need until the best value that Random finds.

    All may spend the same epochs. Random and Bayesian train every job for all its epochs; Hyperband makes more, shorter
    training jobs of them. A run that does not get there counts with all its epochs.
    """
    budget = JOBS * EPOCHS
    random: list[int] = []
    bayesian: list[int] = []
    hyperband: list[int] = []
    for seed in SEEDS:
        own = run(function, "Random", seed, epochs=EPOCHS)
        random.append(own.spent_until(own.best) or budget)
        # Another seed than Random's: with the same one they would begin at the same places.
        for spent, strategy, jobs in ((bayesian, "Bayesian", JOBS), (hyperband, "Hyperband", HYPERBAND_JOBS)):
            reached = run(function, strategy, 1000 + seed, jobs=jobs, epochs=EPOCHS).spent_until(own.best)
            spent.append(budget + 1 if reached is None else min(reached, budget + 1))
    return Effort(
        random=statistics.median(random),
        bayesian=statistics.median(bayesian),
        bayesian_reached=sum(epochs <= budget for epochs in bayesian),
        hyperband=statistics.median(hyperband),
        hyperband_reached=sum(epochs <= budget for epochs in hyperband),
    )


def warmed(function: Function) -> tuple[float, float]:
    """Return the median number of jobs until the parent's best was reached: without and with a warm start.

    The parent is Bayesian; so is the child. A run that does not get there counts with one job more than it has.
    """
    cold, warm = [], []
    names = frozenset(each["Name"] for ranges in function.ranges.values() for each in ranges)
    for seed in SEEDS:
        parent = run(function, "Bayesian", seed)
        results = [EarlierResult(hyperparameters=t, value=v) for t, v in zip(parent.tuned, parent.values, strict=True)]
        parents = [Parent(tuned=names, results=results)]
        for found, given in ((cold, ()), (warm, parents)):
            jobs = run(function, "Bayesian", 1000 + seed, parents=given).jobs_until(parent.best)
            found.append(JOBS + 1 if jobs is None else jobs)
    return statistics.median(cold), statistics.median(warm)


Measured = tuple[tuple[float, float, int], Effort, tuple[float, float]]


def measured(number: int) -> Measured:
    """Measure all for one of the functions."""
    function = FUNCTIONS[number]
    return compared(function), effort(function), warmed(function)


# -- the page ----------------------------------------------------------------------------------------------------------


def page(
    bayesian: Sequence[tuple[float, float, int]], efforts: Sequence[Effort], warm: Sequence[tuple[float, float]]
) -> str:
    """Write the page."""
    names = [each.name for each in FUNCTIONS]
    lines = [
        "# How good the search is",
        "",
        f"Written by `benchmarks/search_quality.py` with Optuna {version('optuna')}: {len(SEEDS)} seeds,",
        f"{JOBS} training jobs each, one at a time, lower is better. What is searched are standard test functions, not",
        "models, and their learning curves are made up; nothing here says how Amazon's own search does.",
        "",
        "## Bayesian against Random: median of the best value",
        "",
        f"| function | Random | Bayesian | Bayesian better, of {len(SEEDS)} |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {r:.4g} | {b:.4g} | {wins} |" for name, (r, b, wins) in zip(names, bayesian, strict=True)),
        "",
        "## Epochs until Random's best",
        "",
        f"A training job has {EPOCHS} epochs, and all strategies may spend {JOBS * EPOCHS}: Random and Bayesian in",
        f"{JOBS} jobs of full length, Hyperband in up to {HYPERBAND_JOBS}, of which it stops those that fall behind.",
        "Hyperband's places are proposed as Bayesian's are (by TPE), so that its column shows both: the stops and the",
        "proposals. Compare it with the column Bayesian to see what the stops alone do.",
        "",
        "The goal is the best value that Random finds with the same seed. Random itself reaches it before its last",
        "epoch: its column is the median of when. A run that does not get there counts with all its epochs. A job's",
        "value sinks to the function's along an exponential curve with a pace of its own, so that curves cross.",
        "",
        f"| function | Random | Bayesian | Bayesian gets there, of {len(SEEDS)} | Hyperband | Hyperband gets there |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {name} | {each.random:.0f} | {each.bayesian:.0f} | {each.bayesian_reached} | {each.hyperband:.0f} "
            f"| {each.hyperband_reached} |"
            for name, each in zip(names, efforts, strict=True)
        ),
        "",
        "## Warm start: training jobs until the parent's best",
        "",
        "Parent and child are Bayesian and search the same function, with the type `IdenticalDataAndAlgorithm`: the",
        f"child knows all results of its parent. {JOBS + 1} means that the median run did not get there.",
        "",
        "| function | without | with warm start |",
        "|---|---:|---:|",
        *(f"| {name} | {cold:g} | {w:g} |" for name, (cold, w) in zip(names, warm, strict=True)),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
