"""Synthesis of many jobs of one way, in a process of its own.

python -m benchmarks.synth time floor 50
python -m benchmarks.synth count floor 50
"""

import json
import sys
import time
from collections import Counter
from typing import Any

from benchmarks.apps import template
from benchmarks.parts import waiting
from benchmarks.processor import seconds
from benchmarks.trips import counted

#: The first syntheses of a process are slower, whatever they hold: JavaScript is compiled while it runs.
_WARM_UP = 2
_REPEATS = 3


def added_time(way: str, jobs: int) -> dict[str, Any]:
    """Return the milliseconds that each further job adds to building and synthesizing an app with one.

    ``cpu`` is processor time, of Python and JavaScript together; ``clock`` is time on the clock, and ``waiting`` what
    of it Python waits for JavaScript.
    """
    for _ in range(_WARM_UP):
        template(way, jobs // 2)
    # By turns: whatever is measured later runs in warmer JavaScript.
    one, many = zip(*((_times(way, 1), _times(way, 1 + jobs)) for _ in range(_REPEATS)), strict=True)
    added = [
        (min(more) - min(less)) * 1000 / jobs
        for less, more in zip(zip(*one, strict=True), zip(*many, strict=True), strict=True)
    ]
    return {"clock": added[0], "cpu": added[1], "waiting": added[2]}


def _times(way: str, jobs: int) -> tuple[float, float, float]:
    with waiting() as waited:
        clock, processor = time.perf_counter(), seconds()
        template(way, jobs)
        return time.perf_counter() - clock, seconds() - processor, sum(waited)


def counts(way: str, jobs: int) -> dict[str, Any]:
    """Return round trips, resources and template bytes: for each further job, and for a stack with none of them."""
    template(way, 1)  # some things are asked for once in a process
    trips_of_one, one = _counted(way, 1)
    trips_of_many, many = _counted(way, 1 + jobs)
    trips_of_many.subtract(trips_of_one)
    resources = [len(json.loads(text)["Resources"]) for text in (one, many)]
    each = (resources[1] - resources[0]) / jobs
    return {
        "trips": trips_of_many.total() / jobs,
        "trips_by_kind": {kind: number / jobs for kind, number in trips_of_many.most_common() if number},
        "resources": each,
        "fixed_resources": resources[0] - round(each),
        "bytes": (len(many.encode()) - len(one.encode())) / jobs,
    }


def _counted(way: str, jobs: int) -> tuple[Counter[str], str]:
    with counted() as trips:
        text = template(way, jobs)
    return trips, text


if __name__ == "__main__":
    what, way, jobs = sys.argv[1:]
    print(json.dumps({"time": added_time, "count": counts}[what](way, int(jobs))))
