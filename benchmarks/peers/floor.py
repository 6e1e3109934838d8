"""The least there is: a resource with the request in it, and a function and a role that exist already."""

from typing import Any

from aws_cdk import CfnResource, Stack

from benchmarks.request import request

FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:tuning"
ROLE = "arn:aws:iam::111122223333:role/training"


def prepare(stack: Stack) -> None:
    """Nothing is shared."""


def add(stack: Stack, index: int, shared: Any, role_arn: Any = ROLE) -> None:
    """Make one job."""
    CfnResource(
        stack,
        f"Job{index}",
        type="Custom::TuningJob",
        properties={"ServiceToken": FUNCTION, "Request": request(role_arn)},
    )
