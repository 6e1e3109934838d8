"""Script mode: the user's script, packed in S3 or in a folder of this machine, in the place of an image's program.

https://docs.aws.amazon.com/sagemaker/latest/dg/docker-containers-adapt-your-own.html
"""

import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

from .addresses import Address
from .layout import Layout
from .order import JobError
from .storage import Storage, download
from .variables import arguments, value_of

PROGRAM, DIRECTORY = "sagemaker_program", "sagemaker_submit_directory"


def is_script(hyperparameters: Mapping[str, str]) -> bool:
    """Tell whether the hyperparameters name a script and where it is packed."""
    return PROGRAM in hyperparameters and DIRECTORY in hyperparameters


def unpack(hyperparameters: Mapping[str, str], storage: Storage, layout: Layout) -> None:
    """Put the script's folder into the job's; JobError when it cannot be had."""
    uri = str(value_of(hyperparameters[DIRECTORY]))
    if uri.startswith("s3://"):
        address, archive = Address.of(uri), layout.temporary / "sourcedir.tar.gz"
        download(storage, address.bucket, address.key, archive)
        _extract(archive, uri, layout.code)
        archive.unlink()
        return
    source = Path(uri.removeprefix("file://"))
    if not source.is_dir():
        raise JobError(
            f"ClientError: {DIRECTORY} must be the address of a tar.gz in S3, or a folder of this machine as "
            f"file:///…, got {uri}"
        )
    copy(source, layout)


def command(hyperparameters: Mapping[str, str], layout: Layout, python: str) -> list[str]:
    """Return how the script is run: a Python file with an interpreter, anything else as a program of its own."""
    program = str(value_of(hyperparameters[PROGRAM]))
    path = layout.code / program
    if not path.resolve().is_relative_to(layout.code.resolve()) or not path.is_file():
        raise JobError(f"ClientError: {PROGRAM} is {program}, but there is no such file in {DIRECTORY}.")
    if program.endswith(".py"):
        return [python, program, *arguments(hyperparameters)]
    path.chmod(path.stat().st_mode | 0o100)
    return [f"./{program}", *arguments(hyperparameters)]


def copy(source: Path, layout: Layout) -> None:
    """Copy a folder of this machine to the job's code."""
    if layout.root.resolve().is_relative_to(source.resolve()):
        raise JobError(
            f"ClientError: The folder {source} holds the training jobs themselves; name one of the code alone."
        )
    try:
        shutil.copytree(source, layout.code, dirs_exist_ok=True, symlinks=True)
    except (OSError, shutil.Error) as error:
        raise JobError(f"ClientError: The folder {source} cannot be copied: {error}") from error


def _extract(archive: Path, uri: str, target: Path) -> None:
    try:
        with tarfile.open(archive) as packed:
            packed.extractall(target, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise JobError(f"ClientError: {uri} cannot be unpacked: {error}") from error
