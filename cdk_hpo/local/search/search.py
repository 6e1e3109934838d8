"""The search of a whole tuning job: all its definitions, its limits, and when it is done."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ..sagemaker.training import definitions, objective_of
from . import earlier
from .completion import Completion
from .earlier import Parent
from .hyperband import resource
from .median import falls_behind, running_averages
from .space import Space
from .strategies import Strategy, seed_of
from .study import Plan, Study

# As many training jobs as are run when the request names no limit and the strategy has no end of its own.
DEFAULT_TRAINING_JOBS = 10
# The service gives up when none of the first training jobs is of use.
ATTEMPTS = 5

Ended = Literal["Completed", "Failed", "Stopped"]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The next training job.

    Parameters
    ----------
    number
        Its number within the tuning job, from 0.
    definition
        The training job definition that it is made from.
    tuned
        Its tuned hyperparameters.
    """

    number: int
    definition: Mapping[str, Any] = field(repr=False)
    tuned: Mapping[str, str]


@dataclass
class _Job:
    part: int
    number: int
    values: list[float] = field(default_factory=list)
    status: Ended | None = None
    measured: bool = False


class _Part:
    """One training job definition with its study."""

    def __init__(self, definition: Mapping[str, Any], plan: Plan, completion: Completion) -> None:
        self.definition, self.minimize = definition, plan.minimize
        self.study, self.completion = Study(plan), completion
        self.averages: list[list[float]] = []
        self.used_up = False


class Search:
    """Decides; whoever uses it runs the training jobs and tells what they report.

    Parameters
    ----------
    request
        A tuning job's request.
    name
        The tuning job's name: the seed when the request has none.
    parents
        For a warm start, the earlier tuning jobs that are known.

    Raises
    ------
    ValueError
        When a range or the strategy's configuration cannot be searched; a sentence that says why.
    """

    def __init__(self, request: Mapping[str, Any], name: str, parents: Sequence[Parent] = ()) -> None:
        self._config = request["HyperParameterTuningJobConfig"]
        self._early = self._config.get("TrainingJobEarlyStoppingType") == "Auto"
        limits = self._config["ResourceLimits"]
        self.parallel: int = limits["MaxParallelTrainingJobs"]
        self.max_runtime: int | None = limits.get("MaxRuntimeInSeconds")
        self._parts: list[_Part] = []
        self._jobs: list[_Job] = []
        parts = definitions(request)
        spaces = [Space.of(_ranges(self._config, part)) for part in parts]
        self.total = _total(self._config, spaces)
        seed = seed_of(self._config.get("RandomSeed", name))
        for index, (part, space) in enumerate(zip(parts, spaces, strict=True)):
            plan = _plan(request, part, space, seed_of(seed, index), self.total, parents)
            completion = Completion.of(self._config, minimize=plan.minimize)
            self._parts.append(_Part(part, plan, completion))

    # -- training jobs -------------------------------------------------------------------------------------------

    def propose(self) -> Proposal | None:
        """Return the next training job, None when all have been proposed. Definitions take turns."""
        while len(self._jobs) < self.total:
            part = self._turn()
            if part is None:
                return None
            proposed = self._parts[part].study.propose()
            if proposed is None:
                self._parts[part].used_up = True
                continue
            self._jobs.append(_Job(part, proposed[0]))
            return Proposal(number=len(self._jobs) - 1, definition=self._parts[part].definition, tuned=proposed[1])
        return None

    def report(self, number: int, value: float) -> bool:
        """Take the objective of a running job after one more epoch and say whether to stop it."""
        if not math.isfinite(value):
            return False
        job = self._jobs[number]
        part = self._parts[job.part]
        job.values.append(value)
        stop = part.study.report(job.number, value)
        if self._early:
            epoch = len(job.values)
            stop = stop or falls_behind(value, epoch, part.averages, minimize=part.minimize)
        return stop

    def finish(self, number: int, status: Ended, value: float | None) -> None:
        """Take the end of a job with its final objective, None when it has none."""
        job = self._jobs[number]
        part = self._parts[job.part]
        job.status, job.measured = status, value is not None
        if status == "Completed":
            part.averages.append(running_averages(job.values))
        part.study.finish(job.number, value)
        if value is not None:
            part.completion.add(value)

    # -- the tuning job ------------------------------------------------------------------------------------------

    @property
    def criterion(self) -> str | None:
        """The completion criterion that is met, in the API's words; None while none is."""
        met = [part.completion.met for part in self._parts]
        if "TargetObjectiveMetricValue" in met:
            return "TargetObjectiveMetricValue"
        return met[0] if all(met) else None

    @property
    def failure(self) -> str | None:
        """Why the tuning job has failed, None when it has not."""
        ended = [job for job in self._jobs if job.status in ("Completed", "Failed")]
        final = len(self._jobs) >= self.total and all(job.status is not None for job in self._jobs)
        if any(job.measured for job in self._jobs) or not ended or not (final or len(ended) >= ATTEMPTS):
            return None
        if any(job.status == "Completed" for job in ended):
            return (
                f"No objective metrics found after running {len(ended)} training jobs. Please ensure that the custom "
                "algorithm is emitting the objective metric as defined by the regular expression provided."
            )
        return (
            f"No training job succeeded after {len(ended)} attempts. For additional details, please take a look at the "
            "training job failures by listing training jobs for the hyperparameter tuning job."
        )

    @property
    def not_improving(self) -> int:
        """How many training jobs in a row have not improved the objective by more than 1%."""
        return min(part.completion.not_improving for part in self._parts)

    @property
    def converged(self) -> bool:
        """Whether improvements have become insignificant."""
        return all(part.completion.converged for part in self._parts)

    def _turn(self) -> int | None:
        jobs = [sum(job.part == index for job in self._jobs) for index in range(len(self._parts))]
        open_parts = [index for index, part in enumerate(self._parts) if not part.used_up]
        return min(open_parts, key=lambda index: jobs[index], default=None)


def _ranges(config: Mapping[str, Any], definition: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definition.get("HyperParameterRanges") or config.get("ParameterRanges") or {}
    return found


def _total(config: Mapping[str, Any], spaces: Sequence[Space]) -> int:
    most: int | None = config["ResourceLimits"].get("MaxNumberOfTrainingJobs")
    if config["Strategy"] != "Grid":
        return DEFAULT_TRAINING_JOBS if most is None else most
    sizes = [space.size for space in spaces]
    if None in sizes:
        raise ValueError("The Grid strategy takes categorical parameters only.")
    cells = sum(size for size in sizes if size is not None)
    return cells if most is None else min(most, cells)


def _plan(
    request: Mapping[str, Any],
    definition: Mapping[str, Any],
    space: Space,
    seed: int,
    budget: int,
    parents: Sequence[Parent],
) -> Plan:
    config = request["HyperParameterTuningJobConfig"]
    strategy: Strategy = config["Strategy"]
    static = definition.get("StaticHyperParameters") or {}
    objective = objective_of(request, definition) or {}
    minimize = objective.get("Type") != "Maximize"
    same_data = (request.get("WarmStartConfig") or {}).get("WarmStartType") == "IdenticalDataAndAlgorithm"
    found = earlier.known(space, static, parents) if strategy != "Grid" else []
    return Plan(
        space=space,
        strategy=strategy,
        minimize=minimize,
        seed=seed,
        budget=budget,
        resource=resource(config, static) if strategy == "Hyperband" else None,
        known=found if same_data else (),
        first=() if same_data else earlier.places(found, minimize=minimize),
    )
