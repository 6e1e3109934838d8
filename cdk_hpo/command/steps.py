"""The steps of a finding's path."""

from __future__ import annotations

import re
from json import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cdk_hpo.command.documents import Step

_STEP = re.compile(r'\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.\[\]]+)')


def steps_of(path: str) -> list[Step]:
    """Return the steps of a path: ``A[1]["b"]`` is ``["A", 1, "b"]``."""
    return [int(index) if index else loads(key) if key else name for index, key, name in _STEP.findall(path)]
