#!/usr/bin/env python3
"""Trim botocore's SageMaker service model to the tuning operations.

The result is the one service model of this project: the checks walk it at synthesis, and the
custom-resource function lets botocore load it in place of the full model, which is fifty times larger.

    python scripts/make_service_model.py            write lambda/models/...
    python scripts/make_service_model.py --check    exit 1 when the file on disk is stale
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import Loader

SERVICE = "sagemaker"
API_VERSION = "2017-07-24"
OPERATIONS = (
    "AddTags",
    "CreateHyperParameterTuningJob",
    "DeleteHyperParameterTuningJob",
    "DeleteTags",
    "DescribeHyperParameterTuningJob",
    "ListHyperParameterTuningJobs",
    "ListTags",
    "ListTrainingJobsForHyperParameterTuningJob",
    "StopHyperParameterTuningJob",
)
MODELS = Path(__file__).resolve().parent.parent / "lambda" / "models"
TARGET = MODELS / SERVICE / API_VERSION / "service-2.json"
ENDPOINTS = MODELS / "endpoints.json"
NOTICE = MODELS / "NOTICE"


def reachable(shapes: dict[str, Any], roots: list[str]) -> set[str]:
    """Names of all shapes that the given ones refer to, themselves included."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = shapes[name]
        parts = [*shape.get("members", {}).values(), shape.get("member"), shape.get("key"), shape.get("value")]
        waiting += [part["shape"] for part in parts if part]
    return seen


def without_documentation(value: Any) -> Any:
    """Drop documentation texts; a structure's member of that name (a reference) would stay."""
    if isinstance(value, list):
        return [without_documentation(item) for item in value]
    if isinstance(value, dict):
        return {
            key: without_documentation(item)
            for key, item in value.items()
            if not (key == "documentation" and isinstance(item, str))
        }
    return value


def trimmed(model: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of the model that the tuning operations need, in the model's own form."""
    operations = {name: model["operations"][name] for name in OPERATIONS}
    roots = [
        part["shape"]
        for operation in operations.values()
        for part in (operation.get("input"), operation.get("output"), *operation.get("errors", []))
        if part
    ]
    names = sorted(reachable(model["shapes"], roots))
    result: dict[str, Any] = without_documentation(
        {
            "version": model["version"],
            "metadata": model["metadata"],
            "operations": operations,
            "shapes": {name: model["shapes"][name] for name in names},
        }
    )
    return result


def trimmed_endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    """Return the endpoints of this service alone, with all partitions and regions."""
    partitions = [
        {**each, "services": {name: held for name, held in each["services"].items() if name == SERVICE}}
        for each in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def rendered(model: dict[str, Any]) -> str:
    """One line per operation and shape: small, quick to read, and still readable as a diff."""
    blocks = []
    for key, value in model.items():
        if key in ("operations", "shapes"):
            lines = ",\n".join(f"{json.dumps(name)}:{compact(value[name])}" for name in sorted(value))
            blocks.append(f"{json.dumps(key)}:{{\n{lines}\n}}")
        else:
            blocks.append(f"{json.dumps(key)}:{compact(value)}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def compact(value: Any) -> str:
    """Member order is kept: it is the order in which botocore sends and documents them."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def notice() -> str:
    """Return the origin and licence of the copied data, as Apache-2.0 asks."""
    return (
        f"{SERVICE}/{API_VERSION}/service-2.json and endpoints.json are shortened copies of the files of the same\n"
        f"names in botocore {botocore.__version__} (https://github.com/boto/botocore), Copyright Amazon.com, Inc. or\n"
        "its affiliates, licensed under the Apache License, Version 2.0.\n"
        "Changed: only the operations for hyperparameter tuning jobs and tags, and the shapes that they\n"
        "reach, are kept, and this service's endpoints; documentation texts are left out.\n"
        "Made by scripts/make_service_model.py.\n"
    )


def contents() -> dict[Path, str]:
    """Every generated file with the text it must have for the installed botocore."""
    # The default search path only: a copy of ours on AWS_DATA_PATH must not be trimmed again.
    full = Loader().load_service_model(SERVICE, "service-2", API_VERSION)
    endpoints = json.dumps(trimmed_endpoints(Loader().load_data("endpoints")), indent=1) + "\n"
    return {TARGET: rendered(trimmed(full)), ENDPOINTS: endpoints, NOTICE: notice()}


def stale() -> list[Path]:
    """Return generated files that differ from what the installed botocore would give."""
    return [path for path, text in contents().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main() -> int:
    """Write the files, or with --check only compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a file is stale")
    if parser.parse_args().check:
        for path in stale():
            print(f"stale against botocore {botocore.__version__}: {path}", file=sys.stderr)
        return 1 if stale() else 0
    for path, text in contents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
