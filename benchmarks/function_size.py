#!/usr/bin/env python3
"""Measure the memory and the CPU that the function needs, to choose its size by.

    make bench-lifecycle

Each call of the handler is a new interpreter, as a cold start of Lambda is; SageMaker is the local cloud's, on this
machine. The handler's own code is compiled anew each time, because it is deployed without compiled files and Lambda's
folder cannot be written to; botocore's is compiled, as in Lambda's runtime. Where the interpreter has awslambdaric, its
modules are in the process as well. Results are written into the marked part of LIFECYCLE.md.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lambda")]

from benchmarks.lifecycle_page import write  # noqa: E402
from tests.handler.cloudformation import A, properties  # noqa: E402
from tests.lifecycle.kill_cloud import KilledCloud  # noqa: E402
from tests.lifecycle.kill_stage import Stage, open_stage  # noqa: E402
from tests.shared import accepted_requests  # noqa: E402

#: At this memory a function has one vCPU; below, the share is proportional.
#: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
ONE_VCPU = 1769
SIZES = (128, 192, 256, 512, 1024)
ROUNDS = 9


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one call of the handler has used."""

    imports: float
    """CPU seconds from the start of the process until everything is imported."""
    work: float
    """CPU seconds from then on."""
    peak: float
    """MiB."""


def usages(stage: Stage, skip: int) -> list[Usage]:
    """Return what the calls after the first few have used."""
    return [
        Usage(imports=each["imported"], work=each["ended"] - each["imported"], peak=each["peak_kib"] / 1024)
        for each in stage.usages()[skip:]
    ]


def longest() -> dict[str, Any]:
    """Return the properties for the longest of the requests that the service is known to accept."""
    request = max(accepted_requests().values(), key=lambda each: len(str(each)))
    given = {key: value for key, value in request.items() if key not in ("HyperParameterTuningJobName", "Tags")}
    return properties(Request=_texts(given))


def _texts(value: Any) -> Any:
    """Turn numbers and booleans into text, as CloudFormation does."""
    if isinstance(value, dict):
        return {key: _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def create(stage: Stage) -> list[Usage]:
    """Measure a create."""
    KilledCloud(stage).create(A)
    return usages(stage, 0)


def wait(stage: Stage) -> list[Usage]:
    """Measure a call that waits for all of its fifteen minutes."""
    cloud = KilledCloud(stage)
    cloud.sagemaker.settings.job_seconds = 800
    cloud.create({**A, "WaitFor": "completed"})
    return usages(stage, 0)


def long_update(stage: Stage, function_seconds: float = 900.0, **changes: str) -> list[Usage]:
    """Measure an update from one long request to another, and the delete of the old job."""
    cloud = KilledCloud(stage, function_seconds)
    cloud.sagemaker.settings.job_seconds = 100
    cloud.create(longest())
    other = longest()
    limits = other["Request"]["HyperParameterTuningJobConfig"]["ResourceLimits"]
    limits["MaxNumberOfTrainingJobs"] = "9"
    limits["MaxParallelTrainingJobs"] = "1"
    cloud.update({**other, **changes})
    return usages(stage, 1)


CASES = {
    "create": create,
    "wait in one call, about 50 looks": wait,
    "update to another request, the longest that is known to be accepted": long_update,
    "the same, waited for over several calls": lambda stage: long_update(stage, 30.0, WaitFor="completed"),
}


def measured(python: str) -> dict[str, list[list[Usage]]]:
    """Measure all cases a few times, in turns."""
    found: dict[str, list[list[Usage]]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder, "handler")
        shutil.copytree(ROOT / "lambda", code, ignore=shutil.ignore_patterns("__pycache__"))
        for _ in range(ROUNDS):
            for name, case in CASES.items():
                with open_stage(fresh=True, python=python, handler=code) as stage:
                    found[name].append(case(stage))
    return found


def lines(found: dict[str, list[list[Usage]]], python: str) -> Iterator[str]:
    """Yield what is written to the page."""
    size = len(json.dumps(longest()["Request"]))
    yield f"{_described(python)}; {ROUNDS} rounds, medians. The longest request has {size:,} bytes."
    yield ""
    yield "| | calls | peak memory of a call, MiB: median / worst | CPU seconds of a call after the imports |"
    yield "|---|---:|---:|---:|"
    for name, rounds in found.items():
        calls = [usage for each in rounds for usage in each]
        peaks = [usage.peak for usage in calls]
        work = statistics.median(usage.work for usage in calls)
        yield f"| {name} | {len(rounds[0])} | {statistics.median(peaks):.0f} / {max(peaks):.0f} | {work:.2f} |"
    creates = [usage for each in found["create"] for usage in each]
    imports = statistics.median(usage.imports for usage in creates)
    first = statistics.median(usage.work for usage in creates)
    worst = max(usage.peak for rounds in found.values() for each in rounds for usage in each)
    yield ""
    yield (
        f"A new process takes {imports:.2f} CPU seconds for its start and imports, and {first:.2f} more to answer a "
        "create. By Lambda's rule of one vCPU at 1,769 MB that comes to these seconds, on a CPU as fast as this one, "
        "and in brackets on one half as fast:"
    )
    yield ""
    yield "| memory, MB | share of a vCPU | start and imports | until a create is answered | memory left |"
    yield "|---:|---:|---:|---:|---:|"
    for size in SIZES:
        share = size / ONE_VCPU
        begin, whole = imports / share, (imports + first) / share
        yield (
            f"| {size} | {share:.2f} | {begin:.1f} ({2 * begin:.1f}) | {whole:.1f} ({2 * whole:.1f}) "
            f"| {1 - worst / size:.0%} |"
        )


def _described(python: str) -> str:
    code = (
        "import importlib.util as u, platform as p, botocore; "
        "print(f'Python {p.python_version()} on {p.machine()}, botocore {botocore.__version__}, ' "
        "+ ('with' if u.find_spec('awslambdaric') else 'without') + ' the modules of awslambdaric')"
    )
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="Measure the memory and the CPU that the function needs.")
    parser.add_argument(
        "--python", default=sys.executable, help="an interpreter with botocore, and awslambdaric or not"
    )
    python = parser.parse_args().python
    os.environ["LOG_LEVEL"] = "INFO"
    page = list(lines(measured(python), python))
    print("\n".join(page))
    write("function-size", page)


if __name__ == "__main__":
    main()
