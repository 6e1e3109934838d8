"""Whether a job costs as much in a large app as in a small one, and how many jobs a stack holds.

python -m benchmarks.scale time cdk_hpo 200
python -m benchmarks.scale most cdk_hpo 250
"""

import json
import sys
from typing import Any

from benchmarks.apps import template
from benchmarks.processor import seconds

#: CloudFormation's limit for a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
TEMPLATE_BYTES = 1_000_000
_PART = 50
_WARM_UP = 2
_REPEATS = 4


def growth(way: str, jobs: int) -> dict[str, Any]:
    """Return the milliseconds of processor time for each of the first and of the last 50 jobs of an app."""
    for _ in range(_WARM_UP):
        template(way, jobs)  # JavaScript is compiled while it runs
    sizes = (1, _PART, jobs - _PART, jobs)
    # By turns: whatever is measured later runs in warmer JavaScript.
    rounds = [{size: _seconds(way, size) for size in sizes} for _ in range(_REPEATS)]
    least = {size: min(found[size] for found in rounds) for size in sizes}
    first = (least[_PART] - least[1]) / (_PART - 1)
    last = (least[jobs] - least[jobs - _PART]) / _PART
    return {"first_ms": first * 1000, "last_ms": last * 1000}


def _seconds(way: str, jobs: int) -> float:
    start = seconds()
    template(way, jobs)
    return seconds() - start


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
