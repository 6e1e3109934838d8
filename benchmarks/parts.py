"""What the time of a process goes to that synthesizes an app with one job.

python -m benchmarks.parts aws_custom_resource
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: The modules of the CDK that both ways load in the end, whether they name them or not.
_CDK = ("aws_iam", "aws_s3", "aws_ecr", "aws_ec2", "aws_lambda", "aws_logs", "aws_cloudwatch", "custom_resources")
_OWN = ("cdk_hpo.definition.tuning", "cdk_hpo.definition.training", "cdk_hpo.launch.job", "cdk_hpo.checks")


def parts(way: str) -> dict[str, float]:
    """Return the milliseconds of each part, in the order in which they are looked at."""
    start = time.perf_counter()
    importlib.import_module("aws_cdk")
    loaded = time.perf_counter()
    for module in _CDK:
        importlib.import_module(f"aws_cdk.{module}")
    modules = time.perf_counter()
    for module in _OWN if way.startswith("cdk_hpo") else ():
        importlib.import_module(module)
    own = time.perf_counter()
    from benchmarks.apps import template

    with _waiting() as waited:
        built = time.perf_counter()
        template(way, 1)
        end = time.perf_counter()
    javascript = sum(waited)
    seconds = {
        "importing aws_cdk, and starting JavaScript": loaded - start,
        "importing its modules": modules - loaded,
        "importing this library": own - modules,
        "waiting for JavaScript": javascript,
        "Python of the app, jsii and the library": end - built - javascript,
    }
    return {name: taken * 1000 for name, taken in seconds.items()}


@contextmanager
def _waiting() -> Iterator[list[float]]:
    """Collect the seconds that Python waits for answers."""
    from jsii._kernel.providers import process

    found: list[float] = []
    read: Callable[..., Any] = process._NodeProcess._next_message

    def timed(self: Any) -> Any:
        start = time.perf_counter()
        try:
            return read(self)
        finally:
            found.append(time.perf_counter() - start)

    process._NodeProcess._next_message = timed  # type: ignore[method-assign]
    try:
        yield found
    finally:
        process._NodeProcess._next_message = read  # type: ignore[method-assign]


if __name__ == "__main__":
    print(json.dumps(parts(sys.argv[1])))
