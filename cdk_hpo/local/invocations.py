"""Asynchronous invocations with Lambda's retries, where AWS has them and the emulator calls only once."""

import re
import time
from collections import deque
from collections.abc import Callable
from typing import Any

LIMIT = 10_000
_MISSING_MODULE = re.compile(r"has no stub for '([^']+)'")


class FunctionLog:
    """What functions wrote, one entry for each invocation that has ended; log groups go with their stacks."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=LIMIT)

    def entries(self) -> list[dict[str, Any]]:
        """Return the entries, oldest first."""
        return list(self._entries)

    def add(self, function: str, request_id: str, text: str, failed: bool) -> None:
        """Record one invocation."""
        self._entries.append(
            {"time": time.time(), "function": function, "request_id": request_id, "failed": failed, "text": text}
        )


def queue(function_arn: str, event: dict[str, Any]) -> None:
    """Invoke a function asynchronously: two more tries after a failure, then its on-failure destination."""
    from ministack.core.responses import get_region
    from ministack.services import lambda_svc

    if not function_arn.startswith("arn:") or function_arn.split(":")[2] != "lambda":
        raise ValueError(f"The local cloud sends custom resources to Lambda functions only, not to {function_arn!r}.")
    if function_arn.split(":")[3] != get_region():
        raise ValueError(f"The ServiceToken {function_arn} must be in the region of the stack, {get_region()}.")
    function, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
    if function is None or config is None:
        raise ValueError(f"Lambda function not found: {function_arn}")
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)


def install(unrunnable: Callable[[dict[str, Any], str], None], log: FunctionLog) -> None:
    """Let EventBridge, SNS and on-failure destinations invoke functions with retries too.

    Parameters
    ----------
    unrunnable
        Is told of events whose function can never run here, and why.
    log
        Gets what functions write.
    """
    from ministack.services import lambda_svc

    execute = lambda_svc._execute_function

    def observed(function: Any, event: Any) -> Any:
        result = execute(function, event)
        missing = _MISSING_MODULE.search(str(result)) if result.get("error") else None
        if missing is not None and isinstance(event, dict):
            name = (function.get("config") or function).get("FunctionName")
            unrunnable(event, f"The local cloud cannot run the function {name}: it has no {missing[1]} for Node.js.")
        return result

    lambda_svc._execute_function = observed

    emit = lambda_svc._emit_lambda_logs

    def recorded(
        function: Any, request_id: str, text: str, error: bool, duration: int, *, log_source: str | None = None
    ) -> None:
        name = (function.get("config") or function).get("FunctionName", "unknown")
        log.add(name, request_id, text or "", bool(error))
        emit(function, request_id, text, error, duration, log_source=log_source)

    lambda_svc._emit_lambda_logs = recorded

    run_once = lambda_svc._execute_function_with_config_scope

    def run(function: Any, event: Any) -> Any:
        if _comes_from_a_queueing_service(event):
            return lambda_svc.invoke_async_with_retry(function, event)
        return run_once(function, event)

    lambda_svc._execute_function_with_config_scope = run


def _comes_from_a_queueing_service(event: Any) -> bool:
    if not isinstance(event, dict):
        return False
    records = event.get("Records") or [{}]
    if "requestPayload" in event and "requestContext" in event:
        return True
    return "detail-type" in event or (isinstance(records[0], dict) and "EventSource" in records[0])
