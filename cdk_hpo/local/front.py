"""The ASGI application in front: SageMaker, hooks and custom-resource answers are ours, the rest the emulator's."""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from . import custom_resources, hooks
from .emulator import Emulator, Receive, Scope, Send
from .hooks import Hooks
from .iam_access import authenticate
from .sagemaker import Caller, ServiceError, TuningService
from .traffic import CallLog

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/sagemaker/")
_TARGET = "SageMaker."
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
#: Names that nobody else can point anywhere; S3 puts the bucket in front.
_LOOPBACK_ENDS = (".localhost", ".127.0.0.1")
Headers = list[tuple[bytes, bytes]]


class Front:
    """Routes each request to who answers it, and says when the emulator may have changed something."""

    def __init__(
        self,
        emulator: Emulator,
        service: TuningService,
        calls: CallLog,
        hook: Hooks,
        *,
        iam: bool,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self._emulator, self._service, self._calls, self._hooks = emulator, service, calls, hook
        self._iam, self._changed = iam, changed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection as ASGI demands."""
        if scope["type"] != "http":
            await self._emulator.application(scope, receive, send)
            return
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path: str = scope["path"]
        if _from_a_web_page(headers):
            await _reply(send, 403, {"message": "The local cloud answers programs on this machine, not web pages."})
        elif headers.get("x-amz-target", "").startswith(_TARGET) or _CREDENTIAL.search(
            headers.get("authorization", "")
        ):
            await self._sagemaker(scope, headers, await _body(receive), send)
        elif path.startswith(custom_resources.PATH):
            await self._custom_resource(path, headers, await _body(receive), send)
        elif path.startswith(hooks.PREFIX):
            await self._hook(scope["method"], path, await _body(receive), send)
        elif (service := self._emulator.missing_service(scope, headers)) is not None:
            await _reply_missing(send, service, headers.get("content-type", ""))
        else:
            # Loopback counts as a secure transport: policies that deny plain http would deny everything else.
            secure = [*scope["headers"], (b"x-forwarded-proto", b"https")] if self._iam else scope["headers"]
            await self._emulator.application({**scope, "headers": secure}, receive, send)
            if self._changed is not None:
                self._changed()

    async def _sagemaker(self, scope: Scope, headers: dict[str, str], body: bytes, send: Send) -> None:
        operation = headers.get("x-amz-target", "").removeprefix(_TARGET)
        try:
            answer = await asyncio.to_thread(self._call, operation, scope, headers, body)
        except ServiceError as error:
            extra = [(b"x-amzn-errortype", error.code.encode())]
            await _reply(send, error.status, {"__type": error.code, "message": error.message}, extra)
        else:
            await _reply(send, 200, answer)

    def _call(self, operation: str, scope: Scope, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        began, caller, request = time.time(), None, None
        try:
            caller = _caller(scope, headers, body)
            request = _json(body)
            answer = self._service.call(operation, request, caller)
        except ServiceError as error:
            self._calls.add(operation, request, caller, error, began)
            raise
        self._calls.add(operation, request, caller, None, began)
        return answer

    async def _custom_resource(self, path: str, headers: dict[str, str], body: bytes, send: Send) -> None:
        token = path.removeprefix(custom_resources.PATH)
        answer = self._emulator.custom_resources.deliver(token, body, headers.get("content-type", ""))
        # The presigned URL of a real stack belongs to S3: it refuses a wrong signature and takes everything else.
        status = 403 if answer is not None and headers.get("content-type") else 200
        await _reply(send, status, {} if answer is None or answer.problem is None else {"message": answer.problem})

    async def _hook(self, method: str, path: str, body: bytes, send: Send) -> None:
        try:
            given = _json(body) if method == "POST" else None
        except ServiceError as error:
            await _reply(send, 400, {"message": str(error)})
            return
        status, answer = await asyncio.to_thread(self._hooks.answer, path.removeprefix(hooks.PREFIX), given)
        await _reply(send, status, answer)


async def _reply_missing(send: Send, service: str, content_type: str) -> None:
    """Say that a service is not there, in the form of its protocol, as far as the request shows it."""
    code, message = "UnknownOperationException", f"The local cloud does not have the service {service}."
    if "x-www-form-urlencoded" in content_type:
        text = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        await _send(send, 400, text.encode(), b"text/xml")
    else:
        await _reply(send, 400, {"__type": code, "message": message}, [(b"x-amzn-errortype", code.encode())])


def _from_a_web_page(headers: dict[str, str]) -> bool:
    """Tell whether a browser sends this for a page, or under a name that somebody has pointed here.

    A cloud that runs what is deployed to it would otherwise run what any page in a browser on this machine sends.
    """
    host = headers.get("host", "")
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    by_a_page = "origin" in headers or headers.get("sec-fetch-site", "none") != "none"
    return by_a_page or not (name in _LOOPBACK or name.endswith(_LOOPBACK_ENDS))


def _caller(scope: Scope, headers: dict[str, str], body: bytes) -> Caller:
    credential = _CREDENTIAL.search(headers.get("authorization", ""))
    if credential is None:
        raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token", 403)
    path = (scope.get("raw_path") or b"/").decode("latin-1")
    key, region = credential[1], credential[2]
    return authenticate(scope["method"], path, scope["headers"], body, access_key=key, region=region)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", f"The body is not JSON: {error}") from error


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _reply(send: Send, status: int, answer: Any, extra: Headers | None = None) -> None:
    await _send(send, status, json.dumps(answer).encode(), b"application/x-amz-json-1.1", extra)


async def _send(send: Send, status: int, data: bytes, content_type: bytes, extra: Headers | None = None) -> None:
    headers = [
        (b"content-type", content_type),
        (b"content-length", str(len(data)).encode()),
        (b"x-amzn-requestid", str(uuid.uuid4()).encode()),
        *(extra or []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
