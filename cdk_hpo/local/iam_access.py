"""Callers, permissions and roles of the SageMaker part, decided by the emulator's IAM."""

import json
from collections.abc import Mapping
from typing import Any

from .sagemaker import Caller, ServiceError
from .sagemaker.errors import access_denied, foreign_role, role_not_assumable
from .trust import trusts

SAGEMAKER = "sagemaker.amazonaws.com"


def authenticate(
    method: str,
    raw_path: str,
    headers: list[tuple[bytes, bytes]],
    body: bytes,
    *,
    access_key: str,
    region: str,
) -> Caller:
    """Check the request's signature and session as the emulator does for its own services; return who sent it.

    It sets the emulator's context variables, so call it in the thread that handles the request.
    """
    from ministack import app
    from ministack.core import iam_evaluator as iam
    from ministack.core.responses import get_account_id, set_request_account_id, set_request_region

    try:
        set_request_account_id(app._request_account_scope(access_key) if app.AUTH else access_key)
    except iam.AmbiguousAccessKeyError as error:
        raise _unknown_key() from error
    set_request_region(region)
    iam.pin_signed_request(method, raw_path, {}, headers)
    iam.pin_signed_body(body)
    found: Any = iam.authenticate(access_key, get_account_id()) if app.AUTH else None
    if not isinstance(found, iam.AuthError):
        found = iam.resolve_principal(access_key, get_account_id(), found)
    if isinstance(found, iam.AuthError):
        raise ServiceError(found.code, found.message, 403)
    return Caller(account=found.account, region=region, arn=found.arn, identity=found)


class IamAccess:
    """Evaluates the caller's policies, and the trust policies of the roles that it passes."""

    def authorize(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        request_tags: Mapping[str, str] | None = None,
        resource_tags: Mapping[str, str] | None = None,
        creating: str | None = None,
    ) -> None:
        """Return when the caller's policies allow the action, else raise AccessDeniedException."""
        keys: dict[str, Any] = {"aws:tagkeys": list(request_tags) if request_tags else None}
        keys |= {f"aws:requesttag/{key}".lower(): value for key, value in (request_tags or {}).items()}
        keys |= {f"aws:resourcetag/{key}".lower(): value for key, value in (resource_tags or {}).items()}
        keys |= {f"sagemaker:resourcetag/{key}".lower(): value for key, value in (resource_tags or {}).items()}
        # The action that tags what it creates.
        keys |= {"sagemaker:taggingaction": creating} if creating else {}
        self._decide(caller, action, resource, keys)

    def pass_role(self, caller: Caller, role_arn: str, source_arns: tuple[str, ...]) -> None:
        """Return when the caller may pass the role to SageMaker, and SageMaker may assume it for every source."""
        from ministack.services import iam as iam_service

        if role_arn.split(":")[4] != caller.account:
            raise foreign_role()
        self._decide(
            caller,
            "iam:PassRole",
            role_arn,
            {"iam:passedtoservice": SAGEMAKER, "iam:associatedresourcearn": source_arns[0]},
        )
        role = iam_service._roles.get(role_arn.rsplit("/", 1)[-1])
        if role is None or role["Arn"] != role_arn:
            raise role_not_assumable(role_arn)
        document = role["AssumeRolePolicyDocument"]
        document = json.loads(document) if isinstance(document, str) else document
        for source in source_arns:
            if not trusts(document, SAGEMAKER, account=caller.account, region=caller.region, source_arn=source):
                raise role_not_assumable(role_arn)

    def _decide(self, caller: Caller, action: str, resource: str, keys: dict[str, Any]) -> None:
        from ministack.core import iam_evaluator as iam

        principal: Any = caller.identity
        if principal.policies is None:  # the account's root may do everything
            return
        context = iam.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=resource,
            region=caller.region,
            service_context=keys,
            principal_keys=principal.keys,
        )
        decision = iam.evaluate(context, principal.policies, *principal.limits).decision
        if decision != "Allow":
            raise access_denied(caller.arn, action, resource, explicit=decision == "Deny")


def _unknown_key() -> ServiceError:
    return ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.", 403)
