from dataclasses import dataclass, field
from typing import Any

import pytest

from cdk_hpo.local.sagemaker import Settings, SimulatedEngine, TuningService
from tests.local.requests import tuning_request


@dataclass
class Bench:
    """A service with a clock of its own: jobs take 10 seconds, stopping takes 2."""

    now: float = 1_700_000_000.0
    settings: Settings = field(default_factory=lambda: Settings(job_seconds=10, stop_seconds=2))

    def __post_init__(self) -> None:
        self.service = TuningService(SimulatedEngine(self.settings), clock=lambda: self.now)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request)

    def create(self, name: str, **changes: Any) -> str:
        arn: str = self.call("CreateHyperParameterTuningJob", **tuning_request(name, **changes))[
            "HyperParameterTuningJobArn"
        ]
        return arn

    def describe(self, name: str) -> dict[str, Any]:
        return self.call("DescribeHyperParameterTuningJob", HyperParameterTuningJobName=name)

    def status(self, name: str) -> str:
        status: str = self.describe(name)["HyperParameterTuningJobStatus"]
        return status

    def stop(self, name: str) -> None:
        self.call("StopHyperParameterTuningJob", HyperParameterTuningJobName=name)


@pytest.fixture
def bench() -> Bench:
    return Bench()
