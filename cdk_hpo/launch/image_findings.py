"""Warnings about training images that no rule of the catalogue is about, because the documentation is silent."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.unknown import is_unknown
from cdk_hpo.definition.own_images import names_built_in

_SOURCE = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterAlgorithmSpecification.html"
_ECR = re.compile(r"[^/]*\.dkr[.-]ecr(?:-fips)?\.[^/]+/.+", re.DOTALL)


def image_findings(request: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is doubtful about the images of a request."""
    several = request.get("TrainingJobDefinitions")
    jobs = (
        {f"TrainingJobDefinitions[{index}]": job for index, job in enumerate(several)}
        if isinstance(several, list)
        else {}
    )
    for path, job in {"TrainingJobDefinition": request.get("TrainingJobDefinition"), **jobs}.items():
        specification = job.get("AlgorithmSpecification") if isinstance(job, Mapping) else None
        if isinstance(specification, Mapping):
            yield from _of_one(f"{path}.AlgorithmSpecification", specification)


def _of_one(path: str, specification: Mapping[str, Any]) -> Iterator[Finding]:
    image = specification.get("TrainingImage")
    if image is not None and is_unknown(image):
        if not specification.get("MetricDefinitions") and not names_built_in(image):
            yield _warning("metric-definitions-unknown-image", path, _NO_METRICS)
    elif isinstance(image, str) and not _ECR.fullmatch(image):
        scheme, _, rest = image.partition("://")
        words = f"begins with {scheme}://, {_NO_SCHEME}" if _ECR.fullmatch(rest) else _NOT_IN_ECR
        yield _warning("training-image-not-in-ecr", f"{path}.TrainingImage", f"{shown(image)} {words}")


_NO_METRICS = (
    "MetricDefinitions are missing, and which image is meant is known only at deployment. Unless it is a built-in "
    "algorithm's, the service refuses an objective that no metric definition has. "
    'Add metric_definitions=[MetricDefinition("loss", "loss=([0-9.]+)")] to the algorithm, or acknowledge this.'
)
_NOT_IN_ECR = (
    "is not the address of an image in a private repository of Amazon ECR, and a tuning job has no setting for "
    'another registry. Push the image to ECR, and write Algorithm.from_ecr_repository(repository, "tag").'
)
_NO_SCHEME = "as a page does. The address of an image begins with its registry: leave that out."


def _warning(id: str, path: str, words: str) -> Finding:
    return Finding(rule=id, severity=Severity.WARNING, path=path, message=words, source=_SOURCE)
