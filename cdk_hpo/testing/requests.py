"""The requests that a template makes SageMaker receive."""

from __future__ import annotations

from collections.abc import Mapping

from cdk_hpo.checks.unknown import DYNAMIC_MARK, is_intrinsic
from cdk_hpo.command.restoring import Restoring
from cdk_hpo.command.templates import RESOURCE_TYPE
from cdk_hpo.testing.readable import readable
from cdk_hpo.testing.templates import template_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.testing.templates import TemplateLike

_NO_VALUE = {"Ref": "AWS::NoValue"}


def requests_of(template: TemplateLike) -> dict[str, dict[str, Any]]:
    """Return what SageMaker will be sent for each tuning job of a template.

    Parameters
    ----------
    template : Stack, Template, mapping, str or PathLike
        A stack, which is synthesized with its app as it is now; a ``Template`` of ``aws_cdk.assertions``; a template
        as a mapping; or the name of its file, JSON or YAML.

    Returns
    -------
    dict of str to dict
        The arguments of ``create_hyper_parameter_tuning_job`` by the logical id of the resource, with numbers and
        booleans as the API takes them. What CloudFormation computes is text: ``${Models.Arn}``. A generated name ends
        with ``-${digest}``. The tags that this library adds to know its jobs by are left out, and so are jobs that
        the template does not create itself but a workflow or a schedule starts later.

    Raises
    ------
    TypeError
        When ``template`` is none of these.
    ValueError
        When a file is no template, or a tuning job has no request, or one that CloudFormation computes as a whole.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """
    found = {}
    for logical_id, resource in template_of(template).get("Resources", {}).items():
        if isinstance(resource, Mapping) and resource.get("Type") == RESOURCE_TYPE:
            properties = resource.get("Properties", {})
            if not isinstance(properties, Mapping) or not isinstance(properties.get("Request"), Mapping):
                raise ValueError(f"the resource {logical_id} has no Request among its Properties")
            if is_intrinsic(properties["Request"]):
                computed = readable(properties["Request"])
                raise ValueError(
                    f"the Request of the resource {logical_id} is known in the deployment only: {computed}"
                )
            found[str(logical_id)] = _request(properties)
    return found


def _request(properties: Mapping[str, Any]) -> dict[str, Any]:
    restoring = _Readable()
    name = properties.get("Name")
    request = {
        "HyperParameterTuningJobName": readable(name) if name else f"{properties.get('NamePrefix', 'hpo')}-${{digest}}",
        **restoring.request(dict(properties["Request"])),
    }
    if properties.get("Tags"):
        request["Tags"] = restoring.value("TagList", properties["Tags"])
    return request


class _Readable(Restoring):
    """Restores the types of the API, and writes what CloudFormation computes as text."""

    def value(self, shape: str, value: Any) -> Any:
        """Return one value of the named shape."""
        if isinstance(value, dict) and is_intrinsic(value) and value != _NO_VALUE:
            return readable(value)
        if isinstance(value, str) and DYNAMIC_MARK in value:
            return value
        return super().value(shape, value)
