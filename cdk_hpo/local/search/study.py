"""The search over one training job definition."""

import logging
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy
import optuna
from optuna.trial import Trial, TrialState, create_trial

from .hyperband import Resource
from .parameters import Inner
from .space import Space
from .strategies import Strategy, pruner, sampler, seed_of

optuna.logging.get_logger("optuna").setLevel(logging.WARNING)

# How often a proposal that was made before is drawn anew. Then a small space is looked through for one that was not,
# and in a large one it is made again.
REDRAWS = 5
SMALL = 10_000


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a study searches.

    Parameters
    ----------
    space
        Where.
    strategy
        How.
    minimize
        Whether low values are good.
    seed
        Where random numbers begin; the same seed and the same results give the same proposals.
    budget
        How many training jobs there will be.
    resource
        For Hyperband the epochs of a training job, else None.
    known
        Results of earlier tuning jobs on the same data.
    first
        Places to try before any other.
    """

    space: Space
    strategy: Strategy
    minimize: bool
    seed: int
    budget: int
    resource: Resource | None = None
    known: Sequence[tuple[Mapping[str, Inner], float]] = ()
    first: Sequence[dict[str, Inner]] = ()


@dataclass
class _Job:
    trial: Trial
    values: list[float] = field(default_factory=list)
    pruned: bool = False


class Study:
    """Proposes hyperparameters, takes results, and says for Hyperband which training jobs to stop.

    Parameters
    ----------
    plan
        What to search.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._study = optuna.create_study(
            study_name="search",  # Hyperband deals its brackets by it: a random name would not be reproducible
            direction="minimize" if plan.minimize else "maximize",
            pruner=pruner(plan.resource),
        )
        self._jobs: dict[int, _Job] = {}
        self._first = deque(plan.first)
        self._grid: Iterator[dict[str, Inner]] | None = plan.space.grid() if plan.strategy == "Grid" else None
        self._made: set[tuple[str, ...]] = set()
        for inner, value in plan.known:
            self._learn(inner, value)

    def propose(self) -> tuple[int, dict[str, str]] | None:
        """Return the number of a new job within this study and its hyperparameters; None when a grid is used up."""
        number = len(self._jobs)
        trial = self._next(number)
        if trial is None:
            return None
        texts = self._plan.space.texts(trial.params)
        self._made.add(tuple(texts.values()))
        self._jobs[number] = _Job(trial)
        return number, texts

    def report(self, number: int, value: float) -> bool:
        """Take the objective after one more epoch and say whether Hyperband stops the job here."""
        job, resource = self._jobs[number], self._plan.resource
        if not math.isfinite(value):
            return False
        job.values.append(value)
        if resource is None:
            return False
        epoch = len(job.values)
        if epoch > resource.most:
            return True  # not before: a program that trains for the most epochs may still save its model
        job.trial.report(value, epoch)
        job.pruned = job.pruned or (resource.least <= epoch < resource.most and job.trial.should_prune())
        return job.pruned

    def finish(self, number: int, value: float | None) -> None:
        """Take the final objective of a job, None when it has none."""
        job = self._jobs[number]
        if value is None or not math.isfinite(value):
            self._study.tell(job.trial, state=TrialState.FAIL)
        elif job.pruned:
            self._study.tell(job.trial, state=TrialState.PRUNED)
        else:
            self._study.tell(job.trial, value)

    def _next(self, number: int) -> Trial | None:
        if self._grid is not None:
            cell = next(self._grid, None)
            return None if cell is None else self._ask(cell, number, 0)
        if self._first:
            return self._ask(self._first.popleft(), number, 0)
        places = self._plan.space.places
        if places is None or len(self._made) < places:
            for attempt in range(REDRAWS):
                trial = self._ask({}, number, attempt)
                if tuple(self._plan.space.texts(trial.params).values()) not in self._made:
                    return trial
                self._study.tell(trial, state=TrialState.FAIL)
            if places is not None and places <= SMALL:
                return self._ask(self._new_place(number), number, REDRAWS)
        return self._ask({}, number, REDRAWS)

    def _new_place(self, number: int) -> dict[str, Inner]:
        """Return some place of a small space that was not proposed yet."""
        space = self._plan.space
        new = [inner for inner in space.every() if tuple(space.texts(inner).values()) not in self._made]
        return new[seed_of(self._plan.seed, number) % len(new)]

    def _ask(self, fixed: dict[str, Inner], number: int, attempt: int) -> Trial:
        # A sampler of its own for each proposal: what was drawn before does not shift the numbers that follow.
        plan = self._plan
        self._study.sampler = sampler(plan.strategy, seed_of(plan.seed, number, attempt), plan.budget)
        if fixed:
            self._study.enqueue_trial(fixed)
        with numpy.errstate(divide="ignore", invalid="ignore"):  # harmless, in extreme ranges
            return self._study.ask(plan.space.distributions)

    def _learn(self, inner: Mapping[str, Inner], value: float) -> None:
        self._made.add(tuple(self._plan.space.texts(inner).values()))
        self._study.add_trial(
            create_trial(params=dict(inner), distributions=self._plan.space.distributions, value=value)
        )
