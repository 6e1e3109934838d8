"""The seam between the API and whatever runs the training jobs.

The API keeps the tuning jobs' records; an engine carries their training jobs out. The engine here (``simulation``) only
lets time pass; one that really searches and trains takes its place without a change in the API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Ending = Literal["Completed", "Failed", "Stopped"]
# A secondary status, and since when, in seconds since the epoch.
Phase = tuple[str, float]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How and when a tuning job ended.

    Parameters
    ----------
    status
        The final status.
    at
        Seconds since the epoch.
    reason
        Why it failed.
    """

    status: Ending
    at: float
    reason: str | None = None


@dataclass(kw_only=True)
class TrainingJob:
    """One training job of a tuning job. Times are seconds since the epoch.

    Its phases are the secondary statuses that it has gone through, ``Starting`` first.
    """

    name: str
    arn: str
    definition: Mapping[str, Any] = field(repr=False)
    tuned: Mapping[str, str]
    created: float
    started: float | None = None
    ended: float | None = None
    status: str = "InProgress"
    objective: float | None = None
    objective_status: str = "Pending"
    failure_reason: str | None = None
    phases: list[Phase] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Start."""
        if not self.phases:
            self.phases.append(("Starting", self.created))

    def enter(self, phase: str, at: float) -> None:
        """Note the next secondary status; time does not go back."""
        self.phases.append((phase, max(at, self.phases[-1][1])))

    def close(self, outcome: Outcome) -> None:
        """End together with the tuning job, without an objective; nothing happens when it has ended."""
        if self.ended is not None:
            return
        if outcome.status != "Failed" and self.phases[-1][0] != "Stopping":
            self.enter("Stopping", outcome.at)
        self.status = "Failed" if outcome.status == "Failed" else "Stopped"
        self.ended, self.objective_status = outcome.at, "Failed"
        self.failure_reason = outcome.reason
        self.enter(self.status, outcome.at)


class Run(Protocol):
    """The training jobs of one tuning job, as far as they have come."""

    @property
    def training_jobs(self) -> Sequence[TrainingJob]:
        """Every training job started so far, oldest first."""
        ...

    @property
    def outcome(self) -> Outcome | None:
        """How the tuning job ended; None while it runs or is being stopped."""
        ...

    @property
    def not_improving(self) -> int | None:
        """How many training jobs in a row have not improved the objective by 1%; None when nobody counts."""
        ...

    @property
    def converged(self) -> float | None:
        """When improvements became insignificant, in seconds since the epoch; None while they have not."""
        ...

    def advance(self, now: float) -> None:
        """Bring the records up to this moment."""
        ...

    def stop(self, now: float) -> None:
        """Begin to stop; the outcome follows once the training jobs have stopped."""
        ...

    def end(self, outcome: Outcome) -> None:
        """End at once in this way: for tests that need a job to end by itself at a chosen moment."""
        ...


class Engine(Protocol):
    """Starts runs."""

    def start(self, name: str, arn: str, request: Mapping[str, Any], now: float, parents: Mapping[str, Run]) -> Run:
        """Start the tuning job of a valid request; ValueError says in a sentence why it can not be started.

        Of the parents that the request names for a warm start, those that there are come by their names in lower case.
        """
        ...


def definitions(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the training job definitions of a request, in either of its two forms."""
    single = request.get("TrainingJobDefinition")
    return [single] if single is not None else list(request.get("TrainingJobDefinitions") or [])


def objective_of(request: Mapping[str, Any], definition: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return what a definition's training jobs are measured by, ``{"Type": …, "MetricName": …}``."""
    found: Mapping[str, str] | None = definition.get("TuningObjective") or request["HyperParameterTuningJobConfig"].get(
        "HyperParameterTuningJobObjective"
    )
    return found


def best(request: Mapping[str, Any], jobs: Sequence[TrainingJob]) -> TrainingJob | None:
    """Return the training job with the best objective value, the earlier one of equals; stopped ones count too."""
    measured = [job for job in jobs if job.status in ("Completed", "Stopped") and job.objective is not None]
    return min(measured, key=lambda job: _loss(request, job), default=None)


def _loss(request: Mapping[str, Any], job: TrainingJob) -> float:
    objective = objective_of(request, job.definition) or {}
    value = job.objective or 0.0
    return value if objective.get("Type") == "Minimize" else -value
