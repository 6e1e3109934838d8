#!/usr/bin/env python3
"""Make ``cdk_hpo/checks/data/local_storage_types.json``: local storage of the instance types for training.

    pip download --no-deps moto==5.2.5
    python scripts/make_local_storage_types.py moto-5.2.5-py3-none-any.whl

The facts are what EC2 answers to DescribeInstanceTypes, as the moto package ships it; which types there are for
training says the service model. A training type that EC2 does not describe there is left out.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cdk_hpo.checks.service_model import shapes  # noqa: E402

TARGET = ROOT / "cdk_hpo" / "checks" / "data" / "local_storage_types.json"
MEMBER = "moto/ec2/resources/instance_types.json.gz"


def table_of(wheel: Path) -> dict[str, Any]:
    """Read the sizes out of a wheel of moto."""
    with zipfile.ZipFile(wheel) as archive:
        described: dict[str, Any] = json.loads(gzip.decompress(archive.read(MEMBER)))
        date = max(entry.date_time for entry in archive.infolist())[:3]
    gigabytes, missing = {}, []
    for name in sorted(shapes()["TrainingInstanceType"]["enum"]):
        known = described.get(name.removeprefix("ml."))
        if known is None:
            missing.append(name)
        elif known.get("InstanceStorageSupported"):
            gigabytes[name] = known["InstanceStorageInfo"]["TotalSizeInGB"]
    version = re.sub(r"^moto-([^-]+)-.*", r"\1", wheel.name)
    return {
        "about": "Total local storage in GB by instance type. Other types have none; of missing ones nothing is said.",
        "source": f"EC2 instance type data (DescribeInstanceTypes) as shipped in moto {version}, {MEMBER}",
        "date": "{}-{:02}-{:02}".format(*date) if date[0] > 1980 else "the date of that release",
        "missing": missing,
        "gigabytes": gigabytes,
    }


def main(wheel: str) -> None:
    """Write the table."""
    TARGET.write_text(json.dumps(table_of(Path(wheel)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
