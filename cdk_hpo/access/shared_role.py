"""What several jobs need of one role, in as few policies as IAM's limits allow."""

from typing import Any, cast

import jsii
from aws_cdk import CfnResource, IStableAnyProducer, Lazy, Names, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_hpo.access.lint_findings import acknowledge
from cdk_hpo.access.policy_size import INLINE_LIMIT, MANAGED_LIMIT, size_of, split
from cdk_hpo.access.pseudo_parameters import substituted
from cdk_hpo.access.statements import Statement, document, merged

_ID = "TuningJobPolicies"
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
_MOST_MANAGED = 10

#: What linters of templates find in policies of execution roles, and why it stands.
POLICY_FINDINGS = {
    "AwsSolutions-IAM5": (
        "Objects are known by their prefix only, interfaces and log streams are named by SageMaker, and IAM knows no "
        "narrower resource for ecr:GetAuthorizationToken, cloudwatch:PutMetricData and the describe calls of EC2."
    )
}


@jsii.implements(IStableAnyProducer)
class _Written:
    """Writes a policy when the template is written, once every job is known."""

    def __init__(self, statements: list[Statement]) -> None:
        self._statements = statements

    def produce(self) -> Any:
        return substituted(document(merged(self._statements)))


class SharedRolePolicies(Construct):
    """The policies that jobs of this app add to a role that was given to them."""

    def __init__(self, stack: Stack, id: str, role_name: str, *, inline: bool) -> None:
        super().__init__(stack, id)
        # All stacks together share the room for inline policies, so only the role's own stack uses it.
        self._inline = inline
        self._role_name = role_name
        self._policies: list[tuple[list[Statement], CfnResource]] = []

    @classmethod
    def of(cls, scope: Construct, role: iam.Role | iam.CfnRole) -> "SharedRolePolicies":
        """Return the policies that the jobs of a scope's stack add to a role.

        They stand in the stack of the jobs, for the role may be in one that knows nothing of the jobs' resources.
        """
        stack = Stack.of(scope)
        id = f"{_ID}{role.node.addr[:8]}"
        found = stack.node.try_find_child(id)
        name = role.ref if isinstance(role, iam.CfnRole) else role.role_name
        return cast(SharedRolePolicies, found) or cls(stack, id, name, inline=Stack.of(role) is stack)

    def add(self, statements: list[Statement]) -> list[CfnResource]:
        """Add what a job needs; return the policies that hold it."""
        used = []
        for part in split(statements):
            held, policy = next((each for each in self._policies if self._takes(each, part)), None) or self._new()
            held.extend(part)
            used.append(policy)
        return used

    def _takes(self, each: tuple[list[Statement], CfnResource], part: list[Statement]) -> bool:
        held, policy = each
        limit = INLINE_LIMIT if isinstance(policy, iam.CfnPolicy) else MANAGED_LIMIT
        return size_of(merged([*held, *part])) <= limit

    def _new(self) -> tuple[list[Statement], CfnResource]:
        """Make another policy: one in the role itself, and where that is full, managed ones."""
        held: list[Statement] = []
        written = Lazy.any(cast(Any, _Written(held)))
        index, roles = len(self._policies), [self._role_name]
        if index > _MOST_MANAGED:
            raise ValueError(
                f"{self.node.path}: the jobs need more than fits into the policies of one role "
                f"(IAM takes {_MOST_MANAGED} managed ones): give some training job definitions a role of their own"
            )
        policy: CfnResource
        if index or not self._inline:
            policy = iam.CfnManagedPolicy(self, f"Policy{index}", roles=roles, policy_document=written)
        else:
            name = Names.unique_id(self)[-64:]
            policy = iam.CfnPolicy(self, "Policy", policy_name=name, roles=roles, policy_document=written)
        acknowledge(policy, POLICY_FINDINGS)
        self._policies.append((held, policy))
        return held, policy
