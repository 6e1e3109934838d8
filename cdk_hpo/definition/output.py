"""What a training job writes."""

from typing import TYPE_CHECKING

from cdk_hpo.definition._codec import Choice, Resource, Text
from cdk_hpo.definition._s3 import PREFIX, S3Address
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import OutputCompressionType

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_kms import IKeyRef
    from aws_cdk.interfaces.aws_s3 import IBucketRef

OUTPUT_ADVICE = 'write Output("s3://bucket/prefix"), or Output(bucket, "prefix")'
CHECKPOINT_ADVICE = 'write Checkpoint("s3://bucket/prefix"), or Checkpoint(bucket, "prefix")'
#: A KMS key, given to the API by its ARN, which works across accounts. An alias stands for the key behind it: its own
#: ARN does not do for volumes, and permissions are not about aliases.
KMS_KEY_ARN = ("alias_target_key.key_arn", "key_ref.key_arn", "key_arn")
KMS_KEY = Resource("a KMS key or its id, ARN or alias as text", *KMS_KEY_ARN)


@value
class Output(Value):
    """Where the model artifacts go (``OutputDataConfig``).

    Parameters
    ----------
    bucket : IBucketRef or str
        The bucket, or the whole address as text such as ``s3://bucket/prefix``.
    prefix : str, optional
        The key prefix in the bucket.
    encryption_key : IKeyRef or str, optional
        The KMS key that encrypts the artifacts (``KmsKeyId``); the account's own S3 key when it is left out.
    compression : OutputCompressionType, optional
        Whether artifacts are packed; the service takes ``GZIP`` when it is left out.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
    """

    _shape = "OutputDataConfig"

    bucket: "IBucketRef | str" = wire("S3OutputPath", S3Address(), kw_only=False)
    prefix: str | None = wire(None, PREFIX, default=None, kw_only=False)
    encryption_key: "IKeyRef | str | None" = wire("KmsKeyId", KMS_KEY, default=None)
    compression: OutputCompressionType | str | None = wire(
        "CompressionType", Choice(OutputCompressionType), default=None
    )


@value
class Checkpoint(Value):
    """Where training jobs keep checkpoints, so that an interrupted one goes on (``CheckpointConfig``).

    Parameters
    ----------
    bucket : IBucketRef or str
        The bucket, or the whole address as text such as ``s3://bucket/prefix``.
    prefix : str, optional
        The key prefix in the bucket.
    local_path : str, optional
        The directory in the container, up to 4,096 characters; ``/opt/ml/checkpoints/`` when it is left out.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html
    """

    _shape = "CheckpointConfig"

    bucket: "IBucketRef | str" = wire("S3Uri", S3Address(), kw_only=False)
    prefix: str | None = wire(None, PREFIX, default=None, kw_only=False)
    local_path: str | None = wire("LocalPath", Text(), default=None)
