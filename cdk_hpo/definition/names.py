"""How the API's names are spelt in a definition."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from cdk_hpo.definition.tuning import TuningJobDefinition


@cache
def python_names() -> dict[str, str]:
    """Return the arguments that stand for the API's members, by the member's name."""
    found: dict[str, dict[str, None]] = {}
    for kind in _kinds():
        for argument, spec in kind._wires:
            for member in (spec.member,) if spec.member else spec.codec.members:
                found.setdefault(member, {})[argument] = None
    return {member: " or ".join(arguments) for member, arguments in found.items()}


def _kinds() -> Iterator[Any]:
    """Yield the classes of a definition's parts, the whole first."""
    waiting: list[Any] = [TuningJobDefinition]
    seen = set()
    while waiting:
        kind = waiting.pop(0)
        if kind not in seen:
            seen.add(kind)
            yield kind
            waiting += [inner for _, spec in kind._wires for inner in spec.codec.kinds]
            waiting += kind.__subclasses__()
