"""Asynchronous invocations with Lambda's retries, where AWS has them and the emulator calls only once."""

import re
from collections.abc import Callable
from typing import Any

_MISSING_MODULE = re.compile(r"has no stub for '([^']+)'")


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


def install(unrunnable: Callable[[dict[str, Any], str], None]) -> None:
    """Let EventBridge and SNS invoke functions with retries too.

    Parameters
    ----------
    unrunnable
        Is told of events whose function can never run here, and why.
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
    return "detail-type" in event or (isinstance(records[0], dict) and "EventSource" in records[0])
