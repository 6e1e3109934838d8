"""CloudFormation, Lambda's retries and the local cloud's SageMaker, for a handler that is killed at chosen calls."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cdk_hpo.local.sagemaker import ServiceError
from tests.handler.cloudformation import CloudFormation
from tests.handler.world import Crash
from tests.lifecycle.kill_stage import KILLED, START, Stage

FAILING = "MaxNumberOfTrainingJobs", 7
"""A job with this limit fails a few seconds after it has begun."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One line of the handler's traffic."""

    number: int
    """From 1, since the traffic is watched."""
    attempt: int
    """Number of the handler's call, from 1; each try counts."""
    within: int
    """Number of this line in that call."""
    operation: str


@dataclass(frozen=True, kw_only=True)
class Kill:
    """Where a call of the handler was killed."""

    call: Call
    after: bool
    """Whether the line of traffic had taken effect."""


Plan = Callable[[Call], str | None]
"""Says ``before`` or ``after`` for a call at which to kill."""


def spare(call: Call) -> None:
    return None


class KilledCloud(CloudFormation):
    """A stack with one resource whose handler runs in processes of its own."""

    def __init__(self, stage: Stage, function_seconds: float = 900.0) -> None:
        stage.clock.seconds = START
        stage.client = self
        self._stage = stage
        self._plan: Plan = spare
        self.kills: list[Kill] = []
        self.traffic: list[Call] = []
        self.made: list[str] = []
        self._attempt = self._within = 0
        super().__init__(function_seconds=function_seconds, clock=_Clock(stage))  # type: ignore[arg-type]

    def watch(self, plan: Plan = spare) -> None:
        """Count the traffic from now on, and kill as planned."""
        self._plan, self._attempt = plan, 0
        self.traffic.clear()

    def event(self, *given: Any, **named: Any) -> dict[str, Any]:
        event = super().event(*given, **named)
        event["ResponseURL"] = event["ResponseURL"].replace("https://answers.example.com", self._stage.url)
        return event

    def _invoke(self, payload: dict[str, Any]) -> None:
        self._attempt, self._within = self._attempt + 1, 0
        kills = len(self.kills)
        ending = self._stage.call(payload, self.function_seconds)
        if ending == KILLED and len(self.kills) == kills + 1:
            raise Crash
        assert ending == 0 and len(self.kills) == kills, f"a call ended with {ending}:\n{self._stage.last_lines()}"

    # ---- traffic -------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes] | None:
        operation, act = self._meaning(method, path, target, body)
        self._within += 1
        call = Call(number=len(self.traffic) + 1, attempt=self._attempt, within=self._within, operation=operation)
        self.traffic.append(call)
        moment = self._plan(call)
        answer = None if moment == "before" else act()
        if moment is None:
            return answer
        self.kills.append(Kill(call=call, after=moment == "after"))
        self._stage.kill()
        return None

    def _meaning(self, method: str, path: str, target: str, body: bytes) -> tuple[str, Callable[[], tuple[int, bytes]]]:
        if method == "PUT":
            return "PUT of the answer", lambda: (self._deliver(path, body, self.clock), b"")
        if path.endswith("/invocations"):
            return "Invoke", lambda: self._queued(path, body)
        operation = target.removeprefix("SageMaker.")
        return operation, lambda: self._sagemaker(operation, body)

    def _queued(self, path: str, body: bytes) -> tuple[int, bytes]:
        self._hand_over(path.split("/")[-2], body)
        return 202, b""

    def _sagemaker(self, operation: str, body: bytes) -> tuple[int, bytes]:
        request = json.loads(body)
        try:
            answer = self.sagemaker.answer(operation, request)
        except ServiceError as error:
            return error.status, json.dumps({"__type": error.code, "message": error.message}).encode()
        if operation == "CreateHyperParameterTuningJob":
            self._made(request)
        return 200, json.dumps(answer).encode()

    def _made(self, request: dict[str, Any]) -> None:
        name, (field, limit) = request["HyperParameterTuningJobName"], FAILING
        self.made.append(name)
        if request["HyperParameterTuningJobConfig"]["ResourceLimits"][field] == limit:
            self.sagemaker.end(name, "Failed", "No training job succeeded.", after=3)


class _Clock:
    """The stage's clock under the names of the shared driver's."""

    def __init__(self, stage: Stage) -> None:
        self._clock = stage.clock
        self.now, self.sleep = stage.clock.now, stage.clock.sleep

    @property
    def time(self) -> float:
        return self._clock.seconds

    @time.setter
    def time(self, value: float) -> None:
        self._clock.seconds = value
