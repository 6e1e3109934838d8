"""Tuning jobs in Terraform: configuration in JSON, and what ``terraform show -json`` says of a plan or a state."""

from collections.abc import Iterator, Mapping
from typing import Any

from cdk_hpo.checks.paths import ROOT, Path, at
from cdk_hpo.checks.service_model import REQUEST_SHAPE
from cdk_hpo.importing.arguments import mapping
from cdk_hpo.importing.notes import Notes, Reading
from cdk_hpo.importing.requests import submitted
from cdk_hpo.importing.snake import NOTHING, SnakeReader
from cdk_hpo.importing.terraform_plan import Later, Sensitive, planned

#: The provider's only resource for tuning jobs; the Cloud Control provider (``awscc``) has none.
RESOURCE_TYPE = "aws_sagemaker_hyper_parameter_tuning_job"

_ALIASES = {
    REQUEST_SHAPE: {"name": "HyperParameterTuningJobName", "config": "HyperParameterTuningJobConfig"},
    "HyperParameterTuningJobConfig": {"objective": "HyperParameterTuningJobObjective"},
    "ParentHyperParameterTuningJob": {"name": "HyperParameterTuningJobName"},
}
#: What Terraform knows of a resource beside the request.
_BESIDE = frozenset(
    {
        "//",
        "arn",
        "connection",
        "depends_on",
        "failure_reason",
        "hyper_parameter_tuning_job_arn",
        "hyper_parameter_tuning_job_status",
        "id",
        "lifecycle",
        "provider",
        "provisioner",
        "region",
        "status",
        "tags",
        "tags_all",
        "timeouts",
    }
)
_SENSITIVE = "Terraform marks it as sensitive; left out: put the value or a CDK object here"
_REPEATING = ("count", "for_each")


def is_terraform(value: Mapping[str, Any]) -> bool:
    """Tell whether this is one of the forms that are read here."""
    return (
        "resource" in value
        or "planned_values" in value
        or ("values" in value and "format_version" in value)
        or RESOURCE_TYPE in value
        or _is_block(value)
    )


def terraform(value: Mapping[str, Any]) -> list[Reading]:
    """Read all tuning jobs; an empty list when there is none."""
    if "planned_values" in value or "values" in value:
        return [
            _reading(address, name, attributes, expressions=False)
            for address, name, attributes in planned(value, RESOURCE_TYPE)
        ]
    if _is_block(value):
        return [_reading("", "", value, expressions=True)]
    return [_reading(f"{RESOURCE_TYPE}.{name}", name, block, expressions=True) for name, block in _blocks(value)]


def _is_block(value: Mapping[str, Any]) -> bool:
    config = "config" in value or "hyper_parameter_tuning_job_config" in value
    return config and ("training_job_definition" in value or "training_job_definitions" in value)


def _blocks(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and body of every resource in a configuration."""
    for kinds in _listed(value.get("resource", value)):
        for names in _listed(kinds.get(RESOURCE_TYPE)):
            for name, bodies in names.items():
                yield from ((name, body) for body in _listed(bodies))


def _listed(given: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a value that may be one object or a list of them."""
    return [each for each in (given if isinstance(given, list) else [given]) if isinstance(each, Mapping)]


def _reading(address: str, name: str, attributes: Mapping[str, Any], *, expressions: bool) -> Reading:
    notes = Notes()
    reader = _TerraformReader(notes, expressions=expressions)
    arguments = {key: each for key, each in attributes.items() if key not in _BESIDE and key not in _REPEATING}
    request = reader.structure(REQUEST_SHAPE, arguments, ROOT)
    tags = attributes.get("tags")
    if isinstance(tags, Mapping):
        request["Tags"] = [
            {"Key": key, "Value": reader.scalar("string", each, at(ROOT, "Tags", index, "Value"))}
            for index, (key, each) in enumerate(tags.items())
        ]
    elif isinstance(tags, Sensitive):
        notes.lose(at(ROOT, "Tags"), _SENSITIVE)
    _tell_of_the_rest(attributes, notes)
    return Reading(submitted(request, notes), notes, label=address, variable=name or None)


def _tell_of_the_rest(attributes: Mapping[str, Any], notes: Notes) -> None:
    for key in _REPEATING:
        if key in attributes:
            notes.lose(ROOT, f"Terraform repeats it ({key}); the definition is written once")
    everywhere, tags = attributes.get("tags_all"), attributes.get("tags")
    if isinstance(everywhere, Mapping) and not isinstance(tags, Sensitive):
        others = sorted(set(everywhere) - set(mapping(tags)))
        if others:
            reason = f"the provider's default tags are not taken over ({', '.join(others)}): use cdk.Tags.of(app)"
            notes.tell(at(ROOT, "Tags"), reason)


class _TerraformReader(SnakeReader):
    """Reads blocks, in which text may be an expression."""

    def __init__(self, notes: Notes, *, expressions: bool) -> None:
        super().__init__(notes, _ALIASES)
        self._expressions = expressions

    def scalar(self, kind: str, given: Any, path: Path) -> Any:
        if isinstance(given, Sensitive):
            self.notes.lose(path, _SENSITIVE)
            return given.placeholder if kind == "string" else NOTHING
        if isinstance(given, Later):
            self.notes.lose(
                path, f"Terraform knows it only after apply{given.origin}: put the value or a CDK object here"
            )
            return given.placeholder if kind == "string" else NOTHING
        if not self._expressions or not isinstance(given, str):
            return given
        plain = given.replace("$${", "").replace("%%{", "")
        if "${" in plain or "%{" in plain:
            reason = (
                "a Terraform expression: put its value or a CDK object here, or read `terraform show -json` instead"
            )
            self.notes.lose(path, reason)
            return given if kind == "string" else NOTHING
        return given.replace("$${", "${").replace("%%{", "%{")
