"""CloudFormation's side of the custom-resource protocol, in the place of the emulator's more lenient one.

What differs: the function is invoked asynchronously, with Lambda's retries; an answer that CloudFormation would
refuse counts as a failure; a failed Create is followed by a Delete with the physical id of the answer, or with one of
CloudFormation's own making if none was heard (https://github.com/aws/aws-cdk/pull/36951); a changed ServiceToken is
refused; the reasons in the stack's events have CloudFormation's words.
"""

import secrets
import string
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .answers import Answer, read

LIMIT = 10_000
MAX_TIMEOUT = 3600
PATH = "/_hpo/custom-resource/"
_NAMED = ("RequestType", "RequestId", "StackId", "LogicalResourceId")


@dataclass
class _Pending:
    """An event that waits for its answer."""

    event: dict[str, Any]
    arrived: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    interrupted: bool = False


class _UnheardError(RuntimeError):
    """CloudFormation has stopped to listen before an answer came; the text is the reason in the stack's events."""


Keep = Callable[[Mapping[str, Any], dict[str, Any], str], None]


class CustomResources:
    """Sends events to functions and waits for their answers.

    Parameters
    ----------
    url
        Where answers are sent to, without a path.
    invoke
        Queues an asynchronous invocation of the function with an ARN; ValueError if there is none.
    providers
        For types whose function cannot run here: what carries an event out and returns the physical id.
    keep
        Is told of a failed Create (the event, the properties, the physical id), which a Delete has to follow.
    """

    def __init__(
        self,
        url: str,
        invoke: Callable[[str, dict[str, Any]], None],
        providers: Mapping[str, Callable[[dict[str, Any]], str]] | None = None,
        keep: Keep | None = None,
    ) -> None:
        self._url, self._invoke, self._providers, self._keep = url, invoke, providers or {}, keep
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}
        self._past: dict[str, dict[str, Any]] = {}
        self._tokens: dict[tuple[str, str], str] = {}
        self._refused_ids: dict[tuple[str, str], str] = {}
        self._events: deque[dict[str, Any]] = deque(maxlen=LIMIT)
        self._answers: deque[dict[str, Any]] = deque(maxlen=LIMIT)

    def events(self) -> list[dict[str, Any]]:
        """Return the events sent, oldest first."""
        return list(self._events)

    def answers(self) -> list[dict[str, Any]]:
        """Return the answers received, oldest first, also the refused and the late ones."""
        return list(self._answers)

    def install(self) -> None:
        """Take the place of the emulator's own protocol."""
        from ministack.services.cloudformation import custom_resource

        custom_resource.invoke_custom_resource = self.invoke

    def invoke(
        self,
        request_type: str,
        logical_id: str,
        props: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        physical_id: str | None = None,
        old_props: dict[str, Any] | None = None,
    ) -> tuple[str, dict[str, str]]:
        """Send one event and wait for its answer: the signature and results that the emulator expects.

        Returns the physical id and the attributes. Raises RuntimeError with the reason of a failure, TimeoutError
        when no answer came in time.
        """
        timeout = _timeout(props)
        key, token = (stack_id, logical_id), str(props.get("ServiceToken", ""))
        if request_type == "Update" and old_props is not None and old_props.get("ServiceToken") != token:
            if physical_id is not None and token == self._tokens.get(key):
                return physical_id, {}  # the roll-back of the refused change: nothing had been sent
            raise RuntimeError("Modifying service token is not allowed.")
        self._tokens[key] = token
        event: dict[str, Any] = {
            "RequestType": request_type,
            "RequestId": str(uuid.uuid4()),
            "StackId": stack_id,
            "ResourceType": resource_type,
            "LogicalResourceId": logical_id,
            "ServiceToken": token,
            "ResourceProperties": as_text(props),
        }
        if physical_id is not None:
            event["PhysicalResourceId"] = physical_id
        if old_props is not None:
            event["OldResourceProperties"] = as_text(old_props)
        self._refused_ids.pop(key, None)
        try:
            answer = self._exchange(event, timeout)
        except (_UnheardError, TimeoutError):
            if request_type == "Create" and self._keep is not None:
                self._keep(event, props, _made_up_id(stack_name, logical_id))
            raise
        if answer.status == "SUCCESS" and answer.physical_id is not None:
            return answer.physical_id, answer.data
        if request_type == "Create" and answer.physical_id is not None and self._keep is not None:
            self._keep(event, props, answer.physical_id)
        if request_type == "Update" and answer.physical_id is not None:
            self._refused_ids[key] = answer.physical_id
        raise RuntimeError(
            "Received response status [FAILED] from custom resource. Message returned: "
            f"{answer.reason} (RequestId: {event['RequestId']})"
        )

    def deliver(self, token: str, body: bytes, content_type: str) -> Answer | None:
        """Take an answer in; returns None for an address that was never given out."""
        with self._lock:
            pending = self._pending.get(token)
            event = pending.event if pending is not None else self._past.get(token)
            if event is None:
                return None
            answer = read(body, content_type, event)
            expected = pending is not None and pending.answer is None and not pending.interrupted
            self._answers.append(
                {
                    "time": time.time(),
                    "token": token,
                    "expected": expected,
                    "valid": answer.problem is None,
                    "problem": answer.problem,
                    "size": answer.size,
                    "status": answer.status,
                    "reason": answer.reason,
                    "physical_id": answer.physical_id,
                    "data": answer.data,
                    "body": body.decode(errors="replace"),
                    **{name: event[name] for name in _NAMED},
                }
            )
            if pending is not None and expected:
                pending.answer = answer
                pending.arrived.set()
        return answer

    def take_refused_id(self, stack_id: str, logical_id: str) -> str | None:
        """Return, once, the physical id that the answer to a failed Update named."""
        return self._refused_ids.pop((stack_id, logical_id), None)

    def interrupt(self, stack: str) -> list[str]:
        """Stop to listen for answers to creates and updates of a stack; returns the logical ids.

        Parameters
        ----------
        stack
            The stack's name or id.
        """
        with self._lock:
            found = [
                pending
                for pending in self._pending.values()
                if stack in (pending.event["StackId"], pending.event["StackId"].split("/")[1])
                and pending.event["RequestType"] != "Delete"
                and pending.answer is None
            ]
            for pending in found:
                pending.interrupted = True
        for pending in found:
            pending.arrived.set()
        return [pending.event["LogicalResourceId"] for pending in found]

    def give_up(self, event: Mapping[str, Any], reason: str) -> None:
        """End the wait for the answer to an event at once: its function cannot run here."""
        with self._lock:
            pending = self._pending.get(_token_in(str(event.get("ResponseURL", ""))))
            if pending is not None and pending.answer is None:
                pending.answer = _failed(reason)
                pending.arrived.set()

    def _exchange(self, event: dict[str, Any], timeout: float) -> Answer:
        token = uuid.uuid4().hex
        # CloudFormation's addresses are signed; the time of that is the only one that an event carries.
        event["ResponseURL"] = f"{self._url}{PATH}{token}?X-Amz-Date={time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
        pending = _Pending(event)
        self._events.append({"time": time.time(), **event})
        if (provider := self._providers.get(event["ResourceType"])) is not None:
            return _provided(provider, event)
        with self._lock:
            self._pending[token] = pending
        try:
            self._invoke(event["ServiceToken"], event)
            pending.arrived.wait(timeout)
        finally:
            with self._lock:
                del self._pending[token]
                self._past[token] = event
                while len(self._past) > LIMIT:
                    del self._past[next(iter(self._past))]
        if pending.interrupted:
            verb = "creation" if event["RequestType"] == "Create" else "update"
            raise _UnheardError(f"Resource {verb} cancelled")
        if pending.answer is None:
            raise TimeoutError(
                "CloudFormation did not receive a response from your Custom Resource. Please check your logs for "
                f"requestId [{event['RequestId']}]."
            )
        return pending.answer


def _made_up_id(stack_name: str, logical_id: str) -> str:
    ending = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(12))
    return f"{stack_name}-{logical_id}-{ending}"


def _token_in(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _provided(provider: Callable[[dict[str, Any]], str], event: dict[str, Any]) -> Answer:
    try:
        identifier = provider(event)
    except Exception as error:
        return _failed(f"{type(error).__name__}: {error}")
    return Answer(status="SUCCESS", reason="", physical_id=identifier, data={}, problem=None, size=0)


def _failed(reason: str) -> Answer:
    return Answer(status="FAILED", reason=reason, physical_id=None, data={}, problem=None, size=0)


def as_text(value: Any) -> Any:
    """Turn primitives into strings, as CloudFormation does with a custom resource's properties."""
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _timeout(props: Mapping[str, Any]) -> int:
    given = props.get("ServiceTimeout", MAX_TIMEOUT)
    try:
        seconds = int(str(given))
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= MAX_TIMEOUT:
        raise RuntimeError(f"ServiceTimeout must be an integer between 1 and {MAX_TIMEOUT} seconds, not {given!r}.")
    return seconds
