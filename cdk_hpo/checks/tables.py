"""Facts about instance types and built-in algorithms, read from data files when first needed."""

from __future__ import annotations

from functools import cache

from cdk_hpo._files import package_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read(name: str) -> Any:
    """Read a data file of the checks."""
    return package_json(f"checks/data/{name}")


@cache
def builtin_images() -> dict[str, tuple[str, frozenset[str]]]:
    """Repositories of built-in algorithms: algorithm, and the accounts that own the real ones."""
    table = package_json("definition/data/builtin_images.json")
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for algorithm, versions in table["algorithms"].items():
        for version in versions.values():
            repository = version["repository"]
            known = found.get(repository, ("", frozenset()))[1]
            found[repository] = (algorithm, known.union(table["registries"][version["registry"]].values()))
    return found


@cache
def builtin_algorithms() -> dict[str, dict[str, Any]]:
    """What is documented about each built-in algorithm: see knowledge.py."""
    table: dict[str, dict[str, Any]] = read("builtin_algorithms.json")["algorithms"]
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
    # The table says nothing of p2 and p3 either, but those are known to have none.
    return None if instance_type.startswith("ml.p6e-") else False
