"""The records of tuning jobs and how they are found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ServiceError, name_taken, tuning_job_not_found
from .training import Run, TrainingJob


@dataclass(kw_only=True)
class TuningJob:
    """One tuning job: what was asked for, and the run that carries it out."""

    name: str
    arn: str
    account: str
    region: str
    request: Mapping[str, Any] = field(repr=False)
    tags: dict[str, str]
    created: float
    modified: float
    run: Run = field(repr=False)
    stopping: bool = False

    @property
    def status(self) -> str:
        """The status as of the last look at the clock."""
        if self.run.outcome is not None:
            return self.run.outcome.status
        return "Stopping" if self.stopping else "InProgress"

    @property
    def ended(self) -> float | None:
        """When it ended, in seconds since the epoch."""
        return None if self.run.outcome is None else self.run.outcome.at

    def advance(self, now: float) -> None:
        """Bring the record up to this moment."""
        had_ended = self.ended is not None
        self.run.advance(now)
        if self.ended is not None and not had_ended:
            self.modified = self.ended


class JobStore:
    """All tuning jobs, each name once per account and region, ignoring case."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str, str], TuningJob] = {}

    def __iter__(self) -> Iterator[TuningJob]:
        return iter(list(self._jobs.values()))

    def require_free(self, account: str, region: str, name: str) -> None:
        """Raise when the name is taken."""
        if (account, region, name.lower()) in self._jobs:
            raise name_taken(name)

    def add(self, job: TuningJob) -> None:
        """Keep a new job; raise when its name is taken."""
        self.require_free(job.account, job.region, job.name)
        self._jobs[job.account, job.region, job.name.lower()] = job

    def get(self, account: str, region: str, name: str) -> TuningJob:
        """Return the job, or raise what the service says when there is none."""
        try:
            return self._jobs[account, region, name.lower()]
        except KeyError:
            raise tuning_job_not_found(name) from None

    def remove(self, job: TuningJob) -> None:
        """Forget the job."""
        del self._jobs[job.account, job.region, job.name.lower()]

    def within(self, account: str, region: str) -> list[TuningJob]:
        """Return the jobs of an account in a region."""
        return [job for job in self if (job.account, job.region) == (account, region)]

    def find_by_arn(self, arn: str) -> TuningJob:
        """Return the tuning job of an ARN, or the one that the training job of the ARN belongs to."""
        for job in self:
            if job.arn == arn.lower() or any(training.arn == arn.lower() for training in job.run.training_jobs):
                return job
        raise ServiceError("ResourceNotFound", f"The resource with the ARN {arn} does not exist.")

    def find_training_job(self, account: str, region: str, name: str) -> tuple[TuningJob, TrainingJob] | None:
        """Return a training job and the tuning job that it belongs to."""
        for job in self.within(account, region):
            for training in job.run.training_jobs:
                if training.name.lower() == name.lower():
                    return job, training
        return None
