"""The training jobs of one tuning job, really trained."""

import hashlib
import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..sagemaker.training import Ending, Outcome, Phase, TrainingJob, objective_of
from ..search import Proposal, Search
from ..training_jobs.order import Order, Result

RESERVED = "_tuning_objective_metric"


class Training(Protocol):
    """A training job that runs."""

    def take(self) -> Sequence[float]:
        """Return the values of the objective that came since the last call."""
        ...

    @property
    def phases(self) -> Sequence[Phase]:
        """The secondary statuses that it has gone through so far, without how it started and ended."""
        ...

    @property
    def result(self) -> Result | None:
        """How it ended; None before. No value of the objective follows it."""
        ...

    def stop(self) -> None:
        """Ask it to stop; what it has learned is kept."""
        ...

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        ...


Trainer = Callable[[Order], Training]


@dataclass
class _Live:
    """A training job that has not ended."""

    number: int
    record: TrainingJob
    training: Training
    value: float | None = None
    stopping: bool = False
    phases: int = 0

    def stop(self, now: float) -> None:
        if not self.stopping:
            self.follow()
            self.stopping = True
            self.record.status = "Stopping"
            self.record.enter("Stopping", now)
            self.training.stop()

    def follow(self) -> None:
        """Take over the phases that are new; a job that is being stopped is only that until it has ended."""
        new = self.training.phases[self.phases :]
        self.phases += len(new)
        for phase, at in new:
            if not self.stopping:
                self.record.enter(phase, at)


class TrainedRun:
    """Starts the training jobs that the search proposes, and tells it what they report.

    It moves when it is advanced, in no thread of its own.

    Parameters
    ----------
    name, arn, request
        The tuning job's.
    now
        When it begins, in seconds since the epoch.
    search
        What decides.
    trainer
        What trains.
    parallel
        How many training jobs may run at once.
    """

    def __init__(
        self,
        name: str,
        arn: str,
        request: Mapping[str, Any],
        now: float,
        *,
        search: Search,
        trainer: Trainer,
        parallel: int,
    ) -> None:
        self.request = request
        self._name, self._began = name, now
        self._place, _, _ = arn.partition(":hyper-parameter-tuning-job/")
        self._search, self._trainer, self._parallel = search, trainer, parallel
        self._records: list[TrainingJob] = []
        self._live: list[_Live] = []
        self._ending: Ending | None = None
        self._reason: str | None = None
        self._outcome: Outcome | None = None
        self.converged: float | None = None
        self._lock = threading.RLock()
        self.advance(now)

    @property
    def training_jobs(self) -> Sequence[TrainingJob]:
        """Every training job started so far, oldest first."""
        return list(self._records)

    @property
    def outcome(self) -> Outcome | None:
        """How the tuning job ended; None while it runs or is being stopped."""
        return self._outcome

    @property
    def not_improving(self) -> int:
        """How many training jobs in a row have not improved the objective by more than 1%."""
        return self._search.not_improving

    def advance(self, now: float) -> None:
        """Take what the training jobs report, and start or stop what follows from it."""
        with self._lock:
            if self._outcome is not None:
                return
            try:
                self._advance(now)
            except Exception as error:  # a defect here must not end the other tuning jobs
                self.end(Outcome(status="Failed", at=now, reason=f"InternalServerError: {error!r}"))

    def stop(self, now: float) -> None:
        """Begin to stop; the outcome follows once the training jobs have stopped."""
        with self._lock:
            self.advance(now)
            if self._outcome is None:
                self._close("Stopped", now)
                self.advance(now)

    def end(self, outcome: Outcome) -> None:
        """End at once; what still runs is killed and ends with it."""
        with self._lock:
            if self._outcome is not None:
                return
            self._outcome = outcome
            for live in self._live:
                live.training.end()
                live.record.close(outcome)
            self._live = []

    # -- inside --------------------------------------------------------------------------------------------------

    def _advance(self, now: float) -> None:
        self._listen(now)
        if self._ending is None:
            self._decide(now)
            if self._ending is None:
                self._start(now)
            else:
                self._listen(now)  # what could be stopped at once has ended
        if not self._live:
            # Without a decision to end there was nothing more to start: all training jobs are done.
            self._outcome = Outcome(status=self._ending or "Completed", at=now, reason=self._reason)

    def _listen(self, now: float) -> None:
        for live in list(self._live):
            result = live.training.result  # before its values and phases: none follow it
            live.follow()
            for value in live.training.take():
                live.value = value
                if self._search.report(live.number, value):
                    live.stop(now)
            if result is not None:
                self._live.remove(live)
                self._finish(live, result, now)

    def _finish(self, live: _Live, result: Result, now: float) -> None:
        record, value = live.record, live.value
        if result.status == "Failed" or value is None or not math.isfinite(value):
            value = None
        record.status, record.ended, record.failure_reason = result.status, now, result.reason
        record.objective, record.objective_status = value, "Failed" if value is None else "Succeeded"
        record.enter("MaxRuntimeExceeded" if result.overtime and not live.stopping else result.status, now)
        self._search.finish(live.number, result.status, value)
        if self._search.converged and self.converged is None:
            self.converged = now

    def _decide(self, now: float) -> None:
        longest = self._search.max_runtime
        if (failure := self._search.failure) is not None:
            self._reason = failure
            self._close("Failed", now)
        elif self._search.criterion is not None or (longest is not None and now - self._began >= longest):
            self._close("Completed", now)

    def _close(self, ending: Ending, now: float) -> None:
        if self._ending is None:
            self._ending = ending
        for live in self._live:
            live.stop(now)

    def _start(self, now: float) -> None:
        while len(self._live) < self._parallel and (proposal := self._search.propose()) is not None:
            record = self._record(proposal, now)
            training = self._trainer(self._order(record))
            self._records.append(record)
            self._live.append(_Live(proposal.number, record, training))

    def _record(self, proposal: Proposal, now: float) -> TrainingJob:
        number = proposal.number + 1
        name = f"{self._name}-{number:03d}-{hashlib.sha256(f'{self._name}/{number}'.encode()).hexdigest()[:8]}"
        return TrainingJob(
            name=name,
            arn=f"{self._place}:training-job/{name.lower()}",
            definition=proposal.definition,
            tuned=proposal.tuned,
            created=now,
            started=now,
        )

    def _order(self, record: TrainingJob) -> Order:
        objective = objective_of(self.request, record.definition)
        metric = None if objective is None else objective["MetricName"]
        return Order(
            name=record.name,
            arn=record.arn,
            region=self._place.split(":")[3],
            definition=record.definition,
            hyperparameters={
                **(record.definition.get("StaticHyperParameters") or {}),
                **({} if metric is None else {RESERVED: metric}),
                **record.tuned,
            },
            objective=metric,
        )
