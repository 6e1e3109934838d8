"""Times and sizes, which the API takes as whole numbers of a unit."""

from datetime import timedelta
from typing import Any

from cdk_hpo.definition._codec import Codec, Number, Problem
from cdk_hpo.definition._shown import number_hint, shown
from cdk_hpo.definition._tokens import attribute, is_token, is_unknown, unrounded

SECONDS = "seconds", "to_seconds"
GIBIBYTES = "gibibytes", "to_gibibytes"
#: What a time or a size looks like, by its unit.
_SUCH_AS = {"seconds": "a Duration such as Duration.hours(1)", "gibibytes": "a Size such as Size.gibibytes(30)"}


class Measure(Codec):
    """A `Duration` or `Size`, stored as the whole number of units that the API takes."""

    def __init__(self, unit: str, converter: str, *, at_least: int | None = None, rule: str = "wrong-type") -> None:
        self._unit = unit
        self._converter = converter
        self._number = Number(at_least=at_least, rule=rule)

    def normalise(self, given: Any) -> Any:
        """Take a measure, a whole number or a token."""
        convert = attribute(given, self._converter)
        if convert is not None:
            try:
                given = convert()
            except RuntimeError:
                raise Problem(self._not_whole(given)) from None
            # jsii hands every JavaScript number over as it likes: 3600 may arrive as 3600.0.
            if isinstance(given, float) and given.is_integer() and not is_unknown(given):
                given = int(given)
        elif isinstance(given, bool) or not (isinstance(given, int) or is_token(given, float)):
            if isinstance(given, timedelta) and self._unit == "seconds" and given % timedelta(seconds=1):
                raise Problem(f"expected whole seconds, got {given.total_seconds()}")
            raise Problem(f"expected {_SUCH_AS[self._unit]} or a whole number of {self._unit}, {self._got(given)}")
        try:
            return self._number.normalise(given)
        except Problem as problem:
            raise Problem(f"{problem} (in {self._unit})", problem.rule) from None

    def _got(self, given: Any) -> str:
        hint = number_hint(given)
        if isinstance(given, timedelta) and self._unit == "seconds":
            hint = f": write {duration_of(given)}"
        return f"got {shown(given)}{hint}"

    def _not_whole(self, given: Any) -> str:
        exact = unrounded(given, self._converter)
        if exact is not None:
            return f"expected whole {self._unit}, got {exact}"
        kind = type(given).__name__
        return f"expected {self._unit}, got a token in another unit: make it with {kind}.{self._unit}(…)"


def duration_of(given: timedelta) -> str:
    """Return how a time of Python's is written as a `Duration`; an example for what none can hold."""
    if given < timedelta() or given % timedelta(milliseconds=1):
        return "Duration.hours(2), for example"
    if given % timedelta(seconds=1):
        return f"Duration.millis({given // timedelta(milliseconds=1)})"
    return f"Duration.seconds({given // timedelta(seconds=1)})"
