"""The cloud of the model: a stack with tuning jobs, the function, SageMaker, and everything that can go wrong.

Each public method is a step; the steps taken are kept as a script of one line each, which `replay` runs again.
"""

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore import exceptions
from tuning_job.answer import UnansweredError
from tuning_job.handler import Tools

from cdk_hpo.local.sagemaker import Settings
from tests.handler.world import Fault, SageMaker, Visibility
from tests.lifecycle import invariants, troubles
from tests.lifecycle.functions import Function
from tests.lifecycle.simulation import Simulation
from tests.lifecycle.stack import Stack
from tests.lifecycle.troubles import Traffic
from tests.lifecycle.wanted import ECHO, Job

FOR_GOOD = 0
#: Errors that pass, and ones that do not.
ERRORS = {
    "throttled": ("ThrottlingException", f"Rate exceeded. {ECHO}", 400),
    "internal": ("InternalFailure", ECHO, 500),
    "role": ("ValidationException", f"Could not assume role x. {ECHO}", 400),
    "limit": ("ResourceLimitExceeded", f"The account-level service limit is 2. {ECHO}", 400),
    "invalid": ("ValidationException", f"1 validation error detected: {ECHO}", 400),
    "unknown": ("SomethingNew", ECHO, 400),
}
PASSING = ("throttled", "internal")
FOREIGN = "theirs"


class Cloud:
    """Everything; a context manager, as what goes on must be ended."""

    def __init__(
        self,
        *,
        function_seconds: float = 900,
        job_seconds: float = 100_000,
        stop_seconds: float = 4,
        dated: bool = True,
    ) -> None:
        given = {"function_seconds": function_seconds, "job_seconds": job_seconds, "stop_seconds": stop_seconds}
        usual = {"function_seconds": 900, "job_seconds": 100_000, "stop_seconds": 4}
        shown = [f"{name}={value!r}" for name, value in given.items() if usual[name] != value]
        self.script = [f"cloud = Cloud({', '.join(shown + ([] if dated else ['dated=False']))})"]
        self.dated = dated
        self.simulation = Simulation()
        self.traffic = Traffic(self.simulation)
        self.sagemaker = SageMaker(self.simulation, Settings(job_seconds=job_seconds, stop_seconds=stop_seconds))  # type: ignore[arg-type]
        self.sagemaker.before = lambda number, operation: self.traffic.before(api=True)
        self.sagemaker.after = lambda number, operation: self.traffic.after(api=True)
        self.sagemaker.policy.denied = self._denied
        self.function = Function(self.simulation, function_seconds)
        self.function.tools = Tools(
            connect=self.sagemaker.client, clock=self.simulation, hand_over=self._hand_over, deliver=self._put
        )
        self.function.on_crash = self._crashed
        self.stack = Stack(self.simulation, self._deliver, lambda exchange: invariants.heard(self, exchange), dated)
        self.excuses: set[str] = set()
        """What has been planned that may make an operation fail."""
        self.denials: dict[str, float] = {}
        self.was_denied: set[str] = set()
        self.left: set[str] = set()
        """Jobs that may run on: on_delete was "leave"."""
        self.known: set[str] = set()
        """Names of jobs that CloudFormation has ever held."""
        self.erased: set[str] = set()
        """Resources of which somebody erased a record, or took tags off a job."""
        self.log = io.StringIO()
        self._unreachable = 0
        self._copies: list[float] = []
        self.delay = 0.0
        self._foreign(FOREIGN, {})

    def __enter__(self) -> "Cloud":
        return self

    def __exit__(self, *_: object) -> None:
        self.simulation.end()

    # ---- what the function sees ----------------------------------------------------------------------------------

    def _hand_over(self, function: str, payload: bytes) -> None:
        self.traffic.before()
        if self._denied("lambda:InvokeFunction"):
            raise exceptions.ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "may not lambda:InvokeFunction"}}, "Invoke"
            )
        self.function.invoke(json.loads(payload))
        self.traffic.after()

    def _put(self, url: str, body: bytes, clock: object) -> int:
        self.traffic.before()
        if self._unreachable > 0:
            self._unreachable -= 1
            raise UnansweredError
        self.stack.receive(url, body)
        self.traffic.after()
        return 200

    def _denied(self, action: str) -> bool:
        if self.denials.get(action, 0.0) <= self.simulation.now():
            return False
        self.was_denied.add(action)
        return True

    def _deliver(self, event: dict[str, Any]) -> None:
        delay, self.delay = self.delay, 0.0
        copies, self._copies = self._copies, []
        self.stack.exchanges[event["RequestId"]].copies = len(copies)
        for seconds in [delay, *copies]:
            self.simulation.after(seconds, lambda: self.function.invoke(event))

    def _crashed(self, payload: Mapping[str, Any]) -> None:
        while "requestPayload" in payload:
            payload = payload["requestPayload"]
            self.excuses.add("all tries failed")
        exchange = self.stack.exchanges[payload["RequestId"]]
        exchange.crashes += 1
        if exchange.job.timeout < 900 or exchange.crashes > 2:
            self.excuses.add("crashed for too long")

    # ---- troubles ------------------------------------------------------------------------------------------------

    def crash(self, *, at: int, after: bool = False) -> None:
        """Kill the function at its ``at``-th call from now, before or after that takes effect."""
        self._note("crash", at=at, after=after)
        self.traffic.plan(at, after, troubles.crash)

    def slow(self, *, at: int, seconds: float, after: bool = False) -> None:
        """Let a call take long."""
        self._note("slow", at=at, seconds=seconds, after=after)
        self.traffic.plan(at, after, lambda: self.simulation.sleep(seconds))

    def cut(self, *, at: int, after: bool = False) -> None:
        """Lose a connection, before or after the call has taken effect."""
        self._note("cut", at=at, after=after)
        self.traffic.plan(at, after, troubles.break_connection, api=True)

    def error(self, kind: str, *, operation: str = "*", times: int = 1, lost: bool = False) -> None:
        """Answer the next calls of an operation with an error; ``lost``: after having carried them out."""
        self._note("error", kind, operation=operation, times=times, lost=lost)
        code, message, status = ERRORS[kind]
        if kind not in PASSING:
            self.excuses.add(kind)
        self.sagemaker.faults = [Fault(operation, code, message, times, status, lost)]

    def deny(self, *actions: str, seconds: float = FOR_GOOD) -> None:
        """Deny actions to the function, for some seconds or for good."""
        self._note("deny", *actions, seconds=seconds)
        end = self.simulation.now() + (seconds or float("inf"))
        self.denials |= dict.fromkeys(actions, end)
        # What a call of the function cannot wait out: it tries to hand over in its last quarter.
        if not seconds or ("lambda:InvokeFunction" in actions and seconds > self.function.seconds / 4):
            self.excuses.add("denied")

    def job_ends(self, status: str, *, at: int, after: bool = False) -> None:
        """Let all jobs of the stack end by themselves at the ``at``-th call from now."""
        self._note("job_ends", status, at=at, after=after)
        if status != "Completed":
            self.excuses.add("job ended")
        self.traffic.plan(at, after, lambda: self._end_all(status))

    def _end_all(self, status: str) -> None:
        for name in set(self.sagemaker.live()) - self.foreign:
            self.sagemaker.end(name, status, ECHO)

    def duplicate(self, *seconds: float) -> None:
        """Deliver copies of the next event, each some seconds after it."""
        self._note("duplicate", *seconds)
        self._copies.extend(seconds)

    def late(self, seconds: float) -> None:
        """Deliver the next event late."""
        self._note("late", seconds)
        self.delay = seconds

    def unreachable(self, times: int) -> None:
        """Refuse to take the next answers."""
        self._note("unreachable", times)
        self._unreachable = times

    def hide(self, *, described: float = 0, tags: float = 0, listed: float = 0) -> None:
        """Show new jobs, their tags, and their lines in the list only some seconds after their creation."""
        self._note("hide", described=described, tags=tags, listed=listed)
        self.sagemaker.visibility = Visibility(described, tags, listed)

    def calm(self) -> None:
        """End all troubles, and let what they have left come to its end."""
        self._note("calm")
        self._calm()

    def _calm(self) -> None:
        self.traffic.calm()
        self.sagemaker.faults = []
        self.sagemaker.visibility = Visibility()
        self.denials, self._unreachable, self._copies, self.delay = {}, 0, [], 0.0
        self._run(lambda: self.simulation.run(lambda: self.simulation.idle, self.simulation.now() + 20_000))
        self._run(self._finish_back)
        self.excuses.clear()

    def _finish_back(self) -> None:
        """Let people continue a roll-back that has failed; a job that takes long to stop needs some patience."""
        tries = 0
        while not self.stack.go_on_back():
            tries += 1
            assert tries < 6, "a roll-back goes on once nothing is in its way"
            self.simulation.sleep(60)
        self.simulation.run(lambda: self.simulation.idle, self.simulation.now() + 20_000)

    # ---- what people do ------------------------------------------------------------------------------------------

    def deploy(
        self, *, fails: bool = False, cancel_after: float | None = None, order: str = "update-new", **jobs: Job
    ) -> None:
        """Deploy a template with these jobs; see ``Stack.deploy``."""
        self._note("deploy", fails=fails, cancel_after=cancel_after, order=order, **jobs)
        expected = invariants.Expected.of(self, jobs)
        done = self._run(lambda: self.stack.deploy(jobs, fails=fails, cancel_after=cancel_after, order=order))
        invariants.deployed(self, expected, jobs, done=done, spoilt=fails or cancel_after is not None)

    def delete(self) -> None:
        """Delete the stack."""
        self._note("delete")
        done = self._run(self.stack.delete)
        invariants.deleted(self, done=done)

    def again(self, number: int) -> None:
        """Deliver an event once more, long after its first delivery."""
        self._note("again", number)
        self.function.invoke(self.stack.exchanges[f"event-{number}"].event)
        self._run(lambda: self.simulation.sleep(1))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._note("wait", seconds)
        self._run(lambda: self.simulation.sleep(seconds))

    def somebody_stops(self, logical_id: str) -> None:
        """Let somebody stop a job by hand."""
        self._note("somebody_stops", logical_id)
        name = self.stack.resources[logical_id].physical_id
        if name in self.sagemaker.live():
            self.sagemaker.stop(name)
            self.excuses.add("job ended")

    def somebody_erases(self, logical_id: str) -> None:
        """Let somebody stop a job and delete its record."""
        self._note("somebody_erases", logical_id)
        name = self.stack.resources[logical_id].physical_id
        if name in self.sagemaker.records:
            self.sagemaker.forget(name)
            self.erased.add(logical_id)

    def foreign_job(self, name: str, **tags: str) -> None:
        """Let somebody make a job of their own."""
        self._note("foreign_job", name, **tags)
        self._foreign(name, tags)

    def _foreign(self, name: str, tags: Mapping[str, str]) -> None:
        if name not in self.sagemaker.records:
            self.sagemaker.make(name, tags)
            self._foreign_tags = {**getattr(self, "_foreign_tags", {}), name: dict(tags)}

    @property
    def foreign(self) -> set[str]:
        """Names of the jobs of other people."""
        return set(self._foreign_tags)

    @property
    def foreign_tags(self) -> Mapping[str, Mapping[str, str]]:
        """The tags that those jobs had from the beginning."""
        return self._foreign_tags

    def exchanged(self, *given: Any) -> str | None:
        """Send one event, wait for its answer, and return the physical id in it."""
        self.simulation.sleep(2)
        with self._recorded():
            exchange = self.stack.send(*given)
            self.simulation.run(lambda: exchange.heard is not None, self.simulation.now() + 3600)
        return None if exchange.heard is None else exchange.heard.physical_id

    # ---- the rest ------------------------------------------------------------------------------------------------

    def _run(self, step: Callable[[], Any]) -> Any:
        with self._recorded():
            result = step()
        invariants.always(self)
        return result

    @contextlib.contextmanager
    def _recorded(self) -> Iterator[None]:
        before = os.environ.get("LOG_LEVEL")
        os.environ["LOG_LEVEL"] = "DEBUG"
        try:
            with contextlib.redirect_stdout(self.log):
                yield
        finally:
            os.environ.pop("LOG_LEVEL") if before is None else os.environ.update(LOG_LEVEL=before)

    def _note(self, step: str, *given: object, **named: object) -> None:
        usual = {"after": False, "lost": False, "fails": False, "cancel_after": None, "operation": "*"}
        usual |= {"order": "update-new", "seconds": FOR_GOOD, "described": 0, "tags": 0, "listed": 0}
        shown = [repr(value) for value in given]
        shown += [f"{name}={value!r}" for name, value in named.items() if name not in usual or value != usual[name]]
        self.script.append(f"cloud.{step}({', '.join(shown)})")


def replay(script: str) -> None:
    """Run a script, and check at its end."""
    names: dict[str, Any] = {"Cloud": Cloud, "Job": Job}
    exec(script.strip(), names)
    with names["cloud"] as cloud:
        cloud.calm()
        invariants.settled(cloud)
