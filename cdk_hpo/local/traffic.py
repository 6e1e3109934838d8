"""A record of the SageMaker calls that were received."""

import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from .sagemaker import Caller, ServiceError

LIMIT = 50_000


class CallLog:
    """Keeps the latest calls with what was asked for, by whom, and which error was answered."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=LIMIT)

    def entries(self) -> list[dict[str, Any]]:
        """Return the calls, oldest first."""
        return list(self._entries)

    def add(
        self,
        operation: str,
        request: object,
        caller: Caller | None,
        error: ServiceError | None,
        began: float | None = None,
    ) -> None:
        """Record one call that has ended, with the time at which it began; by default now."""
        self._entries.append(
            {
                "time": time.time() if began is None else began,
                "operation": operation,
                "request": dict(request) if isinstance(request, Mapping) else request,
                "principal": None if caller is None else caller.arn,
                "region": None if caller is None else caller.region,
                "error": None if error is None else error.code,
                "message": None if error is None else error.message,
            }
        )
