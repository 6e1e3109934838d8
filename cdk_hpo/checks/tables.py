"""Facts about instance types and built-in algorithms, read from data files when first needed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).parent / "data"


def read(name: str) -> Any:
    """Read a data file of the checks."""
    return json.loads((_DATA / name).read_bytes())


@cache
def builtin_images() -> dict[str, tuple[str, frozenset[str]]]:
    """Repositories of built-in algorithms: algorithm, and the accounts that own the real ones."""
    table = read("builtin_images.json")
    return {
        repository: (algorithm, frozenset(accounts))
        for algorithm, repositories in table["algorithms"].items()
        for repository, accounts in repositories.items()
    }


@cache
def builtin_metrics() -> dict[str, dict[str, str]]:
    """Metrics that a built-in algorithm can be tuned for, with their directions."""
    table: dict[str, dict[str, str]] = read("builtin_metrics.json")["algorithms"]
    return table


@cache
def local_storage() -> dict[str, int]:
    """Local storage in GB of the instance types that have some."""
    table: dict[str, int] = read("local_storage_types.json")["gigabytes"]
    return table


def has_local_storage(instance_type: str) -> bool | None:
    """Tell whether an instance type has local storage; None when that is not documented."""
    if instance_type in local_storage():
        return True
    return None if instance_type.startswith("ml.p6e-") else False
