"""S3, as a training job uses it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from .addresses import Address
from .order import JobError


class Storage(Protocol):
    """Reads and writes objects with the rights of a training job's role; whatever fails raises a StorageError."""

    def list(self, bucket: str, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix."""
        ...

    def download(self, bucket: str, key: str, path: Path) -> None:
        """Write an object to a file."""
        ...

    def upload(self, path: Path, bucket: str, key: str, kms_key: str | None = None) -> None:
        """Write a file to an object, encrypted with a KMS key if one is given."""
        ...


class StorageError(Exception):
    """What S3 answered instead."""


class S3Storage:
    """S3 through boto3.

    Parameters
    ----------
    client
        A boto3 client for S3.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def list(self, bucket: str, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix."""
        with _errors():
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                for each in page.get("Contents", []):
                    yield each["Key"]

    def download(self, bucket: str, key: str, path: Path) -> None:
        """Write an object to a file."""
        with _errors(), path.open("wb") as file:
            body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
            for chunk in body.iter_chunks(1 << 20):
                file.write(chunk)

    def upload(self, path: Path, bucket: str, key: str, kms_key: str | None = None) -> None:
        """Write a file to an object, encrypted with a KMS key if one is given."""
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}
        with _errors(), path.open("rb") as file:
            self._client.put_object(Bucket=bucket, Key=key, Body=file, **encryption)


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StorageError(str(error)) from error


def folder(uri: str) -> Address:
    """Return the bucket and the key, which ends with a slash, of a place to write below."""
    address = Address.of(uri)
    return Address(address.bucket, address.path)


def download(storage: Storage, bucket: str, key: str, path: Path) -> None:
    """Write an object to a file in folders that may not exist yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        storage.download(bucket, key, path)
    except StorageError as error:
        raise JobError(f"ClientError: Data download failed: s3://{bucket}/{key}: {error}") from error
    except OSError as error:
        raise JobError(f"ClientError: Data download failed: s3://{bucket}/{key}: {error.strerror}") from error
