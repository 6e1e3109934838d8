"""What can be wrong with the options of a `TuningStorage`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, Token
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3


@dataclass(frozen=True, kw_only=True)
class StorageOptions:
    """The options as they were given."""

    encryption_key: kms.IKey | None
    data_bucket: s3.IBucket | None
    model_bucket: s3.IBucket | None
    access_logs: bool
    access_logs_bucket: s3.IBucket | None
    checkpoint_prefix: str
    checkpoint_expiration: Duration | None
    model_expiration: Duration | None
    previous_version_expiration: Duration | None
    disposable: bool
    #: The names of the options that differ from their defaults.
    changed: frozenset[str]

    @property
    def makes_buckets(self) -> bool:
        """Whether at least one bucket is made here."""
        return self.data_bucket is None or self.model_bucket is None


def problems(options: StorageOptions) -> Iterator[str]:
    """Yield what is wrong, in words that say what to change."""
    if options.encryption_key is not None and not hasattr(options.encryption_key, "key_arn"):
        yield "encryption_key: expected a kms.Key, or one from kms.Key.from_key_arn(…), not an L1 or text"
        return
    for name in ("data_bucket", "model_bucket", "access_logs_bucket"):
        given = getattr(options, name)
        if given is not None and not hasattr(given, "bucket_arn"):
            kind = type(given).__name__
            yield f"{name}: expected a bucket, or one from s3.Bucket.from_bucket_name(…), got {kind}"
            return
    yield from _without_effect(options)
    yield from _keys(options)
    yield from _access_logs(options)
    yield from _order(options)
    yield from _prefix(options.checkpoint_prefix)
    for name in ("checkpoint_expiration", "model_expiration", "previous_version_expiration"):
        yield from _days(name, getattr(options, name))


def _without_effect(options: StorageOptions) -> Iterator[str]:
    """Tell options for resources that are not made: nothing would come of them."""
    if options.model_bucket is not None:
        for name in ("checkpoint_expiration", "model_expiration"):
            if name in options.changed:
                yield (
                    f"{name}: model_bucket is given, and the life-cycle rules of a given bucket are its own: "
                    f"leave {name} out and add a rule to that bucket"
                )
    if options.makes_buckets:
        return
    for name in ("access_logs", "access_logs_bucket", "previous_version_expiration", "disposable"):
        if name in options.changed:
            yield f"{name}: both buckets are given, so there is none that this could apply to: leave it out"


def _keys(options: StorageOptions) -> Iterator[str]:
    key = options.encryption_key
    of_bucket = None if options.model_bucket is None else options.model_bucket.encryption_key
    if key is not None and of_bucket is not None and key.key_arn != of_bucket.key_arn:
        yield (
            "encryption_key: model_bucket has another key, so its objects would lie under two: leave encryption_key "
            "out, or give the bucket's"
        )


def _access_logs(options: StorageOptions) -> Iterator[str]:
    bucket = options.access_logs_bucket
    if bucket is None:
        return
    if options.access_logs:
        yield "access_logs: access_logs_bucket is given, so none is made: leave access_logs out"
    for name in ("data_bucket", "model_bucket"):
        given = getattr(options, name)
        if given is not None and given.bucket_name == bucket.bucket_name:
            yield f"access_logs_bucket: it is {name} as well; logs would be mixed with what training reads and writes"
    if bucket.encryption_key is not None:
        yield (
            "access_logs_bucket: S3 writes access logs only to buckets with its own encryption (SSE-S3), "
            "and this one has a KMS key"
        )


def _prefix(prefix: Any) -> Iterator[str]:
    if not isinstance(prefix, str) or (
        not Token.is_unresolved(prefix) and (not prefix.endswith("/") or prefix.startswith("/"))
    ):
        yield f'checkpoint_prefix: expected text such as "checkpoints/", which ends with a slash, got {prefix!r}'


def _order(options: StorageOptions) -> Iterator[str]:
    checkpoints, models = options.checkpoint_expiration, options.model_expiration
    if models is None or models.is_unresolved() or (checkpoints is not None and checkpoints.is_unresolved()):
        return
    if checkpoints is None or checkpoints.to_days(integral=False) > models.to_days(integral=False):
        yield (
            f"model_expiration: it deletes everything in the bucket after {models.to_human_string()}, checkpoints too: "
            "give a checkpoint_expiration that is not longer"
        )


def _days(name: str, duration: Duration | None) -> Iterator[str]:
    if duration is None or duration.is_unresolved():
        return
    days = duration.to_days(integral=False)
    if days < 1 or days != int(days):
        yield f"{name}: S3 counts whole days: expected at least one, got {duration.to_human_string()}"
