"""The API reference's page for a place in a request."""

from __future__ import annotations

from cdk_hpo.checks.paths import Path, steps_of
from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes

_REFERENCE = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_"


def page_of(path: Path) -> str:
    """Return the address of the page about the innermost structure that a path leads to or through."""
    name = structure = REQUEST_SHAPE
    for step in steps_of(path):
        shape = shapes()[name]
        inner = shape["members"].get(step) if shape["type"] == "structure" else shape.get("member") or shape["value"]
        if inner is None:  # an unknown field
            break
        name = inner["shape"]
        kind = shapes()[name]["type"]
        if kind == "structure":
            structure = name
        elif kind not in ("list", "map"):
            break
    return f"{_REFERENCE}{structure.removesuffix('Request')}.html"
