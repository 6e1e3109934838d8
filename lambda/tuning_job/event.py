"""What an event of CloudFormation asks for, as typed values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from . import names, wire
from .job import OWN_PREFIX

_LONGEST_TIMEOUT = 3600  # seconds; CloudFormation's own limit and its default for a custom resource


class InvalidEventError(ValueError):
    """The event asks for something that there is not; the text is made for the user and shows no value."""


class RequestType(StrEnum):
    """The three things CloudFormation asks a custom resource for."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


class WaitFor(StrEnum):
    """The state of the job at which a create or update is fulfilled."""

    CREATED = "created"
    COMPLETED = "completed"


class OnDelete(StrEnum):
    """What a delete leaves behind."""

    STOP = "stop"
    DELETE = "delete"
    LEAVE = "leave"
    """The job runs on, if the event that made it had succeeded: a failed event never leaves anything running.

    When another resource of the stack fails, CloudFormation takes a new job back by a delete that looks like any
    other. Such a job runs on too.
    """


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What one event wants, as far as a decision depends on it."""

    kind: RequestType
    event_id: str
    stack_id: str
    logical_id: str
    present: str | None
    """The physical id that CloudFormation holds; none in a create."""
    fixed: str | None
    """The name the user chose; none when names are generated."""
    run: str
    """The generated name that belongs to this event."""
    configuration: str
    """Digest of the wanted request."""
    previous_configuration: str | None = None
    previous_fixed: str | None = None
    tags: Mapping[str, str]
    dropped_tags: frozenset[str] = frozenset()
    """Keys that the previous properties had and the wanted ones have not."""
    wait_for: WaitFor = WaitFor.CREATED
    on_delete: OnDelete = OnDelete.STOP
    retain: bool = False
    """Whether CloudFormation forgets a job that is replaced or removed without a delete."""
    started: float | None = None
    """When CloudFormation sent the event (seconds since 1970), if its answer address tells."""

    @property
    def name(self) -> str:
        """The name under which this event makes a job, should it have to."""
        return self.fixed or self.run


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event: what it wants, the request to send, and where the answer goes."""

    wanted: Wanted
    request: Mapping[str, Any]
    previous_request: Mapping[str, Any]
    previous_tags: Mapping[str, str]
    patience: frozenset[str]
    """Errors that the user asked to wait out, by their names in the table of errors."""
    timeout: int
    response_url: str


def read(raw: Mapping[str, Any], shape: Any) -> Event:
    """Read an event.

    Parameters
    ----------
    raw
        The event as the function received it.
    shape
        The model's shape of the create request, for the types.
    """
    new, old = raw["ResourceProperties"], raw.get("OldResourceProperties") or {}
    stack_id, logical_id, event_id = raw["StackId"], raw["LogicalResourceId"], raw["RequestId"]
    kind = RequestType(raw["RequestType"])
    request, previous = (_request(properties, shape) for properties in (new, old))
    tags, previous_tags = _tags(new), _tags(old)
    fixed = new.get("Name") or None
    wanted = Wanted(
        kind=kind,
        event_id=event_id,
        stack_id=stack_id,
        logical_id=logical_id,
        present=raw.get("PhysicalResourceId"),
        fixed=fixed,
        run=names.run_name(str(new.get("NamePrefix") or fixed or "hpo"), stack_id, logical_id, event_id),
        configuration=wire.digest(request),
        previous_configuration=wire.digest(previous) if old else None,
        previous_fixed=old.get("Name") or None,
        tags=tags,
        dropped_tags=frozenset(previous_tags) - frozenset(tags),
        wait_for=_option(WaitFor.CREATED, new.get("WaitFor"), "WaitFor", kind),
        on_delete=_option(OnDelete.STOP, new.get("OnDelete"), "OnDelete", kind),
        retain=new.get("Retain") == "true",
        started=_sent_at(raw.get("ResponseURL", "")),
    )
    return Event(
        wanted=wanted,
        request=request,
        previous_request=previous,
        previous_tags=previous_tags,
        patience=frozenset(name for name in ("OnLimit", "OnMissingData") if new.get(name) == "wait"),
        timeout=_timeout(new.get("ServiceTimeout")),
        response_url=raw["ResponseURL"],
    )


def _request(properties: Mapping[str, Any], shape: Any) -> Mapping[str, Any]:
    request = wire.restore(shape, properties.get("Request"))
    return request if isinstance(request, Mapping) else {}


def _tags(properties: Mapping[str, Any]) -> dict[str, str]:
    """Read the user's tags. Keys that begin as ours do are not theirs to give, to change or to take off."""
    given = properties.get("Tags")
    tags = [tag for tag in given if isinstance(tag, Mapping)] if isinstance(given, list) else []
    # One without a key (a condition may have taken it away) is none; a delete must not fail for it.
    keys = {tag["Key"]: tag.get("Value", "") for tag in tags if isinstance(tag.get("Key"), str)}
    return {key: value for key, value in keys.items() if not key.startswith(OWN_PREFIX)}


_Option = TypeVar("_Option", WaitFor, OnDelete)


def _option(default: _Option, text: str | None, name: str, kind: RequestType) -> _Option:
    """Read an option; a delete follows a create that failed for a wrong one, and must not fail for it again."""
    try:
        return type(default)(text or default)
    except ValueError:
        if kind is RequestType.DELETE:
            return default
        raise InvalidEventError(f"{name} must be one of: {', '.join(type(default))}") from None


def _timeout(text: Any) -> int:
    value = int(text) if re.fullmatch(r"\d+", str(text)) else _LONGEST_TIMEOUT
    return min(max(value, 1), _LONGEST_TIMEOUT)


def _sent_at(url: str) -> float | None:
    """Read the signing time of the answer address: it is the one clock reading CloudFormation gives for an event.

    Lambda may deliver an event minutes late, or again after a crash; only this tells how much of the time
    limit is left.
    """
    stamp = parse_qs(urlsplit(url).query).get("X-Amz-Date", [""])[0]
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
