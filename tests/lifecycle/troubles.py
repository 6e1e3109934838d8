"""What goes wrong, planned by the number of the call that it strikes, counted from the planning on."""

from collections.abc import Callable
from dataclasses import dataclass, field

from botocore import exceptions

from tests.handler.world import Crash
from tests.lifecycle.simulation import Simulation

# Seconds of a call, before and after it takes effect.
_THERE, _BACK = 0.06, 0.04


@dataclass(eq=False)
class Trouble:
    """Something that happens right before or right after one call of the function takes effect."""

    at: int
    after: bool
    strike: Callable[[], None]
    api: bool = False
    """Whether only calls of SageMaker are meant."""


@dataclass
class Traffic:
    """All calls of the function: of SageMaker, of itself, and of the address for its answer."""

    simulation: Simulation
    calls: int = 0
    _troubles: list[Trouble] = field(default_factory=list)

    def plan(self, at: int, after: bool, strike: Callable[[], None], *, api: bool = False) -> None:
        """Let something happen at the ``at``-th call from now."""
        self._troubles.append(Trouble(at, after, strike, api))

    def calm(self) -> None:
        """Forget what was planned."""
        self._troubles.clear()

    def before(self, *, api: bool = False) -> None:
        """Begin a call."""
        self.simulation.sleep(_THERE)
        self.calls += 1
        for trouble in self._troubles:
            trouble.at -= 1
        self._strike(after=False, api=api)

    def after(self, *, api: bool = False) -> None:
        """Return from a call."""
        self._strike(after=True, api=api)
        self.simulation.sleep(_BACK)

    def _strike(self, *, after: bool, api: bool) -> None:
        due = [each for each in self._troubles if each.at <= 0 and each.after is after and (api or not each.api)]
        # All at once: while one takes its time, other calls go on.
        self._troubles = [each for each in self._troubles if each not in due]
        for trouble in due:
            trouble.strike()


def crash() -> None:
    """Kill the process."""
    raise Crash


def break_connection() -> None:
    """Lose the connection."""
    raise exceptions.ConnectionClosedError(endpoint_url="https://api.sagemaker.us-east-1.amazonaws.com")
