"""Metrics that the function of a stack writes, by way of its log."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

NAMESPACE = "CdkHpo"
_FAILURES = "Failures"


def failures(scope: Construct, logical_id: str | None = None, *, period: Duration | None = None) -> cloudwatch.Metric:
    """Return the number of creates, updates and deletes that failed, of one resource or of a whole stack.

    Parameters
    ----------
    scope : Construct
        A construct of the stack.
    logical_id : str, optional
        The resource's logical id; every tuning job of the stack by default.
    period : Duration, optional
        Over what the failures are added up; five minutes by default.
    """
    dimensions = {"StackName": Stack.of(scope).stack_name}
    return cloudwatch.Metric(
        namespace=NAMESPACE,
        metric_name=_FAILURES,
        dimensions_map=dimensions if logical_id is None else {**dimensions, "LogicalId": logical_id},
        statistic="Sum",
        period=period or Duration.minutes(5),
    )
