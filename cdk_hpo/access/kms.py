"""What a training job does with KMS keys."""

from collections.abc import Iterable
from typing import Any

from cdk_hpo.access.partition import Place
from cdk_hpo.access.statements import Statement
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.channel import S3DataSource
from cdk_hpo.definition.training import TrainingJobDefinition


def statements(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Statement]:
    """Return the statements for volume, output and bucket keys of all training job definitions."""
    volumes = [_arn(getattr(job.resources, "volume_encryption_key", None), place) for job in jobs]
    outputs = [_arn(job.output.encryption_key, place) for job in jobs]
    written = [_bucket_key(job.output.bucket) for job in jobs]
    written += [_bucket_key(job.checkpoint.bucket) for job in jobs if job.checkpoint]
    read = [
        _bucket_key(channel.source.bucket)
        for job in jobs
        for channel in (job.inputs if isinstance(job.inputs, tuple) else ())
        if isinstance(channel.source, S3DataSource)
    ]
    used = _known([*outputs, *written])
    return [
        # EBS works on the volume through a grant that SageMaker makes for it.
        Statement(
            "GrantVolumeKey",
            ["kms:CreateGrant"],
            _known(volumes),
            {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
        Statement("DescribeVolumeKey", ["kms:DescribeKey"], _known(volumes)),
        # S3 decrypts parts of a multipart upload when it puts them together.
        Statement("EncryptOutput", ["kms:Decrypt", "kms:GenerateDataKey"], used),
        Statement("DecryptInputs", ["kms:Decrypt"], [each for each in _known(read) if each not in used]),
    ]


def _known(arns: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(each for each in arns if each))


def _bucket_key(bucket: Any) -> str | None:
    found = None if isinstance(bucket, str) else reference(bucket, "encryption_key.key_arn")
    return None if found is None else str(found)


def _arn(key: Any, place: Place) -> str | None:
    """Return a key's ARN. Text may be an ARN already, an id, or the ARN or name of an alias."""
    if key is None or key == "":
        return None
    if not isinstance(key, str):
        return str(reference(key, "key_ref.key_arn", "key_arn"))
    if key.startswith(("arn:", "${")):
        return key
    return place.arn("kms", key if key.startswith("alias/") else f"key/{key}")
