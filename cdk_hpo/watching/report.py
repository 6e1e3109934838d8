"""A report on a tuning job, in one file that needs no network."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from cdk_hpo.command.unusable import Unusable

from .job import TuningJob
from .page import page
from .redaction import shown
from .service import describe_training, read


def write_report(client: Any, name: str, path: str | os.PathLike[str] | None = None) -> Path:
    """Write a report on a tuning job into one HTML file.

    The job is only read, by ``DescribeHyperParameterTuningJob``, ``ListTrainingJobsForHyperParameterTuningJob``, and
    ``DescribeTrainingJob`` of the best. The same answers give the same file.

    Parameters
    ----------
    client
        A boto3 client of SageMaker.
    name
        The tuning job, by its name or ARN.
    path
        The file to write; one that exists is written anew. Default: the name and ``.html``, in the working folder.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    Unusable
        When there is no such job, it cannot be read, the file cannot be written, or the extra ``report`` is missing.
    """
    plotly = _plotly()
    job = read(client, name)
    text = page(job, _details(client, job), plotly)
    file = Path(path if path is not None else f"{job.name}.html")
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise Unusable(str(file), f"cannot be written: {reason}") from None
    return file


def _details(client: Any, job: TuningJob) -> dict[str, Any]:
    """Return where the best training job's model is, and its hyperparameters that were not tuned."""
    if job.best is None:
        return {}
    answer = describe_training(client, job.best.name)
    static = {
        name: shown(name, value)
        for name, value in (answer.get("HyperParameters") or {}).items()
        if name not in job.best.tuned and not name.startswith("_")  # the service's own begin with an underscore
    }
    return {"static": static, "artifact": (answer.get("ModelArtifacts") or {}).get("S3ModelArtifacts")}


def _plotly() -> str:
    try:
        source: str = import_module("plotly.offline").get_plotlyjs()
    except ImportError:
        raise Unusable("plotly", "is not installed: pip install 'cdk-hpo[report]'") from None
    return source
