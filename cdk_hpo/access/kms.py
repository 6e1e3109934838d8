"""What a training job does with KMS keys."""

from collections.abc import Iterable
from typing import Any

from cdk_hpo.access.partition import Place
from cdk_hpo.access.sources import s3_sources
from cdk_hpo.access.statements import Statement
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.output import KMS_KEY_ARN
from cdk_hpo.definition.training import TrainingJobDefinition


def statements(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Statement]:
    """Return the statements for volume, output and bucket keys of all training job definitions."""
    volumes = _named([getattr(job.resources, "volume_encryption_key", None) for job in jobs], place)
    output = _named([job.output.encryption_key for job in jobs], place)
    written = _named(
        [
            # With a key of its own the output does not use the key of its bucket.
            *(job.output.encryption_key or _bucket_key(job.output.bucket) for job in jobs),
            *(_bucket_key(job.checkpoint.bucket) for job in jobs if job.checkpoint),
        ],
        place,
    )
    read = _named([_bucket_key(source.bucket) for job in jobs for source in s3_sources(job)], place)
    return [
        # EBS works on the volume through a grant that SageMaker makes for it.
        *_statements("GrantVolumeKey", ["kms:CreateGrant"], volumes, place, {"Bool": {_FOR_AWS: "true"}}),
        *_statements("DescribeVolumeKey", ["kms:DescribeKey"], volumes, place),
        # S3 decrypts parts of a multipart upload when it puts them together.
        *_statements("EncryptOutput", ["kms:Decrypt", "kms:GenerateDataKey"], written, place),
        # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html asks for it.
        *_statements("UseOutputKey", ["kms:Encrypt"], output, place),
        *_statements("DecryptInputs", ["kms:Decrypt"], [each for each in read if each not in written], place),
    ]


_FOR_AWS = "kms:GrantIsForAWSResource"


def _statements(
    sid: str, actions: list[str], keys: list[str], place: Place, conditions: dict[str, dict[str, Any]] | None = None
) -> list[Statement]:
    """Return a statement for keys by ARN, and one for keys known by an alias only.

    An alias is no resource that key permissions are about: IAM compares it with a condition.
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    if not keys:
        return []
    aliases = [each for each in keys if "alias/" in each]
    names = [f"alias/{each.split('alias/', 1)[1]}" for each in aliases]
    # An alias given by its ARN may be in another account or region.
    places = [each.split("alias/", 1)[0] or place.arn("kms", "") for each in aliases]
    by_alias = {**(conditions or {}), "ForAnyValue:StringEquals": {"kms:ResourceAliases": names}}
    return [
        Statement(sid, actions, [each for each in keys if each not in aliases], conditions),
        Statement(f"{sid}ByAlias", actions, [f"{each}key/*" for each in places], by_alias),
    ]


def _bucket_key(bucket: Any) -> Any:
    return None if isinstance(bucket, str) else reference(bucket, "encryption_key")


def _named(keys: Iterable[Any], place: Place) -> list[str]:
    """Return each key's ARN, or the name of its alias. Text may be an ARN, an id, or an alias by name or ARN."""
    return list(dict.fromkeys(_name(key, place) for key in keys if key is not None and key != ""))


def _name(key: Any, place: Place) -> str:
    if not isinstance(key, str):
        key = _arn(key)
    return key if key.startswith(("arn:", "${", "alias/")) else place.arn("kms", f"key/{key}")


def _arn(key: Any) -> str:
    """Return the ARN of a key object; of an imported alias, which knows no key, its name."""
    arn = str(reference(key, *KMS_KEY_ARN))
    name = None if reference(key, KMS_KEY_ARN[0]) is not None else reference(key, "alias_name")
    return arn if name is None else f"alias/{str(name).removeprefix('alias/')}"


def output_keys(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Statement]:
    """Return the statements to read what the jobs' output is encrypted with."""
    keys = _named([job.output.encryption_key or _bucket_key(job.output.bucket) for job in jobs], place)
    return _statements("DecryptOutput", ["kms:Decrypt"], keys, place)
