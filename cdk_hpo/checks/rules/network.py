"""The forms of security group and subnet ids."""

from __future__ import annotations

from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import DEFINITION, Found, rule
from cdk_hpo.checks.values import items, struct, texts
from cdk_hpo.checks.view import Definition


@rule("security-group-id-form", DEFINITION, when="VpcConfig")
def security_groups(definition: Definition) -> Found:
    """Security groups are given by id."""
    yield from _begin_with(definition, "SecurityGroupIds", "sg-")


@rule("subnet-id-form", DEFINITION, when="VpcConfig")
def subnets(definition: Definition) -> Found:
    """Subnets are given by id."""
    yield from _begin_with(definition, "Subnets", "subnet-")


def _begin_with(definition: Definition, name: str, prefix: str) -> Found:
    for index, value in texts(items(struct(definition.data, "VpcConfig"), name)):
        if not value.startswith(prefix):
            path = at(definition.path, "VpcConfig", name, index)
            yield Problem(path, f"{shown(value)} is no id", f"ids that begin with {prefix}", "Write the id.", value)
