"""Whether a role's trust policy lets a service assume it for a given source."""

from collections.abc import Mapping
from typing import Any


def trusts(document: Any, service: str, *, account: str, region: str, source_arn: str) -> bool:
    """Say whether the service may assume the role while it works for a source.

    Parameters
    ----------
    document
        The trust policy, as parsed JSON.
    service
        The service principal, e.g. ``sagemaker.amazonaws.com``.
    account
        What ``aws:SourceAccount`` is.
    region
        Where the source is.
    source_arn
        What ``aws:SourceArn`` is.
    """
    from ministack.core import iam_evaluator as iam

    context = iam.EvalContext(
        principal_arn=service,
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn="*",
        region=region,
        service_context={
            "aws:sourceaccount": account,
            "aws:sourcearn": source_arn,
            "aws:principalisawsservice": "true",
            "aws:principalservicename": service,
        },
    )
    effects = {
        statement.get("Effect")
        for statement in _list(document.get("Statement"))
        if isinstance(statement, dict)
        and _names(statement.get("Principal"), service)
        and iam._action_matches("sts:AssumeRole", _list(statement.get("Action")), _list(statement.get("NotAction")))
        and iam._conditions_met(statement.get("Condition") or {}, context)
    }
    return "Allow" in effects and "Deny" not in effects


def _names(principal: object, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, Mapping):
        return False
    return service in _list(principal.get("Service")) or "*" in _list(principal.get("AWS"))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
