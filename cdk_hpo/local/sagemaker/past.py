"""What an earlier process has left of a tuning job."""

from collections.abc import Sequence

from .training import Outcome, TrainingJob

INTERRUPTED = "InternalServerError: The local cloud ended while the job was running."


class PastRun:
    """The training jobs of a tuning job that an earlier process carried out.

    What was not finished is not taken up again. It ends when it is first advanced: what was being stopped has stopped,
    and what was running has failed by an internal error, as a job does in the service that lost its machine.

    Parameters
    ----------
    training_jobs
        As far as they had come.
    outcome
        How the tuning job ended, None when it had not.
    stopping
        Whether it was being stopped.
    lost
        When the earlier process was last known to live, in seconds since the epoch.
    not_improving, converged
        What that process had counted.
    """

    def __init__(
        self,
        training_jobs: Sequence[TrainingJob],
        outcome: Outcome | None,
        *,
        stopping: bool,
        lost: float,
        not_improving: int | None,
        converged: float | None,
    ) -> None:
        self._jobs, self._outcome = list(training_jobs), outcome
        self._stopping, self._lost = stopping, lost
        self._not_improving, self._converged = not_improving, converged

    @property
    def training_jobs(self) -> Sequence[TrainingJob]:
        """Every training job that was started, oldest first."""
        return self._jobs

    @property
    def outcome(self) -> Outcome | None:
        """How the tuning job ended; None until it is advanced."""
        return self._outcome

    @property
    def not_improving(self) -> int | None:
        """How many training jobs in a row had not improved the objective by 1%."""
        return self._not_improving

    @property
    def converged(self) -> float | None:
        """When improvements had become insignificant."""
        return self._converged

    def advance(self, now: float) -> None:
        """End what was not finished, at the time at which the earlier process was lost."""
        if self._outcome is not None:
            return
        latest = max((job.phases[-1][1] for job in self._jobs), default=self._lost)
        at = max(self._lost, latest)
        for job in self._jobs:
            stopped = job.status == "Stopping"
            job.close(Outcome(status="Stopped", at=at) if stopped else _failed(at))
        self.end(Outcome(status="Stopped", at=at) if self._stopping else _failed(at))

    def stop(self, now: float) -> None:
        """Do nothing more than to end it."""
        self.advance(now)

    def end(self, outcome: Outcome) -> None:
        """End in this way; nothing happens when it has ended."""
        if self._outcome is not None:
            return
        self._outcome = outcome
        for job in self._jobs:
            job.close(outcome)


def _failed(at: float) -> Outcome:
    return Outcome(status="Failed", at=at, reason=INTERRUPTED)
