"""Training jobs that do what a test says, and a clock of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cdk_hpo.local.engine import TrainingEngine
from cdk_hpo.local.sagemaker import TuningService
from cdk_hpo.local.training_jobs import Order, Result
from tests.local.requests import tuning_request

ETA = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1", "ScalingType": "Linear"}]}

PHASES = ("Downloading", "Training", "Uploading")


@dataclass
class Acted:
    """A training job that runs until the test, or a stop, ends it."""

    order: Order
    result: Result | None = None
    values: list[float] = field(default_factory=list)
    phases: list[tuple[str, float]] = field(default_factory=list)
    stops: int = 0
    killed: bool = False
    obedient: bool = True

    def take(self) -> list[float]:
        found, self.values = self.values, []
        return found

    def stop(self) -> None:
        self.stops += 1
        if self.obedient and self.result is None:
            self.result = Result(status="Stopped")

    def end(self) -> None:
        self.killed = True
        self.result = self.result or Result(status="Stopped")

    def complete(self, *values: float) -> None:
        self.values += values
        self.phases += [(phase, 0.0) for phase in PHASES[len(self.phases) :]]
        self.result = Result(status="Completed")

    def fail(self, reason: str = "AlgorithmError: no") -> None:
        self.result = Result(status="Failed", reason=reason)


@dataclass
class Stage:
    """A service whose training jobs are acted."""

    now: float = 1_700_000_000.0
    parallel: int | None = None
    acted: list[Acted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = TrainingEngine(self._train, parallel=self.parallel)
        self.service = TuningService(self.engine, clock=lambda: self.now)

    def _train(self, order: Order) -> Acted:
        self.acted.append(Acted(order))
        return self.acted[-1]

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request)

    def create(self, name: str = "job", *, limits: tuple[int, int] = (4, 2), **config: Any) -> None:
        """Create a tuning job; config holds members of its configuration, or WarmStartConfig."""
        warm_start = {"WarmStartConfig": config.pop("warm_start")} if "warm_start" in config else {}
        request = tuning_request(name, **warm_start)
        resources = {"MaxNumberOfTrainingJobs": limits[0], "MaxParallelTrainingJobs": limits[1]}
        given = {"Strategy": "Random", "ParameterRanges": ETA, "ResourceLimits": resources, **config}
        request["HyperParameterTuningJobConfig"] |= given
        self.call("CreateHyperParameterTuningJob", **request)

    def describe(self, name: str = "job") -> dict[str, Any]:
        return self.call("DescribeHyperParameterTuningJob", HyperParameterTuningJobName=name)

    def status(self, name: str = "job") -> str:
        status: str = self.describe(name)["HyperParameterTuningJobStatus"]
        return status

    def listed(self, name: str = "job") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call(
            "ListTrainingJobsForHyperParameterTuningJob", HyperParameterTuningJobName=name, SortOrder="Ascending"
        )["TrainingJobSummaries"]
        return found

    def stop(self, name: str = "job") -> None:
        self.call("StopHyperParameterTuningJob", HyperParameterTuningJobName=name)

    @property
    def running(self) -> list[Acted]:
        """The training jobs that run."""
        return [each for each in self.acted if each.result is None]

    def play(self, act: Callable[[Acted], None], name: str = "job") -> str:
        """Let every training job do the same until the tuning job has ended; return its status."""
        self.service.advance()
        while self.running:
            for each in self.running:
                act(each)
            self.now += 1
            self.service.advance()
        return self.status(name)


def loss(acted: Acted) -> float:
    """Return a loss with its lowest value at an eta of 0.3."""
    return (float(acted.order.hyperparameters["eta"]) - 0.3) ** 2
