"""How long there is: for this call of the function, and for the whole event over all calls.

Shortly before its time is up the function invokes itself with the same event and what cannot be observed
again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from .clock import Clock
from .event import Event

KEY = "CdkHpoChain"
_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 20.0
_GROWTH = 1.6


@dataclass(frozen=True, kw_only=True)
class Chain:
    """What one call of the function tells the next."""

    deadline: float
    """Seconds since 1970; the answer is given no later."""
    hop: int = 0
    pauses: int = 0
    """Pauses since the last progress; they grow."""
    made: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    """As in ``Seen``: what looking again would not show."""
    failure: str | None = None
    """Why the event cannot be fulfilled: the next call only goes on winding up."""
    wind_up_troubles: int = 0
    reports: int = 0
    """Reports of Lambda that all tries of a call for the event have failed."""
    reported: str | None = None
    """The last of them, in words for the user."""
    trouble: str | None = None
    """Kind of the error that is being waited out."""
    trouble_since: float = 0.0
    last_words: str | None = None
    """The service's last complaint, without secrets."""

    @classmethod
    def of(cls, raw: Mapping[str, Any], event: Event, clock: Clock) -> Self:
        """Take the chain up, or begin it with the event's own time limit."""
        if KEY in raw:
            # Only what this version of the function knows: it may have been deployed while the chain goes on.
            known = [each.name for each in fields(cls) if each.name in raw[KEY]]
            state: dict[str, Any] = {name: raw[KEY][name] for name in known}
            for name in ("made", "held", "marked"):
                state[name] = tuple(state.get(name, ()))
            return cls(**state)
        now = clock.now()
        started = min(now if event.wanted.started is None else event.wanted.started, now)
        # CloudFormation forgets an unanswered resource, and what it made with it: answer well before it stops
        # to listen.
        return cls(deadline=started + event.timeout - min(30.0, event.timeout * 0.2))

    def pause(self, clock: Clock) -> float:
        """Return the seconds to wait now: growing, spread, and never past the deadline."""
        longest = min(_SHORTEST_PAUSE * _GROWTH ** min(self.pauses, 20), _LONGEST_PAUSE)
        return max(min(longest * (0.75 + clock.spread() / 4), self.deadline - clock.now()), 0.0)

    def next_event(self, raw: Mapping[str, Any]) -> bytes:
        """Return the event with which the function invokes itself."""
        state = {**asdict(self), "hop": self.hop + 1}
        return json.dumps({**raw, KEY: state}).encode()


class TimeLeft:
    """Time of the current call."""

    def __init__(self, context: Any) -> None:
        self._remaining = context.get_remaining_time_in_millis
        # Enough for the slowest call of the service with its second try, but not most of a short function's
        # time.
        self._reserve = min(45_000, self._remaining() // 4)

    def room(self) -> float:
        """Return the seconds that this call can still spend on a pause, with time for one more look after it."""
        return float(max(self._remaining() - self._reserve, 0)) / 1000
