"""The buckets and the key of tuning jobs."""

from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk_hpo.access.option_problems import refuse_if_any
from cdk_hpo.access.storage_buckets import (
    acknowledge_emptying,
    data_rules,
    model_rules,
    new_access_logs_bucket,
    new_bucket,
    new_key,
)
from cdk_hpo.access.storage_checks import StorageOptions, problems
from cdk_hpo.definition.channel import Channel
from cdk_hpo.definition.enums import OutputCompressionType, TrainingInputMode
from cdk_hpo.definition.output import Checkpoint, Output

#: The feature flag of the CDK that has access logs granted by the bucket's policy.
_LOGS_BY_POLICY = "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy"
_CHECKPOINTS = Duration.days(7)
_PREVIOUS_VERSIONS = Duration.days(30)


class TuningStorage(Construct):
    """Where tuning jobs read data and write models: two private buckets under one customer key.

    The buckets take TLS connections only, have no public access and no access control lists, keep earlier versions for
    a while, and use bucket keys; the key is rotated every year. Buckets and key stay when the stack is removed, unless
    they are ``disposable``.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    encryption_key : IKey, optional
        The customer key of the buckets made here and of what training jobs write; one is made by default.
    data_bucket : IBucket, optional
        An existing bucket with training data; one is made by default. A given bucket stays as it is.
    model_bucket : IBucket, optional
        An existing bucket for models and checkpoints; one is made by default. A given bucket stays as it is.
    access_logs : bool
        Whether to make a bucket for the access logs of the buckets made here, which keeps them for 90 days. ``False``
        by default, since every request is logged and logs are paid for.
    access_logs_bucket : IBucket, optional
        An existing bucket that takes the access logs, below ``data/`` and ``models/``. It must not have a KMS key.
    checkpoint_prefix : str
        Where checkpoints lie in the model bucket, ``checkpoints/`` by default; it ends with a slash.
    checkpoint_expiration : Duration, optional
        When checkpoints are deleted, in whole days after they were written: 7 by default, ``None`` to keep them. Longer
        than a training job may run and wait, or a job that is interrupted loses its own.
    model_expiration : Duration, optional
        When everything in the model bucket is deleted, in whole days after it was written; by default never. Longer
        than ``checkpoint_expiration``. The best model goes as well, so copy it first.
    previous_version_expiration : Duration, optional
        When versions that were overwritten or deleted are gone for good, in whole days: 30 by default, ``None`` to keep
        them.
    disposable : bool
        For stacks that are thrown away: the buckets made here, **with everything in them**, and the key go with the
        stack. ``False`` by default. Emptying the buckets takes a function of the CDK. What is given is never deleted.

    Raises
    ------
    ValueError
        When options contradict each other or have no effect; it lists all problems, and nothing has been created.

    Notes
    -----
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        encryption_key: kms.IKey | None = None,
        data_bucket: s3.IBucket | None = None,
        model_bucket: s3.IBucket | None = None,
        access_logs: bool = False,
        access_logs_bucket: s3.IBucket | None = None,
        checkpoint_prefix: str = "checkpoints/",
        checkpoint_expiration: Duration | None = _CHECKPOINTS,
        model_expiration: Duration | None = None,
        previous_version_expiration: Duration | None = _PREVIOUS_VERSIONS,
        disposable: bool = False,
    ) -> None:
        changed = {
            "access_logs": access_logs,
            "access_logs_bucket": access_logs_bucket is not None,
            "checkpoint_expiration": checkpoint_expiration is not _CHECKPOINTS,
            "model_expiration": model_expiration is not None,
            "previous_version_expiration": previous_version_expiration is not _PREVIOUS_VERSIONS,
            "disposable": disposable,
        }
        options = StorageOptions(
            encryption_key=encryption_key,
            data_bucket=data_bucket,
            model_bucket=model_bucket,
            access_logs=access_logs,
            access_logs_bucket=access_logs_bucket,
            checkpoint_prefix=checkpoint_prefix,
            checkpoint_expiration=checkpoint_expiration,
            model_expiration=model_expiration,
            previous_version_expiration=previous_version_expiration,
            disposable=disposable,
            changed=frozenset(name for name, differs in changed.items() if differs),
        )
        refuse_if_any(scope, id, problems(options))
        super().__init__(scope, id)
        # Older apps grant access logs by lists, which no bucket made here takes.
        self.node.set_context(_LOGS_BY_POLICY, True)
        self._checkpoint_prefix = checkpoint_prefix
        self._checkpoints_expire = model_bucket is None and checkpoint_expiration is not None
        key = encryption_key
        if key is None and options.makes_buckets:
            key = new_key(self, "Key", disposable=disposable)
        logs = access_logs_bucket
        if access_logs:
            logs = new_access_logs_bucket(self, "AccessLogs", disposable=disposable)
        self._access_logs = logs
        if data_bucket is None:
            data_bucket = new_bucket(
                self,
                "Data",
                key=key,
                lifecycle_rules=data_rules(previous_version_expiration),
                disposable=disposable,
                access_logs_bucket=logs,
                access_logs_prefix=None if logs is None else "data/",
            )
        if model_bucket is None:
            model_bucket = new_bucket(
                self,
                "Models",
                key=key,
                lifecycle_rules=model_rules(
                    previous_version_expiration, checkpoint_prefix, checkpoint_expiration, model_expiration
                ),
                disposable=disposable,
                access_logs_bucket=logs,
                access_logs_prefix=None if logs is None else "models/",
            )
        self._data, self._models = data_bucket, model_bucket
        # Models in a given bucket are written with its own key, as checkpoints are; what is made here has but one.
        self._key = model_bucket.encryption_key if encryption_key is None else encryption_key
        if disposable:
            acknowledge_emptying(self)

    @property
    def data_bucket(self) -> s3.IBucket:
        """The bucket with training data, made here or given."""
        return self._data

    @property
    def model_bucket(self) -> s3.IBucket:
        """The bucket for models and checkpoints, made here or given."""
        return self._models

    @property
    def access_logs_bucket(self) -> s3.IBucket | None:
        """The bucket that takes access logs, made here or given; ``None`` without logs."""
        return self._access_logs

    @property
    def encryption_key(self) -> kms.IKey | None:
        """The customer key of models, which volumes may use too; ``None`` for a given model bucket without a key."""
        return self._key

    def channel(
        self,
        name: str,
        prefix: str | None = None,
        *,
        content_type: str | None = None,
        input_mode: TrainingInputMode | str | None = None,
    ) -> Channel:
        """Return a channel that reads from the data bucket.

        Parameters
        ----------
        name : str
            The channel's name, 1 to 64 letters, digits, dots, hyphens and underscores.
        prefix : str, optional
            The beginning of the objects' keys; the whole bucket by default.
        content_type : str, optional
            The data's MIME type, up to 256 characters.
        input_mode : TrainingInputMode, optional
            How the data reaches the container; the algorithm's mode when left out.

        Notes
        -----
        For anything else, use `Channel.from_bucket` with `data_bucket`.
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
        """
        return Channel.from_bucket(name, self._data, prefix, content_type=content_type, input_mode=input_mode)

    def output(self, prefix: str | None = None, *, compression: OutputCompressionType | str | None = None) -> Output:
        """Return an output in the model bucket, encrypted with the customer key.

        Parameters
        ----------
        prefix : str, optional
            The beginning of the models' keys; SageMaker adds the training job's name.
        compression : OutputCompressionType, optional
            Whether artifacts are packed; the service takes ``GZIP`` when it is left out.

        Raises
        ------
        ValueError
            When the prefix is that of checkpoints, which are deleted after a while.

        Notes
        -----
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
        """
        inside = (prefix or "").lstrip("/")
        if self._checkpoints_expire and f"{inside}/".startswith(self._checkpoint_prefix):
            raise ValueError(
                f"{self.node.path}: output({prefix!r}): models would lie among checkpoints, which are deleted after a "
                f"while: choose a prefix outside {self._checkpoint_prefix}"
            )
        return Output(cast(Any, self._models), prefix, encryption_key=self._key, compression=compression)

    def checkpoint(self, prefix: str = "", *, local_path: str | None = None) -> Checkpoint:
        """Return a place for checkpoints in the model bucket, below the checkpoint prefix.

        Parameters
        ----------
        prefix : str
            What follows the checkpoint prefix, such as the name of the experiment; nothing by default.
        local_path : str, optional
            The directory in the container, up to 4,096 characters; ``/opt/ml/checkpoints/`` when it is left out.

        Notes
        -----
        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CheckpointConfig.html
        """
        inside = f"{self._checkpoint_prefix}{prefix.lstrip('/')}"
        return Checkpoint(cast(Any, self._models), inside, local_path=local_path)
