"""The buckets of a `TuningStorage` and their life-cycle rules."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_hpo.access.lint_findings import acknowledge

#: An upload that has not ended after this many days never will; its parts cost money and are shown nowhere.
_INCOMPLETE_UPLOAD_DAYS = 7
#: Checkpoints are written over again and again; an earlier state is of no use for long.
_PREVIOUS_CHECKPOINT_DAYS = 1
_ACCESS_LOG_DAYS = 90
#: Where the CDK keeps the function that empties buckets before they are deleted.
_EMPTYING = "Custom::S3AutoDeleteObjectsCustomResourceProvider"


def new_key(scope: Construct, id: str, *, disposable: bool) -> kms.Key:
    """Return a customer key that is rotated every year."""
    return kms.Key(
        scope,
        id,
        description="Data and models of SageMaker tuning jobs",
        enable_key_rotation=True,
        pending_window=Duration.days(7) if disposable else None,
        removal_policy=_removal(disposable),
    )


def new_bucket(
    scope: Construct,
    id: str,
    *,
    key: kms.IKey | None,
    lifecycle_rules: Sequence[s3.LifecycleRule],
    versioned: bool = True,
    disposable: bool,
    access_logs_bucket: s3.IBucket | None = None,
    access_logs_prefix: str | None = None,
) -> s3.Bucket:
    """Return a private bucket that takes encrypted connections only; without a key S3's own encrypts it."""
    bucket = s3.Bucket(
        scope,
        id,
        encryption=s3.BucketEncryption.S3_MANAGED if key is None else s3.BucketEncryption.KMS,
        encryption_key=key,
        # Without it every object costs a call to KMS, and a tuning job reads the same data many times at once.
        bucket_key_enabled=None if key is None else True,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=versioned,
        lifecycle_rules=lifecycle_rules,
        server_access_logs_bucket=access_logs_bucket,
        server_access_logs_prefix=access_logs_prefix,
        removal_policy=_removal(disposable),
        # Left out rather than false, which would stand in the template as a tag.
        auto_delete_objects=True if disposable else None,
    )
    if bucket.policy is not None and not disposable:
        # A bucket that stays without its policy would take plain connections.
        bucket.policy.apply_removal_policy(RemovalPolicy.RETAIN)
    return bucket


def new_access_logs_bucket(scope: Construct, id: str, *, disposable: bool) -> s3.Bucket:
    """Return a bucket for the access logs of others; S3 delivers them only under its own encryption."""
    rules = [_incomplete_uploads(), s3.LifecycleRule(id="OldLogs", expiration=Duration.days(_ACCESS_LOG_DAYS))]
    bucket = new_bucket(scope, id, key=None, lifecycle_rules=rules, versioned=False, disposable=disposable)
    acknowledge(
        cast(CfnResource, bucket.node.default_child),
        {
            "CKV_AWS_18": "A log of who wrote access logs would log itself.",
            "CKV_AWS_21": "S3 writes each log once and never again; nobody else writes here.",
        },
    )
    return bucket


def data_rules(previous_versions: Duration | None) -> list[s3.LifecycleRule]:
    """Return the rules of the data bucket: what nobody sees any more goes."""
    return [_incomplete_uploads(), _previous_versions(previous_versions)]


def model_rules(
    previous_versions: Duration | None, checkpoint_prefix: str, checkpoints: Duration | None, models: Duration | None
) -> list[s3.LifecycleRule]:
    """Return the rules of the model bucket: those of the data bucket, and when checkpoints and models go."""
    rules = data_rules(previous_versions)
    if checkpoints is not None:
        rules.append(
            s3.LifecycleRule(
                id="Checkpoints",
                prefix=checkpoint_prefix,
                expiration=checkpoints,
                noncurrent_version_expiration=Duration.days(_PREVIOUS_CHECKPOINT_DAYS),
            )
        )
    if models is not None:
        rules.append(s3.LifecycleRule(id="Models", expiration=models))
    return rules


def acknowledge_emptying(scope: Construct) -> None:
    """Tell linters about the function with which the CDK empties buckets; the stack has one for all of them."""
    provider = Stack.of(scope).node.try_find_child(_EMPTYING)
    if provider is not None:
        acknowledge(
            cast(CfnResource, provider.node.find_child("Handler")),
            {
                "CKV_AWS_115": "The CDK's function runs when a deployment removes a bucket, once for each.",
                "CKV_AWS_116": "The CDK's function answers CloudFormation, which waits for it and tells its failure.",
                "CKV_AWS_117": "The CDK's function calls S3 and CloudFormation only, nothing in a VPC.",
                "W3005": "The CDK writes this dependency.",
            },
        )


def _incomplete_uploads() -> s3.LifecycleRule:
    # What a failed training job leaves behind is often such an upload; S3 cannot tell its other objects from good ones.
    return s3.LifecycleRule(
        id="IncompleteUploads", abort_incomplete_multipart_upload_after=Duration.days(_INCOMPLETE_UPLOAD_DAYS)
    )


def _previous_versions(after: Duration | None) -> s3.LifecycleRule:
    options: dict[str, Any] = {} if after is None else {"noncurrent_version_expiration": after}
    # A deleted object leaves a marker; when its versions are gone, the marker stands for nothing.
    return s3.LifecycleRule(id="PreviousVersions", expired_object_delete_marker=True, **options)


def _removal(disposable: bool) -> RemovalPolicy:
    return RemovalPolicy.DESTROY if disposable else RemovalPolicy.RETAIN
