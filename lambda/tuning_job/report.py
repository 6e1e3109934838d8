"""Lambda's reports to the on-failure destination, which is the function itself.

When all tries of a call have failed, Lambda calls the function once more with what it had been called with. The event
is then wound up and answered. That may fail as well, at once or in a call that it hands over to, and is reported too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import chain, names

# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
_PAYLOAD, _CONTEXT = "requestPayload", "requestContext"
_NEEDED = ("RequestType", "ResponseURL", "RequestId", "StackId", "LogicalResourceId")


@dataclass(frozen=True, kw_only=True)
class Report:
    """That all tries of a call have failed."""

    number: int
    """Reports for the same event up to this one, and with it."""
    reason: str


def unwrap(raw: Any) -> tuple[Any, Report | None]:
    """Take the event out of a report, or out of a report about reports.

    Parameters
    ----------
    raw
        What the function received.
    """
    number, condition = 0, "unknown condition"
    while isinstance(raw, Mapping) and _PAYLOAD in raw:
        context = raw.get(_CONTEXT)
        if isinstance(context, Mapping):
            condition = str(context.get("condition", condition))
        number, raw = number + 1, raw[_PAYLOAD]
    if not number:
        return raw, None
    number += _state(raw).get("reports", 0)
    return raw, Report(number=number, reason=f"The function failed at every attempt ({condition}); its log says why")


def is_event(raw: Any) -> bool:
    """Tell whether CloudFormation can be answered: whether it is its event."""
    return isinstance(raw, Mapping) and all(isinstance(raw.get(name), str) for name in _NEEDED)


def likely_id(raw: Mapping[str, Any]) -> str:
    """Return the physical id for an answer given blindly: of the job that the event has probably made.

    CloudFormation deletes what a failed answer names; a name of no job is a success, and no job but ours is touched.
    """
    made, present = _state(raw).get("made"), raw.get("PhysicalResourceId")
    if made:
        return str(made[0])
    if present:
        return str(present)
    stack_id, logical_id = raw["StackId"], raw["LogicalResourceId"]
    properties = raw.get("ResourceProperties") or {}
    prefix = properties.get("NamePrefix") or "hpo"
    return str(properties.get("Name") or names.run_name(str(prefix), stack_id, logical_id, raw["RequestId"]))


def _state(raw: Any) -> Mapping[str, Any]:
    state = raw.get(chain.KEY) if isinstance(raw, Mapping) else None
    return state if isinstance(state, Mapping) else {}
