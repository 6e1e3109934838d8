"""The service model: the shapes of the request as botocore describes them."""

from __future__ import annotations

from functools import cache

from cdk_hpo._files import handler_directory, read_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

REQUEST_SHAPE = "CreateHyperParameterTuningJobRequest"

Shape: TypeAlias = "dict[str, Any]"


@cache
def shapes() -> dict[str, Shape]:
    """Read the shapes of the tuning operations, by name."""
    model: dict[str, dict[str, Shape]] = read_json(f"{handler_directory()}/models/sagemaker/2017-07-24/service-2.json")
    return model["shapes"]


def reachable(root: str = REQUEST_SHAPE) -> set[str]:
    """Return the names of the shapes that a request is made of."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        shape = shapes()[name]
        waiting += [member["shape"] for member in shape.get("members", {}).values()]
        waiting += [shape[part]["shape"] for part in ("member", "key", "value") if part in shape]
    return found
