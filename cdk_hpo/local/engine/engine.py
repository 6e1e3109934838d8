"""Starts tuning jobs that really search and train."""

import threading
from collections.abc import Mapping
from typing import Any

from ..sagemaker.training import Outcome, Run
from ..search import EarlierResult, Parent, Search
from .run import TrainedRun, Trainer


class TrainingEngine:
    """Starts runs.

    Parameters
    ----------
    trainer
        What trains.
    parallel
        The most training jobs that one tuning job may run at once, whatever its request says; None for no limit.
    """

    def __init__(self, trainer: Trainer, *, parallel: int | None = None) -> None:
        self._trainer, self._most = trainer, parallel
        self._runs: list[TrainedRun] = []
        self._lock = threading.Lock()

    def start(
        self, name: str, arn: str, request: Mapping[str, Any], now: float, parents: Mapping[str, Run]
    ) -> TrainedRun:
        """Start the tuning job of a valid request; ValueError says in a sentence why it can not be started."""
        search = Search(request, name, _ended(request, parents))
        parallel = search.parallel if self._most is None else min(search.parallel, self._most)
        run = TrainedRun(name, arn, request, now, search=search, trainer=self._trainer, parallel=parallel)
        with self._lock:
            self._runs = [*(each for each in self._runs if each.outcome is None), run]
        return run

    def close(self, now: float) -> None:
        """End everything that still runs, and wait until it is gone."""
        with self._lock:
            runs = list(self._runs)
        for run in runs:
            run.end(Outcome(status="Stopped", at=now))


def _ended(request: Mapping[str, Any], parents: Mapping[str, Run]) -> list[Parent]:
    """Return what the parents of a request found; ValueError when one of them is not there or still runs."""
    found = []
    for each in (request.get("WarmStartConfig") or {}).get("ParentHyperParameterTuningJobs") or []:
        name = each["HyperParameterTuningJobName"]
        run = parents.get(name.lower())
        if run is None:
            raise ValueError(f"The parent hyperparameter tuning job {name} does not exist.")
        if run.outcome is None:
            raise ValueError(f"The parent hyperparameter tuning job {name} has not ended.")
        found.append(_parent(run))
    return found


def _parent(run: Run) -> Parent:
    jobs = run.training_jobs
    results = [
        EarlierResult(
            hyperparameters={**(job.definition.get("StaticHyperParameters") or {}), **job.tuned}, value=job.objective
        )
        for job in jobs
        if job.objective is not None
    ]
    return Parent(tuned=frozenset(name for job in jobs for name in job.tuned), results=results)
