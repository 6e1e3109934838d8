"""What is checked: the requests in a document, wherever they stand."""

from __future__ import annotations

from cdk_hpo.command.unusable import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cdk_hpo.command.documents import Document, Step

_MEMBERS = frozenset(
    (
        "hyperparametertuningjobname",
        "hyperparametertuningjobconfig",
        "trainingjobdefinition",
        "trainingjobdefinitions",
        "warmstartconfig",
    )
)
_EXPECTED = "neither a tuning request in boto3 form nor a CloudFormation template"


class Job:
    """One tuning job to check.

    Parameters
    ----------
    document
        Where it is written.
    index
        Which value of the document.
    steps
        The way to the request inside that value.
    requests
        The request; more than one when the template leaves open which one is sent: then only what is wrong with
        all of them counts.
    label
        How it is called inside its document, ``""`` for the only one.
    moved
        Members of the request that stand elsewhere: the way to them.
    logical_id, construct_path
        The resource in a template, and the construct that it belongs to, when they are known.
    acknowledged
        The reasons why rules are not followed, by rule id.
    """

    def __init__(
        self,
        document: Document,
        index: int,
        steps: tuple[Step, ...],
        requests: Sequence[Mapping[str, Any]],
        *,
        label: str = "",
        moved: Mapping[str, tuple[Step, ...]] | None = None,
        logical_id: str | None = None,
        construct_path: str | None = None,
        acknowledged: Mapping[str, str] | None = None,
    ) -> None:
        self.document = document
        self.index = index
        self.steps = steps
        self.requests = requests
        self.label = label
        self.moved = moved or {}
        self.logical_id = logical_id
        self.construct_path = construct_path
        self.acknowledged = acknowledged or {}


def jobs(document: Document) -> list[Job]:
    """Return the tuning jobs in a document: none for a template that has no such resource.

    Raises
    ------
    Unusable
        When it is neither a request, nor a list of them, nor a template.
    """
    values = [(index, value) for index, value in enumerate(document.values) if value is not None]
    found: list[Job] = []
    for index, value in values:
        several = len(values) > 1
        if isinstance(value, dict) and isinstance(value.get("Resources"), dict):
            from cdk_hpo.command.templates import jobs_of_template

            found += jobs_of_template(document, index, value)
        elif isinstance(value, list):
            found += [
                _job(document, index, (item,), each, f"request {item + 1}", several=True)
                for item, each in enumerate(value)
            ]
        else:
            found.append(_job(document, index, (), value, f"document {index + 1}" if several else "", several=several))
    if not values or any(value == [] for _, value in values):
        raise Unusable(document.name, "holds no request")
    return found


def _job(document: Document, index: int, steps: tuple[Step, ...], value: Any, label: str, *, several: bool) -> Job:
    if not _is_request(value):
        raise Unusable(document.name, f"{label} is {_EXPECTED}" if several else f"is {_EXPECTED}{_hint(value)}")
    name = value.get("HyperParameterTuningJobName")
    if several and isinstance(name, str):
        label = f"{label} ({name})" if len(name) <= 40 else label
    return Job(document, index, steps, [value], label=label)


def _is_request(value: object) -> bool:
    # The case is not looked at: that a name is written wrongly is for the checks to say.
    return isinstance(value, dict) and any(isinstance(key, str) and key.lower() in _MEMBERS for key in value)


def _hint(value: object) -> str:
    inner = [key for key, each in value.items() if _is_request(each)] if isinstance(value, dict) else []
    return f'; the request under "{inner[0]}" has to stand alone' if inner else ""
