"""What the other side must allow: buckets, keys and repositories of another account, and buckets of another region."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cdk_hpo.access.ecr import ADDRESS
from cdk_hpo.access.partition import Place
from cdk_hpo.access.sources import s3_sources
from cdk_hpo.definition._tokens import is_unknown, reference
from cdk_hpo.definition.algorithm import EcrImage
from cdk_hpo.definition.output import KMS_KEY_ARN
from cdk_hpo.definition.training import TrainingJobDefinition


@dataclass(frozen=True)
class Foreign:
    """A resource of another account or region: a warning's id and words."""

    id: str
    message: str


def foreign_resources(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Foreign]:
    """Return what is known to lie elsewhere. Accounts and regions that only a deployment knows are not judged."""
    found = [*_buckets(jobs, place), *_keys(jobs, place), *_repositories(jobs, place)]
    return list(dict.fromkeys(found))


def _buckets(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> Iterator[Foreign]:
    for bucket, actions in _used_buckets(jobs):
        account, region = _environment(bucket)
        arn = reference(bucket, "bucket_ref.bucket_arn", "bucket_arn")
        if _differ(region, place.region):
            yield Foreign(
                "cdk-hpo:bucket-in-another-region",
                f"the bucket {arn} is in {region}, the tuning job in {place.region}: SageMaker takes buckets of its "
                "own region only. Use a bucket, or a replica, in the job's region",
            )
        if _differ(account, place.account):
            resources = [arn, f"{arn}/*"]
            yield _to_allow("cdk-hpo:bucket-of-another-account", f"bucket {arn}", account, actions, resources, place)


def _used_buckets(jobs: tuple[TrainingJobDefinition, ...]) -> Iterator[tuple[Any, list[str]]]:
    for job in jobs:
        for source in s3_sources(job):
            yield source.bucket, ["s3:GetObject", "s3:ListBucket"]
        yield job.output.bucket, ["s3:AbortMultipartUpload", "s3:PutObject"]
        if job.checkpoint:
            yield job.checkpoint.bucket, ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]


def _keys(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> Iterator[Foreign]:
    for job in jobs:
        volume = getattr(job.resources, "volume_encryption_key", None)
        for key, actions in (
            (volume, ["kms:CreateGrant", "kms:DescribeKey"]),
            (job.output.encryption_key, ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]),
            *((key, ["kms:Decrypt", "kms:GenerateDataKey"]) for key in _keys_of_buckets(job)),
        ):
            arn = key if isinstance(key, str) else reference(key, *KMS_KEY_ARN)
            account = _account_in(arn) or _environment(key)[0]
            region = _region_in(arn) or _environment(key)[1]
            if _differ(region, place.region):
                yield Foreign(
                    "cdk-hpo:key-in-another-region",
                    f"the key {arn} is in {region}, the tuning job in {place.region}: SageMaker takes keys of its own "
                    "region only. Use a key, or a replica of a multi-Region key, in the job's region",
                )
            if _differ(account, place.account):
                yield _to_allow("cdk-hpo:key-of-another-account", f"key {arn}", account, actions, ["*"], place)


def _keys_of_buckets(job: TrainingJobDefinition) -> Iterator[Any]:
    for bucket, _ in _used_buckets((job,)):
        key = None if isinstance(bucket, str) else reference(bucket, "encryption_key")
        if key is not None:
            yield key


def _repositories(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> Iterator[Foreign]:
    actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    for job in jobs:
        yield from _image_in_another_region(job.algorithm, place)
        if isinstance(job.algorithm, EcrImage):
            arn = job.algorithm.repository.repository_arn
            account = _account_in(arn) or _environment(job.algorithm.repository)[0]
            if _differ(account, place.account):
                yield _to_allow(
                    "cdk-hpo:repository-of-another-account", f"repository {arn}", account, actions, None, place
                )


def _image_in_another_region(algorithm: Any, place: Place) -> Iterator[Foreign]:
    if isinstance(algorithm, EcrImage):
        image = str(algorithm.repository.repository_arn)
        region = _region_in(image) or _environment(algorithm.repository)[1]
    else:
        image = str(getattr(algorithm, "image", ""))
        parts = ADDRESS.match(image)
        region = parts["region"] if parts else None
    if _differ(region, place.region):
        yield Foreign(
            "cdk-hpo:image-in-another-region",
            f"the image {image} is in {region}, the tuning job in {place.region}, from where it may not be pulled. "
            "Push it to the job's region, or let ECR replicate it",
        )


def _to_allow(id: str, what: str, owner: Any, actions: list[str], resources: list[Any] | None, place: Place) -> Foreign:
    account = place.account
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{place.partition}:iam::{account}:role/NAME-OF-THE-EXECUTION-ROLE"},
        "Action": actions,
        **({} if resources is None else {"Resource": resources}),
    }
    return Foreign(
        id,
        f"the {what} belongs to account {owner}, which must allow its use by the execution role too; "
        f"add this statement to its policy there:\n{json.dumps(statement, indent=2)}",
    )


def _environment(resource: Any) -> tuple[Any, Any]:
    return reference(resource, "env.account"), reference(resource, "env.region")


def _region_in(arn: Any) -> str | None:
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[3] if len(parts) > 5 and parts[3] and not is_unknown(parts[3]) else None


def _account_in(arn: Any) -> str | None:
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None


def _differ(one: Any, other: str) -> bool:
    """Tell whether both are known, and are not the same."""
    if one is None or is_unknown(one) or is_unknown(other):
        return False
    return bool(one != other)
