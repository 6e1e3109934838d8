"""Tuning jobs in CloudFormation templates."""

from __future__ import annotations

from cdk_hpo.checks.unknown import UNKNOWN, is_intrinsic
from cdk_hpo.command.jobs import Job
from cdk_hpo.command.restoring import Restoring
from cdk_hpo.command.unusable import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from cdk_hpo.command.documents import Document

RESOURCE_TYPE = "Custom::SageMakerHyperParameterTuningJob"
#: Where a resource's metadata keep the rules that are not followed, each with its reason.
ACKNOWLEDGED = "cdk-hpo:acknowledged"


def jobs_of_template(document: Document, index: int, template: Mapping[str, Any]) -> Iterator[Job]:
    """Return the tuning jobs of a template.

    Raises
    ------
    Unusable
        When a tuning job has no request.
    """
    for logical_id, resource in template["Resources"].items():
        if not isinstance(resource, dict) or resource.get("Type") != RESOURCE_TYPE:
            continue
        properties = resource.get("Properties")
        if not isinstance(properties, dict) or not isinstance(properties.get("Request"), dict):
            raise Unusable(document.name, f"the resource {logical_id} has no Request among its Properties")
        if not is_intrinsic(properties["Request"]):
            yield _job(document, index, logical_id, resource)


def _job(document: Document, index: int, logical_id: str, resource: Mapping[str, Any]) -> Job:
    properties = resource["Properties"]
    restoring = Restoring()
    requests = [_request(restoring, properties)]
    if restoring.met_optional:
        requests.append(_request(Restoring(keep_optional=False), properties))
    metadata = resource.get("Metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    construct_path = _construct_path(metadata)
    way = ("Resources", logical_id, "Properties")
    return Job(
        document,
        index,
        (*way, "Request"),
        requests,
        label=f"{construct_path} ({logical_id})" if construct_path else str(logical_id),
        moved={"HyperParameterTuningJobName": (*way, "Name"), "Tags": (*way, "Tags")},
        logical_id=str(logical_id),
        construct_path=construct_path,
        acknowledged=_acknowledged(metadata),
    )


def _request(restoring: Restoring, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that the function behind the resource will send."""
    request: dict[str, Any] = restoring.request(properties["Request"])
    name = properties.get("Name")
    request["HyperParameterTuningJobName"] = restoring.value("HyperParameterTuningJobName", name) if name else UNKNOWN
    if properties.get("Tags"):
        request["Tags"] = restoring.value("TagList", properties["Tags"])
    for definition in (request.get("TrainingJobDefinition"), *_items(request.get("TrainingJobDefinitions"))):
        if isinstance(definition, dict):
            definition.setdefault("RoleArn", UNKNOWN)
    return request


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _construct_path(metadata: Mapping[str, Any]) -> str | None:
    path = metadata.get("aws:cdk:path")
    # The resource is a part of the construct that the user wrote.
    return path.removesuffix("/Resource") if isinstance(path, str) else None


def _acknowledged(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the rules that are acknowledged; without a reason there is no acknowledgement."""
    given = metadata.get(ACKNOWLEDGED)
    if not isinstance(given, dict):
        return {}
    return {str(rule): reason for rule, reason in given.items() if isinstance(reason, str) and reason.strip()}
