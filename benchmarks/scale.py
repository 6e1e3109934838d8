"""Whether a job costs as much in a large app as in a small one, and how many jobs a stack holds.

python -m benchmarks.scale time cdk_hpo 200
python -m benchmarks.scale most cdk_hpo 250
"""

import json
import statistics
import sys
from typing import Any, NamedTuple

from benchmarks.apps import empty, template
from benchmarks.processor import seconds

#: CloudFormation's limit for a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
TEMPLATE_BYTES = 1_000_000
_PART = 50
_WARM_UP = 2
_REPEATS = 5


def growth(way: str, jobs: int) -> dict[str, Any]:
    """Return the milliseconds of processor time for each of the first and of the last 50 jobs of an app.

    Their constructs are made in one app after the other. What they add to its synthesis is told by apps of other sizes.
    """
    for _ in range(_WARM_UP):
        template(way, jobs)  # JavaScript is compiled while it runs
    sizes = (1, _PART, jobs)
    # By turns: whatever is measured later runs in warmer JavaScript.
    rounds = [[_seconds(way, size) for size in sizes] for _ in range(_REPEATS)]
    first = statistics.median(large.first for _, _, large in rounds)
    last = statistics.median(large.last for _, _, large in rounds)
    one, part, whole = (statistics.median(each[index].synthesis for each in rounds) for index in range(3))
    return {
        "first_ms": (first / _PART + (part - one) / (_PART - 1)) * 1000,
        "last_ms": (last / _PART + (whole - part) / (jobs - _PART)) * 1000,
    }


class _Seconds(NamedTuple):
    first: float
    last: float
    synthesis: float


def _seconds(way: str, jobs: int) -> _Seconds:
    """Return how long an app took for its first and its last 50 jobs, and for its synthesis."""
    with empty(way) as (made, add):
        at = {0: seconds()}
        for index in range(jobs):
            add(index)
            if index + 1 in (_PART, jobs - _PART, jobs):
                at[index + 1] = seconds()
        made.synth()
        first, last = min(_PART, jobs), max(jobs - _PART, 0)
        return _Seconds(at[first] - at[0], at[jobs] - at[last], seconds() - at[jobs])


def most(way: str, too_many: int) -> dict[str, Any]:
    """Return how many jobs a stack holds by the number of its resources and by its size, and what is said of more."""
    low, high, message = 1, too_many, ""
    while high - low > 1:
        middle = (low + high) // 2
        try:
            template(way, middle)
            low = middle
        except RuntimeError as error:
            high, message = middle, str(error).splitlines()[0]
    one, many = (len(template(way, jobs).encode()) for jobs in (1, 1 + _PART))
    return {"by_resources": low, "by_size": 1 + (TEMPLATE_BYTES - one) * _PART // (many - one), "message": message}


if __name__ == "__main__":
    what, way, jobs = sys.argv[1:]
    print(json.dumps({"time": growth, "most": most}[what](way, int(jobs))))
