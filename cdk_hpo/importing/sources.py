"""Which form a source is in, and reading it."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.command.documents import Document
from cdk_hpo.command.unusable import Unusable
from cdk_hpo.importing.notes import Reading
from cdk_hpo.importing.requests import description, request
from cdk_hpo.importing.sdk import is_sdk, sdk
from cdk_hpo.importing.terraform import RESOURCE_TYPE, is_terraform, terraform

FORMATS = ("request", "describe", "terraform", "sdk")
_OF_AN_ANSWER = ("HyperParameterTuningJobArn", "HyperParameterTuningJobStatus", "CreationTime")


def readings(document: Document, format: str | None) -> list[Reading]:
    """Read all tuning jobs in a document.

    Parameters
    ----------
    document
        The document.
    format
        One of `FORMATS`, or ``None`` to recognise it.

    Raises
    ------
    Unusable
        When there is no tuning job in it.
    """
    values = [each for value in document.values for each in (value if isinstance(value, list) else [value])]
    found = [reading for value in values if value is not None for reading in _readings(document.name, value, format)]
    if not found:
        raise Unusable(document.name, "holds no tuning job")
    if len(found) > 1:
        for number, reading in enumerate(found, 1):
            reading.label = reading.label or f"request {number}"
    return found


def _readings(name: str, value: Any, format: str | None) -> list[Reading]:
    if not isinstance(value, Mapping):
        hcl = ": Terraform's own language is not read; give the output of terraform show -json" * name.endswith(".tf")
        raise Unusable(name, f"holds no JSON object{hcl}")
    format = format or _recognised(value)
    if format is None:
        forms = "neither a tuning request, nor an answer of describe, nor Terraform, nor arguments of the SDK's tuner"
        raise Unusable(name, f"is {forms}{_hint(value)}")
    if format == "terraform":
        found = terraform(value)
        if not found:
            raise Unusable(name, f"holds no {RESOURCE_TYPE}")
        return found
    return [{"request": request, "describe": description, "sdk": sdk}[format](value)]


def _recognised(value: Mapping[str, Any]) -> str | None:
    if _is_request(value):
        return "describe" if any(name in value for name in _OF_AN_ANSWER) else "request"
    if is_terraform(value):
        return "terraform"
    return "sdk" if is_sdk(value) else None


def _is_request(value: Any) -> bool:
    # The case is not looked at: a name that is written wrongly is told as such.
    names = {name.lower() for name in shapes()[REQUEST_SHAPE]["members"]} - {"tags", "autotune"}
    return isinstance(value, Mapping) and any(isinstance(key, str) and key.lower() in names for key in value)


def _hint(value: Mapping[str, Any]) -> str:
    if isinstance(value.get("Resources"), Mapping):
        return "; of a CloudFormation template, give the Request of one tuning job alone"
    inner = [key for key, each in value.items() if _is_request(each)]
    return f'; the request under "{inner[0]}" has to stand alone' if inner else ""
