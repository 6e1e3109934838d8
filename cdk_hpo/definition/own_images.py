"""Images that are certainly no built-in algorithms, although only the deployment knows their addresses."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cdk_hpo.checks.tables import builtin_images
from cdk_hpo.checks.unknown import has_mark
from cdk_hpo.definition._tokens import attribute, reference
from cdk_hpo.definition.algorithm import EcrImage

if TYPE_CHECKING:
    from aws_cdk import aws_ecr as ecr

    from cdk_hpo.definition.tuning import TuningJobDefinition

#: Stands for such an address in a request that is checked, so that the rules about own images apply to it.
_STAND_IN = "111122223333.dkr.ecr.us-east-1.amazonaws.com/own:latest"
_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")
_GAP = "\0"
#: The account and the repository of an address in ECR.
_ADDRESS = re.compile(r"([^/.]*)\.dkr[.-]ecr(?:-fips)?\.[^/]*/([^:@]+)(?:[:@].*)?", re.DOTALL)


def with_own_images(definition: "TuningJobDefinition", request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition's request for the checks, with addresses that they know in place of own images' tokens."""
    checked = dict(request)
    single, several = request.get("TrainingJobDefinition"), request.get("TrainingJobDefinitions")
    jobs = definition.training_jobs
    if isinstance(single, Mapping):
        checked["TrainingJobDefinition"] = _with_own_image(jobs[0].algorithm, single)
    if isinstance(several, list) and len(several) == len(jobs):
        checked["TrainingJobDefinitions"] = [
            _with_own_image(job.algorithm, each) for job, each in zip(jobs, several, strict=True)
        ]
    return checked


def names_built_in(image: object) -> bool:
    """Tell whether an address with tokens in it, or a function that makes one, names a built-in algorithm."""
    parts = _parts(image)
    if parts is None and isinstance(image, Mapping):
        return any(f"/{known}" in str(image) for known in builtin_images())
    return parts is not None and parts[1] in builtin_images()


def is_own(image: object) -> bool:
    """Tell whether an address with tokens in it cannot be that of a built-in algorithm's image."""
    parts = _parts(image)
    if parts is None:
        return False
    account, repository = parts
    name = re.compile(".*".join(re.escape(part) for part in repository.split(_GAP)))
    possible = [accounts for known, (_, accounts) in builtin_images().items() if name.fullmatch(known)]
    return not any(_GAP in account or account in accounts for accounts in possible)


def _parts(image: object) -> tuple[str, str] | None:
    """Return the account and the repository of an address, with gaps for tokens; ``None`` where it hides them."""
    address = _joined(image) if isinstance(image, Mapping) else image
    if not isinstance(address, str) or not (_GAP in address or has_mark(address)):
        return None
    address = _TOKEN.sub(_GAP, address)
    # What else is unknown may be any text.
    found = None if has_mark(address) else _ADDRESS.fullmatch(address)
    return None if found is None else (found[1], found[2])


def _joined(function: Mapping[str, Any]) -> str | None:
    """Return what a template's function joins, with gaps for what it does not know; ``None`` of another function."""
    match function.get("Fn::Join"):
        case [str() as between, list() as parts]:
            return between.join(each if isinstance(each, str) else _GAP for each in parts)
    return None


def _with_own_image(algorithm: Any, job: Any) -> Any:
    # Addresses that are written as text stay unknown: whoever composes one may know better.
    specification = job.get("AlgorithmSpecification") if isinstance(job, Mapping) else None
    if not isinstance(algorithm, EcrImage) or not isinstance(specification, Mapping):
        return job
    if not (_is_made_here(algorithm.repository) or is_own(specification.get("TrainingImage"))):
        return job
    return {**job, "AlgorithmSpecification": {**specification, "TrainingImage": _STAND_IN}}


def _is_made_here(repository: "ecr.IRepository") -> bool:
    """Tell whether a repository is made by this app, or holds an image that is built with it."""
    from aws_cdk import aws_ecr as ecr  # who has a repository has loaded it

    if isinstance(repository, ecr.Repository):
        return True
    # The repository of a DockerImageAsset is imported, but by the asset, and under a name that hides everything.
    name = attribute(repository, "repository_name")
    hidden = isinstance(name, str) and _TOKEN.fullmatch(name) is not None
    return hidden and reference(repository, "node.scope.image_uri") is not None
