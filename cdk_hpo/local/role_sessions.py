"""Sessions of roles that a service takes, and what their policies decide about calls that the emulator cannot make."""

import json
import time
from collections.abc import Mapping
from typing import Any

from .trust import trusts

SESSION_SECONDS = 3600


def assume(
    service: str, role_arn: str, source_arn: str, *, session_name: str, account: str, region: str
) -> dict[str, str]:
    """Return the credentials of a session, as the service gets them while it works for the source.

    Raises
    ------
    ValueError
        When there is no such role, or it does not trust the service for this source.
    """
    from ministack.core import responses
    from ministack.services import iam as iam_service
    from ministack.services import sts

    responses.set_request_account_id(account)
    responses.set_request_region(region)
    name = role_arn.rsplit("/", 1)[-1]
    role = iam_service._roles.get(name)
    if role is None or role["Arn"] != role_arn:
        raise ValueError(f"there is no role {role_arn}")
    document = role["AssumeRolePolicyDocument"]
    document = json.loads(document) if isinstance(document, str) else document
    if not trusts(document, service, account=account, region=region, source_arn=source_arn):
        raise ValueError(f"the role {role_arn} does not trust {service} for {source_arn}")
    partition = role_arn.split(":")[1]
    key, secret, token = sts._gen_session_access_key(), sts._gen_secret(), sts._gen_session_token()
    sts.register_session(
        key,
        {
            "Arn": f"arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}",
            "UserId": f"{role['RoleId']}:{session_name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "Expiration": time.time() + SESSION_SECONDS,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            "SourceAccessKeyId": "",
            "SourcePrincipalArn": service,
            "SessionTags": [],
            "SessionPolicies": None,
        },
    )
    return {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}


def decide(
    role_arn: str, action: str, resource: str, context: Mapping[str, Any], *, account: str, region: str
) -> dict[str, str]:
    """Return what the policies of a role, and of the resource, decide about a call: the decision and the statement."""
    from ministack.core import iam_evaluator as iam
    from ministack.core import responses
    from ministack.services import iam as iam_service

    responses.set_request_account_id(account)
    responses.set_request_region(region)
    name = role_arn.rsplit("/", 1)[-1]
    policies = iam._gather_role_policies(name, account)
    limits = iam._permissions_boundary(iam_service._roles, name, account)
    found = iam.EvalContext(
        principal_arn=f"arn:{role_arn.split(':')[1]}:sts::{account}:assumed-role/{name}/decision",
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        service_context={key.lower(): value for key, value in context.items()},
        secure_transport=True,
    )
    result = iam.evaluate(found, policies, *limits)
    service = action.split(":", 1)[0]
    own = iam._resource_policy(service, resource)
    if own is not None:
        required = service in iam._POLICY_REQUIRED
        result = iam.combine_resource_policy(result, found, *own, required=required, limits=limits)
    return {"decision": result.decision, "sid": result.matched_sid}
