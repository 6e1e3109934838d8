"""Pulling the training image."""

import re
from typing import Any

from cdk_hpo.access.partition import Place
from cdk_hpo.access.statements import Statement
from cdk_hpo.definition._tokens import is_unknown
from cdk_hpo.definition.algorithm import EcrImage
from cdk_hpo.definition.training import TrainingJobDefinition

#: An address in ECR. The parts may be tokens, which hold neither dots that matter here nor slashes.
ADDRESS = re.compile(
    r"(?P<account>[^/]+?)\.dkr\.ecr(?:-fips)?\.(?P<region>[^/]+?)\.(?:amazonaws\.|c2s|sc2s|\$)[^/]*/(?P<repository>[^:@]+)"
)


def statements(
    jobs: tuple[TrainingJobDefinition, ...], specifications: list[dict[str, Any]], place: Place
) -> list[Statement]:
    """Return the statements for the images of all training job definitions.

    ``specifications`` are the ``AlgorithmSpecification`` of each, in which the addresses are final.
    """
    found = [
        _repository(job, specification, place)
        for job, specification in zip(jobs, specifications, strict=True)
        if "TrainingImage" in specification
    ]
    repositories = [each for each in found if each is not None]
    return [
        # IAM knows no narrower resource for the token; it alone opens no repository.
        Statement("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"] if repositories else []),
        Statement(
            "PullImage",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            repositories,
        ),
    ]


def _repository(job: TrainingJobDefinition, specification: dict[str, Any], place: Place) -> str | None:
    if isinstance(job.algorithm, EcrImage):
        return str(job.algorithm.repository.repository_arn)
    parts = ADDRESS.match(str(specification["TrainingImage"]))
    if parts is None:
        # A token hides the repository: any of this account, but no other's. Text that is no address of ECR names none.
        return place.arn("ecr", "repository/*") if is_unknown(specification["TrainingImage"]) else None
    return place.arn("ecr", f"repository/{parts['repository']}", region=parts["region"], account=parts["account"])
