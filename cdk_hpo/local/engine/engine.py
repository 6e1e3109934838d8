"""Starts tuning jobs that really search and train."""

import threading
from collections.abc import Mapping
from typing import Any

from ..sagemaker.training import Outcome
from ..search import EarlierResult, Parent, Search
from .run import TrainedRun, Trainer


class TrainingEngine:
    """Starts runs, and gives each the results of those that it is warm-started from.

    Parameters
    ----------
    trainer
        What trains.
    parallel
        The most training jobs that one tuning job may run at once, whatever its request says; None for no limit.
    """

    def __init__(self, trainer: Trainer, *, parallel: int | None = None) -> None:
        self._trainer, self._most = trainer, parallel
        self._runs: dict[str, TrainedRun] = {}
        self._lock = threading.Lock()

    def start(self, name: str, arn: str, request: Mapping[str, Any], now: float) -> TrainedRun:
        """Start the tuning job of a valid request; ValueError says in a sentence why it can not be started."""
        search = Search(request, name, self._parents(arn, request))
        parallel = search.parallel if self._most is None else min(search.parallel, self._most)
        run = TrainedRun(name, arn, request, now, search=search, trainer=self._trainer, parallel=parallel)
        with self._lock:
            self._runs[arn] = run
        return run

    def close(self, now: float) -> None:
        """End everything that still runs, and wait until it is gone."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.end(Outcome(status="Stopped", at=now))

    def _parents(self, arn: str, request: Mapping[str, Any]) -> list[Parent]:
        place = arn.partition("/")[0]
        found = []
        for each in (request.get("WarmStartConfig") or {}).get("ParentHyperParameterTuningJobs") or []:
            name = each["HyperParameterTuningJobName"]
            with self._lock:
                run = self._runs.get(f"{place}/{name.lower()}")
            if run is None:
                raise ValueError(f"The parent hyperparameter tuning job {name} does not exist.")
            if run.outcome is None:
                raise ValueError(f"The parent hyperparameter tuning job {name} has not ended.")
            found.append(_parent(run))
        return found


def _parent(run: TrainedRun) -> Parent:
    jobs = run.training_jobs
    results = [
        EarlierResult(
            hyperparameters={**(job.definition.get("StaticHyperParameters") or {}), **job.tuned}, value=job.objective
        )
        for job in jobs
        if job.objective is not None
    ]
    return Parent(tuned=frozenset(name for job in jobs for name in job.tuned), results=results)
