"""A role with grants and a custom resource for each job, and one function for all."""

from typing import Any

from aws_cdk import CustomResource, Stack

from benchmarks.peers.functions import tuning_function
from benchmarks.peers.granted_role import granted_role, sources
from benchmarks.request import request


def prepare(stack: Stack) -> Any:
    """Make the function."""
    return tuning_function(stack).function_arn, sources(stack)


def add(stack: Stack, index: int, shared: Any) -> None:
    """Make one job and its role."""
    service_token, buckets = shared
    role = granted_role(stack, f"Role{index}", buckets)
    job = CustomResource(
        stack,
        f"Job{index}",
        service_token=service_token,
        resource_type="Custom::TuningJob",
        properties={"Request": request(role.role_arn)},
    )
    # The role's policy is a resource of its own, which must be there before the job.
    job.node.add_dependency(role)
