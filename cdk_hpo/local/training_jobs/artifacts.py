"""What a training job leaves in S3.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import contextlib
import os
import stat
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

    Raises
    ------
    JobError
        When one of the folders is none any more, or cannot be packed or uploaded. One that is gone holds nothing.
    """
    output = order.definition["OutputDataConfig"]
    target = folder(output["S3OutputPath"])
    found = []
    for source, name in ((layout.model, "model.tar.gz"), (layout.output_data, "output.tar.gz")):
        if _is_own_folder(source, layout.root) and any(source.iterdir()):
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
    root
        The job's own folder, in which it lies.
    storage
        S3 as the job's role sees it.
    """

    def __init__(self, order: Order, source: Path, root: Path, storage: Storage) -> None:
        self._source, self._root, self._storage = source, root, storage
        self._target = folder(f"{folder_uri(order.definition['CheckpointConfig']['S3Uri'])}{order.name}/")
        self._sent: dict[Path, tuple[int, int]] = {}
        source.mkdir(parents=True, exist_ok=True)

    def sync(self) -> None:
        """Upload the files that are new or changed; JobError when that fails."""
        if not _is_own_folder(self._source, self._root):
            return
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
    return f"{uri.rstrip('/')}/"


def _is_own_folder(source: Path, root: Path) -> bool:
    """Tell whether a folder is still there; JobError when something else is, such as a link that leads elsewhere."""
    if not os.path.lexists(source):
        return False
    if not source.is_dir() or source.resolve() != root.resolve() / source.relative_to(root):
        inside = f"/{source.relative_to(root)}"
        raise JobError(f"ClientError: Artifact upload failed: {inside} is no folder any more, or reached by a link.")
    return True


def _files(source: Path) -> Iterator[Path]:
    """Yield the regular files: to read from a link would leave the folder, and from a pipe never end."""
    for where, _, names in os.walk(source):
        for name in sorted(names):
            path = Path(where, name)
            with contextlib.suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Keep files, folders and links as such; pipes, sockets and devices hold nothing."""
    return member if member.isreg() or member.isdir() or member.issym() or member.islnk() else None


def _packed(source: Path, archive: Path) -> Path:
    try:
        with tarfile.open(archive, "w:gz", compresslevel=6) as packed:
            for each in sorted(source.iterdir()):
                packed.add(each, each.name, filter=_kept)
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
