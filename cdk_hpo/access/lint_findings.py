"""Findings of template linters that stand: written at the resource, with the reason, where linters and readers look."""

from collections.abc import Mapping
from typing import Any, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import IValidation

from cdk_hpo._remembered import remembered
from cdk_hpo.access.lint_wildcards import wildcards

_NAG, _CHECKOV, _CFN_LINT = "AwsSolutions-", "CKV", "W"
_WILDCARDS = "AwsSolutions-IAM5"


#: The key of the context by which an app asks for the reasons that are as many as jobs or wildcards, too.
CONTEXT_KEY = "cdk-hpo:acknowledge-lint-findings"


@remembered
def lint_findings_wanted(stack: cdk.Stack) -> bool:
    """Tell whether the app asks for all reasons: five round trips and 400 bytes for each execution role, say."""
    return bool(stack.node.try_get_context(CONTEXT_KEY))


def acknowledge(resource: cdk.CfnResource, reasons: Mapping[str, str]) -> None:
    """Tell cdk-nag, checkov and cfn-lint why a finding at a resource stands.

    Parameters
    ----------
    resource : CfnResource
        The resource that the finding is about.
    reasons : mapping of str to str
        The reason by the rule's id, such as ``AwsSolutions-IAM5``, ``CKV_AWS_18`` or ``W3005``.

    Notes
    -----
    https://github.com/cdklabs/cdk-nag, https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html,
    https://github.com/aws-cloudformation/cfn-lint#metadata
    """
    nag = {id: reason for id, reason in reasons.items() if id.startswith(_NAG)}
    checkov = {id: reason for id, reason in reasons.items() if id.startswith(_CHECKOV)}
    cfn_lint = {id: reason for id, reason in reasons.items() if id.startswith(_CFN_LINT)}
    if nag:
        resource.add_metadata("cdk_nag", {"rules_to_suppress": _listed(nag, "reason")})
        _acknowledge_for_plugins(resource, nag)
    if checkov:
        resource.add_metadata("checkov", {"skip": _listed(checkov, "comment")})
    if cfn_lint:
        resource.add_metadata("cfn-lint", {"config": {"ignore_checks": list(cfn_lint)}, "reasons": cfn_lint})


def acknowledge_wildcards(policy: cdk.CfnResource, reason: str) -> None:
    """Tell cdk-nag why the wildcards stand that a policy has by now; what the app adds to it later is the app's own.

    Parameters
    ----------
    policy : CfnResource
        A policy or a role.
    reason : str
        The reason.
    """
    found = wildcards(_documents(policy))
    if found:
        policy.add_metadata(
            "cdk_nag", {"rules_to_suppress": [{"id": _WILDCARDS, "reason": reason, "applies_to": found}]}
        )
        _acknowledge_each(policy, found, reason)


def _acknowledge_for_plugins(resource: cdk.CfnResource, reasons: Mapping[str, str]) -> None:
    # Version 3 of cdk-nag reads what the CDK itself keeps; older versions of the CDK keep nothing.
    if hasattr(cdk, "Validations"):
        kept = [cdk.Acknowledgment(id=id, reason=reason) for id, reason in reasons.items()]
        cdk.Validations.of(resource).acknowledge(*kept)
        if _WILDCARDS in reasons and lint_findings_wanted(cdk.Stack.of(resource)):
            resource.node.add_validation(cast(Any, _EachWildcard(resource, reasons[_WILDCARDS])))


@jsii.implements(IValidation)
class _EachWildcard:
    """Gives the reason for each wildcard of a role or policy, once all that it allows is known."""

    def __init__(self, resource: cdk.CfnResource, reason: str) -> None:
        self._resource, self._reason = resource, reason

    def validate(self) -> list[str]:
        """Find nothing; the CDK calls this when the construct tree is complete, and before it calls plugins."""
        _acknowledge_each(self._resource, wildcards(_documents(self._resource)), self._reason)
        return []


def _acknowledge_each(resource: cdk.CfnResource, found: list[str], reason: str) -> None:
    if found and hasattr(cdk, "Validations"):
        kept = [cdk.Acknowledgment(id=f"{_WILDCARDS}[{each}]", reason=reason) for each in found]
        cdk.Validations.of(resource).acknowledge(*kept)


def _documents(resource: cdk.CfnResource) -> list[Any]:
    """Return the policies that a role or a policy holds, as the template will have them."""
    stack = cdk.Stack.of(resource)
    if isinstance(resource, iam.CfnRole):
        held = cast(list[Any], stack.resolve(resource.policies) or [])
        return [stack.resolve(each["policyDocument"]) for each in held]
    return [stack.resolve(cast(iam.CfnPolicy | iam.CfnManagedPolicy, resource).policy_document)]


def _listed(reasons: Mapping[str, str], word: str) -> list[dict[str, str]]:
    return [{"id": id, word: reason} for id, reason in reasons.items()]
