"""A count of failures, as a line of the log from which CloudWatch makes a metric: no call and no permission.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections.abc import Mapping
from typing import Any

NAMESPACE = "CdkHpo"
FAILURES = "Failures"
STACK, RESOURCE = "StackName", "LogicalId"
# CloudWatch bills a metric for the hours in which it has values; without failures there is none.
_DIMENSIONS = ((STACK,), (STACK, RESOURCE))


def count_failure(event: Mapping[str, Any], now: float) -> None:
    """Write the line for one event that was answered with FAILED.

    Parameters
    ----------
    event
        The event, as the function received it.
    now
        Seconds since 1970.
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": _DIMENSIONS,
        "Metrics": [{"Name": FAILURES, "Unit": "Count"}],
    }
    line = {
        "_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]},
        STACK: stack_name(event["StackId"]),
        RESOURCE: event["LogicalResourceId"],
        FAILURES: 1,
        "event": event["RequestId"],
        "request": event["RequestType"],
    }
    print(json.dumps(line, ensure_ascii=True), flush=True)


def stack_name(stack_id: str) -> str:
    """Return the name in a stack's id, ``arn:…:stack/NAME/UNIQUE``; an id of another form stands for itself."""
    parts = stack_id.split("/")
    return parts[1] if len(parts) == 3 else stack_id
