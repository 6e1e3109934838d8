"""What a training job is asked to do, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["Completed", "Failed", "Stopped"]
MAX_SECONDS = 86_400  # the API's default for MaxRuntimeInSeconds


@dataclass(frozen=True, kw_only=True)
class Order:
    """One training job.

    Parameters
    ----------
    name
        The training job's name.
    arn
        Its ARN.
    region
        Where it runs.
    definition
        The training job definition in the API's form.
    hyperparameters
        All of them, static and tuned, with the reserved one that names the objective.
    objective
        The name of the objective metric, None without one.
    """

    name: str
    arn: str
    region: str
    definition: Mapping[str, Any] = field(repr=False)
    hyperparameters: Mapping[str, str]
    objective: str | None = None

    @property
    def image(self) -> str:
        """The container image, or the name of the algorithm resource."""
        algorithm = self.definition["AlgorithmSpecification"]
        found: str = algorithm.get("TrainingImage") or algorithm.get("AlgorithmName") or ""
        return found

    @property
    def max_seconds(self) -> float:
        """How long the program may run."""
        found: float = (self.definition.get("StoppingCondition") or {}).get("MaxRuntimeInSeconds", MAX_SECONDS)
        return found


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a training job ended.

    Parameters
    ----------
    status
        Its final status.
    reason
        Why it failed.
    overtime
        Whether it was stopped because it ran longer than it may.
    """

    status: Status
    reason: str | None = None
    overtime: bool = False


class JobError(Exception):
    """Ends a training job as failed; the text is its failure reason."""
