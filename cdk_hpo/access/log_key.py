"""Letting CloudWatch Logs use a key."""

from typing import Any

from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_kms import IKeyRef

from cdk_hpo.access.partition import Place


def allow_logs(key: IKeyRef, place: Place) -> None:
    """Let CloudWatch Logs of this account and region encrypt with a key, as far as the key's policy is this app's.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    policy: Any = key
    if not hasattr(policy, "add_to_resource_policy"):
        return
    policy.add_to_resource_policy(
        iam.PolicyStatement(
            sid="EncryptLogs",
            actions=["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            resources=["*"],  # in a key's policy: this key
            principals=[iam.ServicePrincipal(f"logs.{place.region}.amazonaws.com")],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}},
        )
    )
