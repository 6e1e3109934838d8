"""Errors on demand: what a test wants the service to answer instead of, or after, doing its work."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .errors import ServiceError

_STATUS = {"InternalFailure": 500, "InternalServerError": 500, "ServiceUnavailable": 503}
_KEYS = {"operation", "code", "message", "status", "nth", "times", "every", "after", "seconds"}


@dataclass(kw_only=True)
class Fault:
    """One error to answer, or one answer to delay.

    Parameters
    ----------
    operation
        Name of the operation, ``*`` for any.
    code
        Error code, e.g. ``ThrottlingException``; empty when the answer is only late.
    message
        Text of the error; the code by default.
    status
        HTTP status; 400 by default, 500 or 503 for the internal errors.
    nth
        The first call that fails, counted from 1 from the moment the fault is set.
    times
        How many calls fail; 0 for all of them.
    every
        Of how many calls one fails, from ``nth`` on; 1 for calls in a row.
    after
        Whether the service does its work first, so that only the answer is lost.
    seconds
        How long the service takes to answer a call that fails.
    """

    operation: str
    code: str
    message: str
    status: int
    nth: int = 1
    times: int = 1
    every: int = 1
    after: bool = False
    seconds: float = 0.0
    seen: int = 0

    @classmethod
    def from_wire(cls, given: Mapping[str, object]) -> "Fault":
        """Read a fault, refusing keys that it does not have."""
        unknown = sorted(set(given) - _KEYS)
        if unknown or not given.get("operation") or not (given.get("code") or given.get("seconds")):
            raise ValueError(
                "a fault has operation, code (or seconds, for a late answer) and optionally "
                f"{', '.join(sorted(_KEYS - {'operation', 'code', 'seconds'}))}"
            )
        every = int(str(given.get("every", 1)))
        if every < 1:
            raise ValueError(f"every must be a whole number from 1, got {every}")
        code = str(given.get("code", ""))
        return cls(
            operation=str(given["operation"]),
            code=code,
            message=str(given.get("message", code)),
            status=int(str(given.get("status", _STATUS.get(code, 400)))),
            nth=int(str(given.get("nth", 1))),
            times=int(str(given.get("times", 1))),
            every=every,
            after=bool(given.get("after", False)),
            seconds=float(str(given.get("seconds", 0))),
        )

    def strikes(self) -> bool:
        """Count a call of the operation and say whether it is one that fails."""
        self.seen += 1
        since = self.seen - self.nth
        return since >= 0 and since % self.every == 0 and (self.times == 0 or since // self.every < self.times)

    def happen(self) -> None:
        """Let the time pass, and raise the error if there is one."""
        if self.seconds:
            time.sleep(self.seconds)
        if self.code:
            raise ServiceError(self.code, self.message, self.status)


class Faults:
    """The faults that are set; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def set(self, faults: Iterable[Mapping[str, object]]) -> None:
        """Replace all faults; an empty list ends them."""
        read = [Fault.from_wire(fault) for fault in faults]
        with self._lock:
            self._faults = read

    def strike(self, operation: str) -> Fault | None:
        """Return the first fault that hits this call; every fault of the operation counts the call."""
        with self._lock:
            hits = [fault for fault in self._faults if fault.operation in (operation, "*") and fault.strikes()]
        return hits[0] if hits else None
