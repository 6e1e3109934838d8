"""Training jobs that only let time pass; what they 'find' depends on the tuning job's name and request alone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .proposals import grid_size, proposal
from .training import Outcome, Run, TrainingJob, definitions, objective_of

# As many as are simulated when the request names no limit.
DEFAULT_TRAINING_JOBS = 10
# The service's own quota keeps jobs below this; a request may name any number.
MOST_TRAINING_JOBS = 10_000


@dataclass(kw_only=True)
class Settings:
    """How long simulated jobs take.

    Parameters
    ----------
    job_seconds
        From the creation of a tuning job to its completion.
    stop_seconds
        From the request to stop it to the status Stopped.
    """

    job_seconds: float = 5.0
    stop_seconds: float = 0.5


class SimulatedEngine:
    """Starts simulated runs that share one, changeable, pace."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def start(
        self, name: str, arn: str, request: Mapping[str, Any], now: float, parents: Mapping[str, Run]
    ) -> "SimulatedRun":
        """Start a run, which learns nothing from its parents; ValueError when a range is unreadable."""
        return SimulatedRun(name, arn, request, now, self.settings)


@dataclass
class _Progress:
    """A share from 0 to 1 that grows with time at a pace that may change meanwhile."""

    since: float
    share: float = 0.0

    def advance(self, now: float, seconds: float) -> "_Step":
        before, start = self.share, self.since
        gained = 1.0 if seconds <= 0 else max(now - start, 0.0) / seconds
        self.share = min(1.0, before + gained)
        self.since = max(now, start)
        return _Step(before, self.share, start, max(seconds, 0.0))


@dataclass(frozen=True)
class _Step:
    before: float
    after: float
    start: float
    seconds: float

    def reached(self, share: float) -> float | None:
        """Return when the share was reached, None when it is still to come."""
        if share > self.after:
            return None
        return self.start + max(share - self.before, 0.0) * self.seconds


class SimulatedRun:
    """Training jobs in waves of the parallel limit, all waves equally long, together ``job_seconds``."""

    def __init__(self, name: str, arn: str, request: Mapping[str, Any], now: float, settings: Settings) -> None:
        self._name, self._request, self._settings = name, request, settings
        self._arn_prefix = arn.split(":hyper-parameter-tuning-job/")[0] + ":training-job/"
        self._seed = f"{name}/{request['HyperParameterTuningJobConfig'].get('RandomSeed', '')}"
        self._jobs: list[TrainingJob] = []
        self._outcome: Outcome | None = None
        self._work = _Progress(now)
        self._halt: _Progress | None = None
        limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
        self._total = min(limits.get("MaxNumberOfTrainingJobs") or self._unlimited(), MOST_TRAINING_JOBS)
        self._parallel = min(limits["MaxParallelTrainingJobs"], self._total)
        self._waves = -(-self._total // self._parallel)
        self.advance(now)

    @property
    def training_jobs(self) -> Sequence[TrainingJob]:
        """Every training job started so far, oldest first."""
        return self._jobs

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None before."""
        return self._outcome

    @property
    def not_improving(self) -> int | None:
        """No count is kept of what is made up."""
        return None

    @property
    def converged(self) -> float | None:
        """What is made up does not converge."""
        return None

    def advance(self, now: float) -> None:
        """Let time pass until now."""
        if self._outcome is not None:
            return
        if self._halt is not None:
            stopped_at = self._halt.advance(now, self._settings.stop_seconds).reached(1.0)
            if stopped_at is not None:
                self.end(Outcome(status="Stopped", at=stopped_at))
            return
        step = self._work.advance(now, self._settings.job_seconds)
        for job, wave in ((job, index // self._parallel) for index, job in enumerate(self._jobs)):
            self._complete(job, step.reached((wave + 1) / self._waves))
        while len(self._jobs) < self._total:
            wave = len(self._jobs) // self._parallel
            started = step.reached(wave / self._waves)
            if started is None:
                break
            self._jobs.append(self._start(len(self._jobs), started))
            self._complete(self._jobs[-1], step.reached((wave + 1) / self._waves))
        ended = step.reached(1.0)
        if ended is not None:
            self._outcome = Outcome(status="Completed", at=ended)

    def stop(self, now: float) -> None:
        """Begin to stop the training jobs that run."""
        self.advance(now)
        if self._outcome is not None or self._halt is not None:
            return
        self._halt = _Progress(now)
        for job in self._jobs:
            if job.status == "InProgress":
                job.status = "Stopping"
                job.enter("Stopping", now)

    def end(self, outcome: Outcome) -> None:
        """End now; what still runs ends with it."""
        if self._outcome is not None:
            return
        self._outcome = outcome
        for job in self._jobs:
            job.close(outcome)

    def _unlimited(self) -> int:
        if self._request["HyperParameterTuningJobConfig"]["Strategy"] == "Grid":
            return max(grid_size(self._ranges(0)), 1)
        return DEFAULT_TRAINING_JOBS

    def _definition(self, index: int) -> Mapping[str, Any]:
        all_of_them = definitions(self._request)
        return all_of_them[index % len(all_of_them)]

    def _ranges(self, index: int) -> Mapping[str, Any]:
        config = self._request["HyperParameterTuningJobConfig"]
        found: Mapping[str, Any] = (
            self._definition(index).get("HyperParameterRanges") or config.get("ParameterRanges") or {}
        )
        return found

    def _start(self, index: int, now: float) -> TrainingJob:
        grid = self._request["HyperParameterTuningJobConfig"]["Strategy"] == "Grid"
        tuned, _ = proposal(self._seed, index, self._ranges(index), grid=grid)
        digest = hashlib.sha256(f"{self._seed}/{index}".encode()).hexdigest()[:8]
        name = f"{self._name}-{index + 1:03d}-{digest}"
        job = TrainingJob(
            name=name,
            arn=self._arn_prefix + name.lower(),
            definition=self._definition(index),
            tuned=tuned,
            created=now,
            started=now,
        )
        for phase in ("Downloading", "Training"):
            job.enter(phase, now)
        return job

    def _complete(self, job: TrainingJob, at: float | None) -> None:
        if at is None or job.status != "InProgress":
            return
        job.status, job.ended = "Completed", at
        for phase in ("Uploading", "Completed"):
            job.enter(phase, at)
        index = int(job.name.rsplit("-", 2)[1]) - 1
        objective = objective_of(self._request, job.definition)
        if objective is None:
            job.objective_status = "Failed"
            return
        grid = self._request["HyperParameterTuningJobConfig"]["Strategy"] == "Grid"
        _, loss = proposal(self._seed, index, self._ranges(index), grid=grid)
        job.objective = loss if objective["Type"] == "Minimize" else round(1 - loss, 6)
        job.objective_status = "Succeeded"
