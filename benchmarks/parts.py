"""What the time of a process goes to that synthesizes an app with one job.

python -m benchmarks.parts time aws_custom_resource
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.fresh import answer


def modules(way: str) -> list[str]:
    """Return the modules of the CDK and of this library that a way has loaded in the end, in that order."""
    from benchmarks.apps import template

    template(way, 1)
    return [name for name in sys.modules if name.startswith(("aws_cdk.", "cdk_hpo"))]


def parts(way: str) -> dict[str, float]:
    """Return the milliseconds of each part, in the order in which they are looked at."""
    # Which modules these are another process tells, for only here they are to be loaded one after the other.
    names = answer("parts", "modules", way)
    start = time.perf_counter()
    importlib.import_module("aws_cdk")
    loaded = time.perf_counter()
    _load(name for name in names if name.startswith("aws_cdk."))
    cdk = time.perf_counter()
    _load(name for name in names if name.startswith("cdk_hpo"))
    own = time.perf_counter()
    from benchmarks.apps import template

    with waiting() as waited:
        built = time.perf_counter()
        template(way, 1)
        end = time.perf_counter()
    javascript = sum(waited)
    seconds = {
        "importing aws_cdk, and starting JavaScript": loaded - start,
        "importing the modules of it that are used": cdk - loaded,
        "importing this library": own - cdk,
        "waiting for JavaScript": javascript,
        "Python of the app, jsii and the library": end - built - javascript,
    }
    return {name: taken * 1000 for name, taken in seconds.items()}


def _load(names: Iterator[str]) -> None:
    for name in names:
        importlib.import_module(name)


@contextmanager
def waiting() -> Iterator[list[float]]:
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
    what, way = sys.argv[1:]
    print(json.dumps({"time": parts, "modules": modules}[what](way)))
