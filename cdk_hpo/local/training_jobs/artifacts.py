"""What a training job leaves in S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from .layout import Layout
from .order import JobError, Order
from .storage import Storage, StorageError, folder


def upload(order: Order, layout: Layout, storage: Storage) -> list[str]:
    """Pack and upload what the job left: the model, and other output if there is any.

    Parameters
    ----------
    order
        The training job.
    layout
        Its folders.
    storage
        S3 as its role sees it.

    Returns
    -------
    list of str
        The addresses.
    """
    output = order.definition["OutputDataConfig"]
    target = folder(output["S3OutputPath"])
    found = []
    for source, name in ((layout.model, "model.tar.gz"), (layout.output_data, "output.tar.gz")):
        if any(source.iterdir()):
            archive = _packed(source, layout.temporary / name)
            key = f"{target.key}{order.name}/output/{name}"
            _put(storage, archive, target.bucket, key, output.get("KmsKeyId"))
            archive.unlink()
            found.append(f"s3://{target.bucket}/{key}")
    return found


class Checkpoints:
    """Keeps a folder's files in S3, below the job's name.

    Parameters
    ----------
    order
        The training job.
    source
        The folder.
    storage
        S3 as the job's role sees it.
    """

    def __init__(self, order: Order, source: Path, storage: Storage) -> None:
        self._source, self._storage = source, storage
        self._target = folder(f"{folder_uri(order.definition['CheckpointConfig']['S3Uri'])}{order.name}/")
        self._sent: dict[Path, tuple[int, int]] = {}
        source.mkdir(parents=True, exist_ok=True)

    def sync(self) -> None:
        """Upload the files that are new or changed; JobError when that fails."""
        for path in _files(self._source):
            try:
                state = path.stat()
            except OSError:
                continue  # the program replaces its files at any time
            if self._sent.get(path) != (state.st_mtime_ns, state.st_size):
                key = f"{self._target.key}{path.relative_to(self._source).as_posix()}"
                _put(self._storage, path, self._target.bucket, key)
                self._sent[path] = (state.st_mtime_ns, state.st_size)


def folder_uri(uri: str) -> str:
    """Return an address that ends with a slash."""
    return uri if uri.endswith("/") else f"{uri}/"


def _files(source: Path) -> Iterator[Path]:
    for where, _, names in os.walk(source):
        yield from (path for name in sorted(names) if not (path := Path(where, name)).is_symlink())


def _packed(source: Path, archive: Path) -> Path:
    try:
        with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
            for each in sorted(source.iterdir()):
                packed.add(each, each.name)
    except OSError as error:
        raise JobError(f"ClientError: Artifact upload failed: {archive.name} cannot be packed: {error}") from error
    return archive


def _put(storage: Storage, path: Path, bucket: str, key: str, kms_key: str | None = None) -> None:
    try:
        storage.upload(path, bucket, key, kms_key)
    except FileNotFoundError:
        return  # gone since it was seen
    except (StorageError, OSError) as error:
        raise JobError(f"ClientError: Artifact upload failed: s3://{bucket}/{key}: {error}") from error
