"""Counting the round trips between Python and the CDK's JavaScript."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jsii._kernel.providers import process


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count what is sent while the context lasts, by what it is; an answer to a callback counts as well."""
    counter: Counter[str] = Counter()
    send = process._NodeProcess.send

    def counting(self: Any, request: Any, response_type: Any) -> Any:
        counter[_named(request)] += 1
        return send(self, request, response_type)

    process._NodeProcess.send = counting  # type: ignore[method-assign]
    try:
        yield counter
    finally:
        process._NodeProcess.send = send  # type: ignore[method-assign]


def _named(request: Any) -> str:
    kind = type(request).__name__.removesuffix("Request").lstrip("_")
    reference = getattr(request, "objref", None)
    owner = getattr(request, "fqn", None) or (reference.ref.split("@")[0] if reference else "")
    member = getattr(request, "method", None) or getattr(request, "property", None)
    return " ".join(part for part in (kind, owner.removeprefix("aws-cdk-lib."), member) if part)
