#!/usr/bin/env python3
"""Count the calls of SageMaker that the function makes: for each operation of a stack, and while it waits.

    make bench-lifecycle

The handler runs against the local cloud's SageMaker with a clock that only sleeping moves, so the counts are the same
on every machine. They are written into the marked part of LIFECYCLE.md.
"""

import contextlib
import itertools
import os
import random
import statistics
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lambda")]
os.environ["LOG_LEVEL"] = "CRITICAL"

import botocore.endpoint  # noqa: E402
from tuning_job.names import run_name  # noqa: E402

from benchmarks.lifecycle_page import write  # noqa: E402
from cdk_hpo.local.sagemaker import ServiceError  # noqa: E402
from tests.handler.cloudformation import A, B, CloudFormation, properties, request  # noqa: E402
from tests.handler.world import STACK_ID  # noqa: E402

HISTORIES, TAGS, THROTTLED, SEEDS = (0, 5, 25), (0, 2, 44), (0.0, 0.1, 0.3), 5


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Under which conditions an operation is measured."""

    history: int
    """Earlier jobs of the resource, all released and stopped."""
    tags: int
    throttled: float
    """Share of the calls that are answered with ThrottlingException."""
    seed: int

    def job(self, **changes: Any) -> dict[str, Any]:
        """Return the resource's properties."""
        tags = [{"Key": f"tag-{number}", "Value": "x"} for number in range(self.tags)]
        return properties(**{"Tags": tags, **changes})


class Cloud(CloudFormation):
    """A stack whose service refuses some calls, with the moment of each call."""

    def __init__(self, variant: Variant, function_seconds: float = 900.0) -> None:
        super().__init__(function_seconds=function_seconds)
        self.moments: list[float] = []
        self._answer, self._share, self._chance = self.sagemaker.answer, 0.0, random.Random(variant.seed)
        self.sagemaker.answer = self._maybe  # type: ignore[method-assign]
        self.sagemaker.settings.stop_seconds = self.sagemaker.erase_seconds = 0.0
        self.sagemaker.before = lambda number, operation: self.moments.append(self.clock.now())

    def _maybe(self, *given: Any, **named: Any) -> dict[str, Any]:
        if self._chance.random() < self._share:
            raise ServiceError("ThrottlingException", "Rate exceeded")
        return self._answer(*given, **named)

    def count(self, act: Callable[[], object], throttled: float) -> int:
        """Return the number of calls that something takes."""
        before, self._share = len(self.sagemaker.calls), throttled
        act()
        self._share = 0.0
        return len(self.sagemaker.calls) - before


def with_history(variant: Variant) -> Cloud:
    """Make a resource whose job has as many predecessors as the variant says."""
    cloud = Cloud(variant)
    jobs = itertools.cycle([variant.job(Request=request(MaxNumberOfTrainingJobs=str(limit))) for limit in (11, 12)])
    if variant.history:
        cloud.create(next(jobs))
        for _ in range(variant.history - 1):
            cloud.update(next(jobs))
        cloud.update(variant.job())
    else:
        cloud.create(variant.job())
    return cloud


# ---- operations ----------------------------------------------------------------------------------------------------

OTHER = {"Request": B["Request"]}


def create(variant: Variant) -> int:
    """Create the resource, in a stack that had it before if there is history."""
    cloud = Cloud(variant)
    for _ in range(variant.history):
        cloud.create(variant.job())
        cloud.delete()
    return cloud.count(lambda: cloud.create(variant.job()), variant.throttled)


def event(kind: str, **changes: Any) -> Callable[[Variant], int]:
    """Send one event for a resource that has its job."""

    def measure(variant: Variant) -> int:
        cloud = with_history(variant)
        old = variant.job() if kind == "Update" else None
        return cloud.count(lambda: cloud.send(kind, variant.job(**changes), cloud.physical_id, old), variant.throttled)

    return measure


def retag(variant: Variant) -> int:
    """Change one tag and take one away."""
    cloud = with_history(variant)
    tags = [*variant.job()["Tags"][1:], {"Key": "new", "Value": "y"}]
    return cloud.count(lambda: cloud.update(variant.job(Tags=tags)), variant.throttled)


def roll_back(order: str) -> Callable[[Variant], int]:
    """Take an update back that had succeeded."""

    def measure(variant: Variant) -> int:
        cloud = with_history(variant)
        old, new = variant.job(), variant.job(**OTHER)
        old_id = cloud.physical_id
        new_id = cloud.send("Update", new, old_id, old)["PhysicalResourceId"]

        def back() -> None:
            cloud.send("Update", old, new_id if order == "update-new" else old_id, new)
            cloud.send("Delete", new, new_id)

        return cloud.count(back, variant.throttled)

    return measure


def delete_ended(variant: Variant) -> int:
    """Delete the resource when its job has completed."""
    cloud = with_history(variant)
    cloud.sagemaker.end(str(cloud.physical_id))
    return cloud.count(cloud.delete, variant.throttled)


def delete_unmade(variant: Variant) -> int:
    """Delete what a create left that failed before it made a job."""
    cloud = with_history(variant)
    never = run_name("models-tuning", STACK_ID, cloud.logical_id, "an event that made nothing")
    return cloud.count(lambda: cloud.send("Delete", variant.job(), never), variant.throttled)


OPERATIONS: dict[str, Callable[[Variant], int]] = {
    "create": create,
    "update: a new job (without the clean-up, which is a delete)": event("Update", **OTHER),
    "update: tags": retag,
    "update: nothing that concerns the job": event("Update", OnDelete="delete"),
    "roll-back, under the new job's id, with its delete": roll_back("update-new"),
    "roll-back, under the old job's id, with the new one's delete": roll_back("update-old"),
    "delete: running": event("Delete"),
    "delete: ended": delete_ended,
    "delete: never created": delete_unmade,
    "delete: with the record": event("Delete", OnDelete="delete"),
}


def variants(throttled: float, history: int) -> Iterator[Variant]:
    """Vary tags and, where chance has a part in it, the seed."""
    for tags, seed in itertools.product(TAGS, range(SEEDS if throttled else 1)):
        yield Variant(history=history, tags=tags, throttled=throttled, seed=seed)


def table() -> Iterator[str]:
    """Yield the lines of the table of operations."""
    yield "| operation | " + " | ".join(f"{number} earlier jobs" for number in HISTORIES) + " | 10 % throttled | 30 % |"
    yield "|---|" + "---:|" * (len(HISTORIES) + 2)
    for name, measure in OPERATIONS.items():
        columns = [[measure(variant) for variant in variants(0.0, history)] for history in HISTORIES]
        columns += [[measure(variant) for variant in variants(share, 0)] for share in THROTTLED[1:]]
        cells = (f"{statistics.median(counts):g} / {max(counts)}" for counts in columns)
        yield f"| {name} | {' | '.join(cells)} |"


def waited(function_seconds: float) -> Cloud:
    """Wait for a job that takes longer than the longest time limit of a custom resource, an hour."""
    cloud = Cloud(Variant(history=0, tags=2, throttled=0.0, seed=0), function_seconds)
    cloud.sagemaker.settings.job_seconds = 7200
    cloud.send("Create", {**A, "WaitFor": "completed"})
    return cloud


def waiting() -> Iterator[str]:
    """Yield the lines of the table of waiting."""
    cloud = waited(900)
    minutes = [0] * 60
    for moment in cloud.moments:
        minutes[min(int((moment - cloud.moments[0]) // 60), 59)] += 1
    steady = minutes[1:55]
    yield "| while a job runs | |"
    yield "|---|---:|"
    yield f"| calls in the first minute, with the create | {minutes[0]} |"
    yield f"| calls a minute from then on, median / most | {statistics.median(steady):g} / {max(steady)} |"
    yield f"| calls in an hour | {len(cloud.moments)} |"
    for limit in (5, 10, 15):
        hops = waited(limit * 60).hops
        yield f"| times that the function calls itself in an hour, with a limit of {limit} minutes | {hops} |"


def main() -> None:
    """Measure and write."""
    botocore.endpoint.time = types.SimpleNamespace(sleep=lambda seconds: None)  # type: ignore[attr-defined]
    with contextlib.redirect_stdout(None):  # the handler counts its failures there
        lines = [*table(), "", *waiting()]
    print("\n".join(lines))
    write("api-calls", lines)


if __name__ == "__main__":
    main()
