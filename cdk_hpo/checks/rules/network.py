"""The forms of security group and subnet ids."""

from __future__ import annotations

from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import DEFINITION, rule
from cdk_hpo.checks.values import items, struct, texts
from cdk_hpo.checks.view import Definition


@rule("security-group-id-form", DEFINITION, when="VpcConfig")
def security_groups(definition: Definition, report: Report) -> None:
    """Security groups are given by id."""
    _begin_with(definition, "SecurityGroupIds", "security group", "sg-", report)


@rule("subnet-id-form", DEFINITION, when="VpcConfig")
def subnets(definition: Definition, report: Report) -> None:
    """Subnets are given by id."""
    _begin_with(definition, "Subnets", "subnet", "subnet-", report)


def _begin_with(definition: Definition, name: str, kind: str, prefix: str, report: Report) -> None:
    for index, value in texts(items(struct(definition.data, "VpcConfig"), name)):
        if not value.startswith(prefix):
            path = at(definition.path, "VpcConfig", name, index)
            report(
                path,
                f"{shown(value)} is no {kind} id",
                f"ids that begin with {prefix}",
                f"Write the {kind}'s id, not its name.",
                value,
            )
