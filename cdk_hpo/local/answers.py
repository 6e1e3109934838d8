"""What CloudFormation accepts as an answer of a custom resource."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_ANSWER_BYTES = 4096
MAX_PHYSICAL_ID_BYTES = 1024
_ECHOED = ("StackId", "RequestId", "LogicalResourceId")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as CloudFormation understands it.

    Parameters
    ----------
    status
        ``SUCCESS`` or ``FAILED``; an answer that breaks the protocol counts as failed.
    reason
        Why it failed.
    physical_id
        The physical resource id, if a usable one was given.
    data
        The attributes.
    problem
        What was wrong with the answer; None for a valid one.
    size
        Bytes of the body.
    """

    status: str
    reason: str
    physical_id: str | None
    data: dict[str, str]
    problem: str | None
    size: int


def read(body: bytes, content_type: str, event: Mapping[str, Any]) -> Answer:
    """Read the answer to an event."""
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    fields: dict[str, Any] = given if isinstance(given, dict) else {}
    problem = "Invalid response: the body is not a JSON object." if given is not fields else None
    problem = problem or _problem(fields, body, content_type, event)
    identifier = fields.get("PhysicalResourceId")
    data = fields.get("Data")
    return Answer(
        status="FAILED" if problem else fields["Status"],
        reason=problem or str(fields.get("Reason") or ""),
        physical_id=identifier if isinstance(identifier, str) and _fits(identifier) else None,
        data={} if problem or not isinstance(data, dict) else {key: _text(value) for key, value in data.items()},
        problem=problem,
        size=len(body),
    )


def _problem(fields: Mapping[str, Any], body: bytes, content_type: str, event: Mapping[str, Any]) -> str | None:
    if content_type:
        # The presigned URL was signed without a content type; S3 refuses the PUT and no answer arrives.
        return (
            f"The answer was sent with the Content-Type {content_type}; it must have none (S3: SignatureDoesNotMatch)."
        )
    if len(body) > MAX_ANSWER_BYTES:
        return "Response object is too long."
    if fields.get("Status") not in ("SUCCESS", "FAILED"):
        return f"Invalid response: Status must be SUCCESS or FAILED, not {fields.get('Status')!r}."
    if fields["Status"] == "FAILED" and not fields.get("Reason"):
        return "Invalid response: a FAILED answer must have a Reason."
    identifier = fields.get("PhysicalResourceId")
    if not isinstance(identifier, str) or not _fits(identifier):
        return f"Invalid PhysicalResourceId: it must be 1 to {MAX_PHYSICAL_ID_BYTES} bytes of text."
    for name in _ECHOED:
        if fields.get(name) != event[name]:
            return f"Invalid response: {name} must be the one of the event, not {fields.get(name)!r}."
    if not isinstance(fields.get("Data", {}), dict | None):
        return "Invalid response: Data must be an object."
    return None


def _fits(identifier: str) -> bool:
    return 0 < len(identifier.encode()) <= MAX_PHYSICAL_ID_BYTES


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)
