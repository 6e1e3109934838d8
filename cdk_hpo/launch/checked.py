"""Checking a definition before anything is created."""

from typing import Any

from constructs import Construct

from cdk_hpo.checks import check
from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.definition.algorithm import ImageAddresses
from cdk_hpo.definition.tuning import TuningJobDefinition, completed

#: Contradicts what AWS's own tests do, so it would only worry people: https://github.com/aws/sagemaker-python-sdk
_UNTOLD = frozenset({"instance-configs-documented-types"})


def warnings_of(definition: TuningJobDefinition, images: ImageAddresses, *, scope: Construct, id: str) -> list[Finding]:
    """Check a definition; return its warnings.

    Raises
    ------
    ValidationError
        With every finding, when one of them is an error.
    """
    if not isinstance(definition, TuningJobDefinition):
        raise TypeError(
            f"definition: expected a TuningJobDefinition, got {type(definition).__name__}"
            + (
                ": read a boto3 request with TuningJobDefinition.from_request(…)"
                if isinstance(definition, dict)
                else ""
            )
        )
    findings = check(completed(definition.to_request(images=images)))
    if any(each.severity is Severity.ERROR for each in findings):
        raise ValidationError(
            findings,
            construct_path="/".join(part for part in (scope.node.path, id) if part),
            origins=_origins(definition),
        )
    return [each for each in findings if each.rule not in _UNTOLD]


def _origins(definition: TuningJobDefinition) -> dict[str, str]:
    """Return where each part of the definition was written, by its path in the request."""
    config: dict[str, str] = {}
    for path, origin in definition.origins():
        first = path.split(".")[0].split("[")[0]
        config[path if first in _REQUEST_MEMBERS or not path else f"HyperParameterTuningJobConfig.{path}"] = origin
    return config


_REQUEST_MEMBERS: Any = ("TrainingJobDefinition", "TrainingJobDefinitions", "WarmStartConfig", "Autotune", "Tags")
