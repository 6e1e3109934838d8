"""Random histories of a stack, as a state machine of hypothesis; a failure shrinks to a script that can be replayed."""

from collections import Counter
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.lifecycle import invariants
from tests.lifecycle.cloud import PASSING, Cloud
from tests.lifecycle.stack import ORDERS
from tests.lifecycle.wanted import Job

RESOURCES = ("First", "Second")
DENIABLE = [
    "sagemaker:StopHyperParameterTuningJob", "sagemaker:AddTags", "sagemaker:DeleteTags", "sagemaker:ListTags",
    "sagemaker:CreateHyperParameterTuningJob", "sagemaker:DescribeHyperParameterTuningJob", "iam:PassRole",
    "sagemaker:ListHyperParameterTuningJobs", "sagemaker:DeleteHyperParameterTuningJob", "lambda:InvokeFunction",
]  # fmt: skip
OPERATIONS = ["*"] + [action.removeprefix("sagemaker:") for action in DENIABLE if action.startswith("sagemaker:")]

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


def call(step: str, *given: st.SearchStrategy[Any], **named: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    return st.tuples(st.just(step), st.tuples(*given), st.fixed_dictionaries(named))


_at = st.integers(1, 8) | st.integers(1, 24)
_endings = st.sampled_from(["Completed", "Failed", "Stopped"])
TROUBLES = st.one_of(
    call("crash", at=_at, after=st.booleans()),
    call("slow", at=_at, seconds=st.sampled_from([0.13, 2.0, 9.0]), after=st.booleans()),
    call("cut", at=_at, after=st.booleans()),
    call("error", st.sampled_from(PASSING), operation=st.sampled_from(OPERATIONS), times=st.integers(1, 6),
         lost=st.booleans()),
    call("error", st.sampled_from(["role", "limit", "invalid"]), operation=st.just("CreateHyperParameterTuningJob"),
         times=st.integers(1, 4), lost=st.booleans()),
    call("error", st.just("unknown"), operation=st.sampled_from(OPERATIONS), times=st.integers(1, 3)),
    call("deny", st.sampled_from(DENIABLE), seconds=st.sampled_from([0, 1, 30, 200])),
    call("job_ends", _endings, at=_at, after=st.booleans()),
    call("duplicate", st.sampled_from([0.0, 0.05, 0.13, 0.5, 3.0, 70.0])),
    call("late", st.sampled_from([1.0, 30.0, 100.0])),
    call("unreachable", st.integers(1, 2)),
    call("hide", described=st.sampled_from([0, 1]), tags=st.sampled_from([0, 1, 3]), listed=st.sampled_from([0, 1])),
)  # fmt: skip
CHANGES = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"config": st.sampled_from("ABC")}),
    st.fixed_dictionaries({"tags": st.sampled_from(["", "x", "y", "xyz"])}),
    st.fixed_dictionaries({"wait_for": st.sampled_from(["created", "completed"])}),
    st.fixed_dictionaries({"on_delete": st.sampled_from(["stop", "delete", "leave"])}),
    st.fixed_dictionaries({"timeout": st.sampled_from([60, 900, 3600])}),
    st.fixed_dictionaries({"name": st.sampled_from([None, "nightly", "nightly-2"])}),
    st.fixed_dictionaries({"name": st.sampled_from(["nightly", "nightly-3"]), "config": st.sampled_from("ABC")}),
    st.fixed_dictionaries({"on_limit": st.sampled_from([None, "wait"])}),
    st.fixed_dictionaries({"retain": st.booleans()}),
    st.none(),
)
FOREIGN = st.sampled_from(["models-tuning-abcdef-ghijkl", "nightly-2", "models-tuning", "nightly-33"])


class Lifecycle(RuleBasedStateMachine):
    """A stack with two tuning jobs, and everything that may happen to it."""

    totals: ClassVar[Counter[str]] = Counter()

    @initialize(
        function_seconds=st.sampled_from([900, 20]),
        job_seconds=st.sampled_from([100_000, 300]),
        stop_seconds=st.sampled_from([4, 200]),
        dated=st.sampled_from([True, True, True, False]),
    )
    def begin(self, function_seconds: float, job_seconds: float, stop_seconds: float, dated: bool) -> None:
        if not dated:
            job_seconds = 300  # without a date nobody knows how late it is: nothing may come near its time limit
        self.cloud = Cloud(
            function_seconds=function_seconds, job_seconds=job_seconds, stop_seconds=stop_seconds, dated=dated
        )
        self.broken = False
        self.earlier: list[dict[str, Job]] = []

    def _do(self, step: str, *given: Any, **named: Any) -> None:
        self.totals["rules"] += 1
        self.broken = True
        getattr(self.cloud, step)(*given, **named)
        self.broken = False

    @rule(troubles=st.lists(TROUBLES, min_size=1, max_size=3))
    def trouble(self, troubles: list[Call]) -> None:
        for step, given, named in troubles:
            if step == "duplicate" and not self.cloud.dated:
                continue  # which of two copies is late, nobody can tell
            self._do(step, *given, **named)

    @precondition(lambda self: self._deployable)
    @rule(first=CHANGES, second=CHANGES)
    def deploy(self, first: Any, second: Any) -> None:
        now = {name: held.job for name, held in self.cloud.stack.resources.items()}
        self._do("deploy", **self._template(first, second))
        self.earlier.append(now)

    @precondition(lambda self: self._deployable and self.earlier)
    @rule()
    def deploy_what_was_before(self) -> None:
        self._do("deploy", **self.earlier[-1])

    @precondition(lambda self: self._deployable)
    @rule(change=CHANGES, order=st.sampled_from(ORDERS))
    def deploy_that_another_resource_spoils(self, change: Any, order: str) -> None:
        self._do("deploy", fails=True, order=order, **self._template(change, {}))

    @precondition(lambda self: self._deployable and self.cloud.dated)
    @rule(change=CHANGES, seconds=st.sampled_from([0.1, 0.25, 0.4, 1.0, 5.0, 100.0]))
    def deploy_that_is_cancelled(self, change: Any, seconds: float) -> None:
        self._do("deploy", cancel_after=seconds, **self._template(change, {}))

    @property
    def _deployable(self) -> bool:
        return not self.cloud.stack.backs and not self.cloud.stack.deleting

    def _template(self, first: Any, second: Any) -> dict[str, Job]:
        """Change what is deployed; a resource that is not there, and is not changed, stays away."""
        jobs = {}
        for name, change in (("First", first), ("Second", second)):
            held = self.cloud.stack.resources.get(name)
            if change is not None and (held is not None or change or name == "First"):
                jobs[name] = replace(Job() if held is None else held.job, **change)
                if not self.cloud.dated:
                    jobs[name] = replace(jobs[name], timeout=3600)
        return jobs

    @precondition(lambda self: self.cloud.stack.resources and not self.cloud.stack.backs)
    @rule()
    def delete(self) -> None:
        self._do("delete")

    @precondition(lambda self: self._old_events())
    @rule(data=st.data())
    def old_event_again(self, data: Any) -> None:
        self._do("again", data.draw(st.sampled_from(self._old_events())))

    def _old_events(self) -> list[int]:
        return list(range(len(self.cloud.stack.exchanges))) if self.cloud.dated else []

    @rule(seconds=st.sampled_from([1, 65, 200, 4000]))
    def wait(self, seconds: float) -> None:
        self._do("wait", seconds)

    @rule()
    def calm(self) -> None:
        self._do("calm")

    @precondition(lambda self: "First" in self.cloud.stack.resources)
    @rule(step=st.sampled_from(["somebody_stops", "somebody_stops", "somebody_erases"]))
    def somebody_interferes(self, step: str) -> None:
        # A fixed name that was erased can be used again, and then not be rolled back to: that is for people to solve.
        if step != "somebody_erases" or self.cloud.stack.resources["First"].job.name is None:
            self._do(step, "First")

    @rule(name=FOREIGN)
    def foreign_job(self, name: str) -> None:
        self._do("foreign_job", name)

    def teardown(self) -> None:
        if not hasattr(self, "cloud"):
            return
        with self.cloud as cloud:
            self._count()
            try:
                if not self.broken:
                    self._do("calm")
                    invariants.settled(cloud)
            finally:
                note("\n".join(["The same as a script:", *cloud.script]))

    def _count(self) -> None:
        function, stack = self.cloud.function, self.cloud.stack
        counts = {"sequences": 1, "events": len(stack.exchanges), "API calls": self.cloud.traffic.calls}
        counts |= {"calls of the function": function.calls, "crashes": function.crashes}
        counts["answers"] = sum(len(each.answers) for each in stack.exchanges.values())
        self.totals.update(counts)
