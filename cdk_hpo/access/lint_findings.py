"""Findings of template linters that stand: written at the resource, with the reason, where linters and readers look."""

from collections.abc import Mapping

import aws_cdk as cdk

from cdk_hpo._remembered import remembered

_NAG, _CHECKOV, _CFN_LINT = "AwsSolutions-", "CKV", "W"


#: The key of the context by which an app asks for reasons at every execution role, too: there are as many as jobs.
CONTEXT_KEY = "cdk-hpo:acknowledge-lint-findings"


@remembered
def lint_findings_wanted(stack: cdk.Stack) -> bool:
    """Tell whether the app asks for reasons at every execution role: five round trips and 400 bytes for each."""
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


def _acknowledge_for_plugins(resource: cdk.CfnResource, reasons: Mapping[str, str]) -> None:
    # Version 3 of cdk-nag reads what the CDK itself keeps; older versions of the CDK keep nothing.
    if hasattr(cdk, "Validations"):
        kept = [cdk.Acknowledgment(id=id, reason=reason) for id, reason in reasons.items()]
        cdk.Validations.of(resource).acknowledge(*kept)


def _listed(reasons: Mapping[str, str], word: str) -> list[dict[str, str]]:
    return [{"id": id, word: reason} for id, reason in reasons.items()]
