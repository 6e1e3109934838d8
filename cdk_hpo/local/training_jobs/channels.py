"""The data of a training job: every channel a folder, in the input mode File.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from .addresses import Address
from .order import JobError, Order
from .storage import Storage, StorageError, download

# FastFile shows the same files, and only reads them later.
_MODES = ("File", "FastFile")


def fetch(order: Order, storage: Storage, data: Path, stopped: Callable[[], bool]) -> None:
    """Download all channels.

    Parameters
    ----------
    order
        The training job.
    storage
        S3 as the job's role sees it.
    data
        The folder of the channels' folders.
    stopped
        Whether the rest is no longer wanted.

    Raises
    ------
    JobError
        When a channel cannot be read, is empty, or is of a kind that only the service has.
    """
    mode = order.definition["AlgorithmSpecification"].get("TrainingInputMode", "File")
    for channel in order.definition.get("InputDataConfig") or []:
        name = channel["ChannelName"]
        if (given := channel.get("InputMode") or mode) not in _MODES:
            raise JobError(f"ClientError: The channel {name} has the input mode {given}; this machine has File only.")
        target = data / name
        target.mkdir(exist_ok=True)
        for bucket, key, relative in _objects(channel, storage, data, order):
            if stopped():
                return
            download(storage, bucket, key, _within(target, relative))


def _objects(channel: Mapping[str, Any], storage: Storage, data: Path, order: Order) -> Iterator[tuple[str, str, str]]:
    """Yield bucket, key and path within the channel of each object."""
    name, source = channel["ChannelName"], channel["DataSource"].get("S3DataSource")
    if source is None:
        raise JobError(f"ClientError: The channel {name} is a file system; this machine reads channels from S3 only.")
    address = Address.of(source["S3Uri"])
    if source["S3DataType"] == "ManifestFile":
        yield from _listed(address, storage, data.parent / "manifest")
        return
    if source["S3DataType"] != "S3Prefix":
        kind = source["S3DataType"]
        raise JobError(
            f"ClientError: The channel {name} is of type {kind}; this machine reads S3Prefix and ManifestFile."
        )
    empty = True
    try:
        for key in storage.list(address.bucket, address.key):
            if not key.endswith("/"):  # what a console leaves to show a folder
                empty = False
                yield address.bucket, key, _relative(key, address.key)
    except StorageError as error:
        raise JobError(f"ClientError: Data download failed: {source['S3Uri']}: {error}") from error
    if empty:
        raise JobError(
            f'ClientError: Data download failed: No S3 objects found under S3 URL "{source["S3Uri"]}" given in input '
            f"data source. Please ensure that the bucket exists in the selected region ({order.region}), that objects "
            f'exist under that S3 prefix, and that the role "{order.definition["RoleArn"]}" has "s3:ListBucket" '
            f'permissions on bucket "{address.bucket}".'
        )


def _relative(key: str, prefix: str) -> str:
    """Return the part of the key that names the file: what follows the prefix where that is a folder."""
    base = prefix if prefix.endswith("/") or not prefix else f"{prefix}/"
    return key.removeprefix(base) if key.startswith(base) else key[prefix.rfind("/") + 1 :]


def _listed(manifest: Address, storage: Storage, path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield what a manifest lists: a prefix, then names below it."""
    download(storage, manifest.bucket, manifest.key, path)
    where = f"s3://{manifest.bucket}/{manifest.key}"
    try:
        head, *names = json.loads(path.read_text(encoding="utf-8"))
        prefix = Address.of(head["prefix"])
        found = [(prefix.bucket, prefix.key + name, name) for name in names]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise JobError(f"ClientError: Data download failed: {where} is no manifest: {error!r}") from error
    finally:
        path.unlink()
    yield from found


def _within(folder: Path, relative: str) -> Path:
    parts = PurePosixPath(relative.lstrip("/")).parts  # a key may well hold two slashes in a row
    if ".." in parts:
        raise JobError(f"ClientError: Data download failed: the key {relative} leads out of the channel's folder.")
    return folder.joinpath(*parts)
