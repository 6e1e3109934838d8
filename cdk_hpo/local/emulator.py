"""Sets the embedded emulator (MiniStack) up: its environment, and our own parts in the place of some of its."""

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from . import cloudformation_types, emulator_state, invocations, log_streams
from .cdk_providers import PROVIDERS
from .custom_resources import CustomResources
from .iam_log import DecisionLog
from .options import Options
from .stack_operations import StackOperations, keep_half_made

_SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def environment(options: Options, port: int, home: Path) -> dict[str, str]:
    """Return the variables that the emulator reads, most of them only once, when it is imported."""
    kept = {} if options.state is None else emulator_state.environment(Path(options.state) / "emulator")
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_ACCOUNT_ID": options.account,
        "MINISTACK_REGION": options.region,
        "AUTH": "true" if options.iam else "false",
        "STATE_DIR": str(home / "state"),
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        **kept,
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Every custom resource that waits holds a thread, and the calls that it waits for need some too.
        "MINISTACK_WORKER_THREADS": "512",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.3",  # on AWS a minute, then two
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": options.account,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": options.region,
        "AWS_DEFAULT_REGION": options.region,
    }


class Emulator:
    """The emulator with our parts in it. Set the environment first; there can be one in a process."""

    def __init__(self, url: str) -> None:
        from ministack.app import SERVICE_HANDLERS, SERVICE_NAME_ALIASES, app
        from ministack.core import router

        self.application: Application = app
        self._services = frozenset({*SERVICE_HANDLERS, *SERVICE_NAME_ALIASES, "unknown_query"})
        # Whatever a request is signed for is a service; to look it up in botocore's catalogue takes seconds.
        router._is_aws_service_name = bool
        self.decisions = DecisionLog()
        self.decisions.install()
        self.custom_resources = CustomResources(url, invocations.queue, PROVIDERS, keep_half_made)
        self.custom_resources.install()
        self.stack_operations = StackOperations(self.custom_resources)
        self.stack_operations.install()
        self.function_log = invocations.FunctionLog()
        invocations.install(self.custom_resources.give_up, self.function_log)
        cloudformation_types.install()
        log_streams.install()

    def missing_service(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """Return the name of the service that a request is for, when the emulator does not have it."""
        from ministack.core.router import detect_service

        signed_for = _SIGNED_FOR.search(headers.get("authorization", ""))
        if signed_for is None:
            return None
        service: str = detect_service(scope["method"], scope["path"], headers, {})
        return None if service in self._services else signed_for[1]
