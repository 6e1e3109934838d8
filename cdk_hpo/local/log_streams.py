"""Permissions on log streams: some operations of CloudWatch Logs are allowed by stream, not by group.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
"""

import json
from typing import Any

_ON_STREAMS = ("DeleteLogStream", "GetLogEvents", "PutLogEvents")


def install() -> None:
    """Let the emulator's policy evaluation see the stream of such a request, where it sees only the group."""
    from ministack.core import iam_actions

    of_group = iam_actions.extract_resource_arn

    def of_stream(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        group: str = of_group(service, method, path, headers, body, *rest)
        if service != "logs" or headers.get("x-amz-target", "").rsplit(".", 1)[-1] not in _ON_STREAMS:
            return group
        stream = _stream(body)
        return group if stream is None or ":log-group:" not in group else f"{group}:log-stream:{stream}"

    iam_actions.extract_resource_arn = of_stream


def _stream(body: bytes) -> str | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    name = content.get("logStreamName") if isinstance(content, dict) else None
    return name if isinstance(name, str) else None
