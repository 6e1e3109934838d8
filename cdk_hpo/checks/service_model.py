"""The service model: the shapes of the request as botocore describes them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, TypeAlias

from cdk_hpo._files import handler_directory

REQUEST_SHAPE: Final = "CreateHyperParameterTuningJobRequest"

Shape: TypeAlias = "dict[str, Any]"


@cache
def shapes() -> dict[str, Shape]:
    """Read the shapes of the tuning operations, by name."""
    path = handler_directory() / "models" / "sagemaker" / "2017-07-24" / "service-2.json"
    model: dict[str, dict[str, Shape]] = json.loads(path.read_bytes())
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
