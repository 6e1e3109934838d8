#!/usr/bin/env python3
"""Compare ``check`` with botocore's own validation, on the accepted requests of the tests.

    make bench-checks

Both take turns, so that other work on the machine slows both. Quote the ratio, never a time alone.
"""

import compileall
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from botocore.session import Session  # noqa: E402
from botocore.validate import ParamValidator  # noqa: E402

from cdk_hpo.checks import check  # noqa: E402
from tests.checks.requests import accepted  # noqa: E402

ROUNDS = 40


def seconds(act: Callable[[], object]) -> float:
    """Return the time of one call."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def in_process() -> None:
    """Print the ratio of the checks to botocore's validation."""
    requests = list(accepted().values())
    shape: Any = Session().get_service_model("sagemaker").operation_model("CreateHyperParameterTuningJob").input_shape
    validator = ParamValidator()
    pairs = [
        (
            seconds(lambda: [check(request) for request in requests]),
            seconds(lambda: [validator.validate(request, shape) for request in requests]),
        )
        for _ in range(ROUNDS)
    ]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    print(
        f"check / ParamValidator, {len(requests)} requests, {ROUNDS} rounds: "
        f"median {statistics.median(ratios):.2f}, {ratios[0]:.2f} to {ratios[-1]:.2f}"
    )


def whole_process() -> None:
    """Print the ratio of ``cdk-hpo check FILE`` to a process that only imports what a small script would."""
    compileall.compile_dir(ROOT / "cdk_hpo", quiet=2)
    file = next((ROOT / "tests" / "checks" / "accepted").glob("*.json"))
    request = ROOT / ".bench-request.json"
    try:
        import json

        request.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8"))["request"]), encoding="utf-8")
        ours = [sys.executable, "-m", "cdk_hpo", "check", str(request)]
        base = [sys.executable, "-c", "import argparse, json, re"]

        def run(command: list[str]) -> float:
            return seconds(lambda: subprocess.run(command, cwd=ROOT, check=False, capture_output=True))

        ratios = sorted(run(ours) / run(base) for _ in range(ROUNDS))
    finally:
        request.unlink(missing_ok=True)
    print(
        f'cdk-hpo check / python -c "import argparse, json, re", {ROUNDS} rounds: '
        f"median {statistics.median(ratios):.2f}, {ratios[0]:.2f} to {ratios[-1]:.2f}"
    )


if __name__ == "__main__":
    in_process()
    whole_process()
