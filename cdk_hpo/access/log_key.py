"""Letting CloudWatch Logs use a key."""

from typing import Any

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo.access.partition import Place
from cdk_hpo.access.shown import as_text
from cdk_hpo.definition._tokens import reference


def allow_logs(scope: Construct, key: IKeyRef) -> None:
    """Let CloudWatch Logs of this account and region encrypt with a key; where the key is not ours, say what it needs.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    stack = Stack.of(scope)
    place = Place.of(stack)
    statement = iam.PolicyStatement(
        sid="EncryptLogs",
        actions=["kms:Decrypt*", "kms:Describe*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        resources=["*"],  # in a key's policy: this key
        principals=[iam.ServicePrincipal(f"logs.{place.region}.amazonaws.com")],
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}},
    )
    owner: Any = reference(key, "alias_target_key") or key
    if hasattr(owner, "add_to_resource_policy") and owner.add_to_resource_policy(statement).statement_added:
        return
    needed = as_text(stack, statement.to_json())
    Annotations.of(scope).add_warning_v2(
        "cdk-hpo:key-not-changed",
        f"the policy of the key that encrypts a log is not this app's to change; make sure that it has:\n{needed}",
    )
