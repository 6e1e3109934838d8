"""Lambda's asynchronous invocations: two more tries after a failure, a time limit, the on-failure destination."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tuning_job.answer import UnansweredError
from tuning_job.handler import Tools, handle

from tests.handler.world import Crash
from tests.lifecycle.simulation import Killed, Simulation

RETRIES = (60.0, 120.0)


@dataclass(kw_only=True)
class Context:
    """What a call knows of itself."""

    simulation: Simulation
    ends: float
    function_name: str = "handler"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.simulation.now()) * 1000)


class Function:
    """The function: what it is called with is worked on, until it is done or all tries have failed."""

    def __init__(self, simulation: Simulation, seconds: float) -> None:
        self._simulation, self.seconds = simulation, seconds
        self.tools: Tools | None = None
        self.calls = self.crashes = self.reports = 0
        self.failed: list[BaseException] = []
        self.on_crash: Callable[[dict[str, Any]], None] = lambda payload: None

    def invoke(self, payload: dict[str, Any], attempt: int = 0) -> None:
        """Call the function as Lambda does for an asynchronous invocation."""
        self.calls += 1
        context = Context(simulation=self._simulation, ends=self._simulation.now() + self.seconds)

        def work() -> None:
            assert self.tools is not None
            handle(json.loads(json.dumps(payload)), context, self.tools)

        def ended(error: BaseException | None) -> None:
            if error is not None:
                self._again(payload, attempt, error)

        self._simulation.start(work, ended, self.seconds)

    def _again(self, payload: dict[str, Any], attempt: int, error: BaseException) -> None:
        if not isinstance(error, (Crash, Killed, UnansweredError)):
            self.failed.append(error)
        self.crashes += 1
        self.on_crash(payload)
        if attempt < len(RETRIES):
            self._simulation.after(RETRIES[attempt], lambda: self.invoke(payload, attempt + 1))
        else:
            self.reports += 1
            report = {"requestContext": {"condition": "RetriesExhausted"}, "requestPayload": payload}
            self._simulation.after(1.0, lambda: self.invoke(report))
