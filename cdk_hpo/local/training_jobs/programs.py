"""What a training job runs."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cdk_hpo.checks.images import builtin_algorithm

from . import scripts
from .images import EXAMPLE, Images
from .layout import Layout
from .order import JobError, Order
from .storage import Storage

BUILT_IN = ("xgboost",)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program in its place.

    Parameters
    ----------
    command
        The program and its arguments.
    folder
        Its working directory.
    """

    command: tuple[str, ...]
    folder: Path


def find(order: Order, hyperparameters: Mapping[str, str], images: Images, storage: Storage, layout: Layout) -> Program:
    """Return the program of a training job, once its files are in place.

    A program that the user maps to the image comes first, then script mode, then the built-in algorithms.

    Parameters
    ----------
    order
        The training job.
    hyperparameters
        Its hyperparameters.
    images
        What the user maps.
    storage
        S3 as the job's role sees it.
    layout
        The job's folders.

    Raises
    ------
    JobError
        When nothing stands for the image, or the script cannot be had.
    """
    if (mapped := images.find(order.image)) is not None:
        if mapped.folder is None:
            return Program(command=mapped.command, folder=layout.ml)
        scripts.copy(mapped.folder, layout)
        return Program(command=mapped.command, folder=layout.code)
    if scripts.is_script(hyperparameters):
        scripts.unpack(hyperparameters, storage, layout)
        command = scripts.command(hyperparameters, layout, sys.executable)
        return Program(command=tuple(command), folder=layout.code)
    if (algorithm := builtin_algorithm(order.image)) in BUILT_IN:
        return Program(command=_built_in(algorithm), folder=layout.ml)
    raise JobError(
        f"ClientError: Nothing on this machine stands for the image {order.image}. Map a command to it in the table "
        f"[images] of the file of images, for example\n{EXAMPLE}\nor use script mode with the static hyperparameters "
        f"{scripts.PROGRAM} and {scripts.DIRECTORY}. Built in: {', '.join(BUILT_IN)}."
    )


def _built_in(algorithm: str) -> tuple[str, ...]:
    # Not through PYTHONPATH, which the job's environment does not have.
    root = str(Path(__file__).resolve().parents[3])
    module = f"cdk_hpo.local.training_jobs.{algorithm}.program"
    return (sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); from {module} import main; main()")
