"""Who the training jobs may talk to."""

import hashlib
import json
from typing import Any, cast

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.tuning import TuningJobDefinition


def connections_of(scope: Construct, definition: TuningJobDefinition) -> ec2.Connections:
    """Return the connections of a definition's security groups.

    Raises
    ------
    ValueError
        When no training job definition has a network of its own.
    """
    groups = {_id(each): each for job in definition.training_jobs if job.vpc for each in job.vpc.security_groups}
    if not groups:
        raise ValueError(f"{scope.node.path}: connections need a network: give the training job definition a vpc")
    return ec2.Connections(security_groups=[_group(scope, id, each) for id, each in groups.items()])


def _id(group: Any) -> str:
    return str(reference(group, "security_group_ref.security_group_id", "security_group_id") or group)


def _group(scope: Construct, id: str, group: Any) -> ec2.ISecurityGroup:
    """Return a group whose rules can be changed; one known by its id is imported."""
    if hasattr(group, "connections"):
        return group  # type: ignore[no-any-return]
    # Once for each stack, or two jobs would make the same rule twice.
    stack = Stack.of(scope)
    name = f"TuningSecurityGroup{hashlib.sha256(json.dumps(stack.resolve(id)).encode()).hexdigest()[:8]}"
    found = stack.node.try_find_child(name)
    return cast(ec2.ISecurityGroup, found) or ec2.SecurityGroup.from_security_group_id(stack, name, id)
