#!/usr/bin/env python3
"""Compare ``check`` with botocore's own validation, on the accepted requests of the tests.

    make bench-checks

Both take turns, so that other work on the machine slows both. Quote the ratio, never a time alone.
"""

import compileall
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from botocore.session import Session  # noqa: E402
from botocore.validate import ParamValidator  # noqa: E402

from benchmarks.fresh import seconds, taken  # noqa: E402
from cdk_hpo.checks import check  # noqa: E402
from tests.checks.requests import accepted  # noqa: E402

ROUNDS = 40


def in_process(rounds: int = ROUNDS) -> list[float]:
    """Return the ratios of the checks to botocore's validation."""
    requests = list(accepted().values())
    shape: Any = Session().get_service_model("sagemaker").operation_model("CreateHyperParameterTuningJob").input_shape
    validator = ParamValidator()
    return [
        taken(lambda: [check(request) for request in requests])
        / taken(lambda: [validator.validate(request, shape) for request in requests])
        for _ in range(rounds)
    ]


def whole_process(rounds: int = ROUNDS) -> list[float]:
    """Return the ratios of ``cdk-hpo check FILE`` to a process that only imports what a small script would."""
    compileall.compile_dir(ROOT / "cdk_hpo", quiet=2)
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "request.json")
        file.write_text(json.dumps(next(iter(accepted().values()))), encoding="utf-8")
        ours = [sys.executable, "-m", "cdk_hpo", "check", str(file)]
        base = [sys.executable, "-c", "import argparse, json, re"]

        def run(command: list[str]) -> float:
            return seconds(lambda: subprocess.run(command, cwd=ROOT, check=False, capture_output=True))

        return [run(ours) / run(base) for _ in range(rounds)]


def _show(what: str, ratios: Sequence[float]) -> None:
    words = f"median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}"
    print(f"{what}, {len(ratios)} rounds: {words}")


if __name__ == "__main__":
    _show(f"check / ParamValidator, {len(accepted())} requests", in_process())
    _show('cdk-hpo check / python -c "import argparse, json, re"', whole_process())
