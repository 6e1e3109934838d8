"""The answer to CloudFormation: its content within the size limit, and its delivery."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .clock import Clock

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
_LIMIT = 4096  # bytes of the whole answer
_LONGEST_REASON = 1024  # characters; CloudFormation shows no more of it in the stack's events
_ATTEMPTS = 6
_TIMEOUT = 10  # seconds for one attempt


class UnansweredError(RuntimeError):
    """The answer could not be delivered; the event has to be worked on again."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What CloudFormation is told."""

    success: bool
    physical_id: str
    reason: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    def body(self, event: Mapping[str, Any]) -> bytes:
        """Return the answer as JSON of at most 4,096 bytes.

        Parameters
        ----------
        event
            The event that is answered.
        """
        attributes = dict(self.attributes)
        reason = _shorten(" ".join(self.reason.split()), _LONGEST_REASON)
        while len(body := self._encode(event, reason, attributes)) > _LIMIT:
            excess = len(body) - _LIMIT
            if any(attributes.values()):
                longest = max(attributes, key=lambda name: len(attributes[name].encode(errors="replace")))
                attributes[longest] = _shorter_attribute(attributes[longest])
            else:
                reason = _shorten(reason, max(len(reason) - max(excess // 4, 1), 0))
        return body

    def _encode(self, event: Mapping[str, Any], reason: str, attributes: Mapping[str, str]) -> bytes:
        fields: dict[str, Any] = {
            "Status": "SUCCESS" if self.success else "FAILED",
            "PhysicalResourceId": self.physical_id,
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": event["LogicalResourceId"],
        }
        if reason or not self.success:
            fields["Reason"] = reason or "no reason known"
        if attributes:
            fields["Data"] = attributes
        # A lone surrogate has no UTF-8 form; its JSON escape happens to be Python's.
        return json.dumps(fields, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def _shorter_attribute(text: str) -> str:
    """Drop the last entry of a JSON map, or any other text as a whole: half an address is a wrong address."""
    try:
        content = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(content, dict) or not content:
        return ""
    content.popitem()
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def deliver(url: str, body: bytes, clock: Clock) -> int:
    """Put an answer to the address that CloudFormation gave, and return the HTTP status.

    Raises
    ------
    UnansweredError
        When the address could not be reached after several attempts.
    """
    for attempt in range(_ATTEMPTS):
        if attempt:
            clock.sleep(min(2.0**attempt / 4, 5.0) * (0.5 + clock.spread() / 2))
        try:
            status = _put(url, body)
        except (OSError, http.client.HTTPException):
            continue
        if status < 300 or status == 403:
            return status  # a refusal (an expired address, say) does not change by trying again
    raise UnansweredError("the answer could not be delivered to CloudFormation")


def _put(url: str, body: bytes) -> int:
    """Send one PUT. Not by urllib: it adds a Content-Type, for which the address is not signed."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_TIMEOUT)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("PUT", path, body=body, headers={"Content-Length": str(len(body))})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
