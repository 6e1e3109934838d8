"""How good the search is: the strategies against each other on standard test functions, with equal budgets.

Writes benchmarks/SEARCH.md. Everything is seeded, so the numbers are the same each time with the same versions.
"""

import hashlib
import itertools
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
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
    bayesian = [(each, *compared(each)) for each in FUNCTIONS]
    hyperband = [(each, *effort(each)) for each in FUNCTIONS]
    warm = [(each, *warmed(each)) for each in FUNCTIONS]
    PAGE.write_text(page(bayesian, hyperband, warm), encoding="utf-8")
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


def effort(function: Function) -> tuple[float, float, int]:
    """Return the epochs that Random spends, and the median of those that Hyperband needs for Random's best.

    Both may spend the same epochs; Hyperband makes more, shorter training jobs of them. A run of Hyperband that does
    not get there counts with all its epochs.
    """
    budget = JOBS * EPOCHS
    needed, reached = [], 0
    for seed in SEEDS:
        goal = run(function, "Random", seed, epochs=EPOCHS).best
        # Another seed than Random's: with the same one it would see the same places.
        spent = run(function, "Hyperband", 1000 + seed, jobs=JOBS * 6, epochs=EPOCHS).spent_until(goal)
        reached += spent is not None and spent < budget
        needed.append(budget if spent is None else min(spent, budget))
    return budget, statistics.median(needed), reached


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


def page(
    bayesian: Sequence[tuple[Function, float, float, int]],
    hyperband: Sequence[tuple[Function, float, float, int]],
    warm: Sequence[tuple[Function, float, float]],
) -> str:
    """Write the page."""
    lines = [
        "# How good the search is",
        "",
        f"Written by `benchmarks/search_quality.py` with Optuna {version('optuna')}: {len(SEEDS)} seeds,",
        f"{JOBS} training jobs each, one at a time, lower is better.",
        "",
        "## Bayesian against Random: median of the best value",
        "",
        "| function | Random | Bayesian | Bayesian better, of 20 |",
        "|---|---:|---:|---:|",
        *(f"| {each.name} | {r:.4g} | {b:.4g} | {wins} |" for each, r, b, wins in bayesian),
        "",
        "## Hyperband against Random: epochs until Random's final best",
        "",
        f"A training job has {EPOCHS} epochs. Random spends them all; Hyperband stops jobs that fall behind.",
        "",
        "| function | Random | Hyperband, median | Hyperband gets there, of 20 |",
        "|---|---:|---:|---:|",
        *(f"| {each.name} | {r:.0f} | {h:.0f} | {reached} |" for each, r, h, reached in hyperband),
        "",
        "## Warm start: training jobs until the parent's best",
        "",
        f"Parent and child are Bayesian; {JOBS + 1} means that the median run did not get there.",
        "",
        "| function | without | with warm start |",
        "|---|---:|---:|",
        *(f"| {each.name} | {cold:g} | {w:g} |" for each, cold, w in warm),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
