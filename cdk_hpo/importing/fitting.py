"""From a request to a definition, even when the request holds what no definition can."""

from collections.abc import Iterable
from typing import Any

from cdk_hpo.checks import Finding, ValidationError, check
from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.command.steps import steps_of
from cdk_hpo.definition.tuning import TuningJobDefinition, completed
from cdk_hpo.importing.cleaning import cleaned
from cdk_hpo.importing.notes import Note, Reading

#: A whole structure is left out for these only; other rules mean that something in it is wrong.
_WHOLE = frozenset({"unknown-field", "wrong-type", "strategy-config-hyperband-only"})


class Fitted:
    """One tuning job, ready to be written.

    Parameters
    ----------
    reading
        What was read; its notes say all that is not taken over.
    definition
        The definition, or ``None`` when none can say enough of the request.
    findings
        What the checks say about the definition, or what keeps it from being made.
    """

    def __init__(self, reading: Reading, definition: TuningJobDefinition | None, findings: Iterable[Finding]) -> None:
        self.reading = reading
        self.definition = definition
        self.findings = list(findings)


def fitted(reading: Reading) -> Fitted:
    """Return the definition that says as much of a request as one can."""
    request = cleaned(reading.request, reading.notes)
    while True:
        try:
            definition = TuningJobDefinition.from_request(request)
        except ValidationError as error:
            findings = _findings(request, error)
            left_out = [each for each in findings if _leave_out(request, steps_of(each.path), each.rule)]
            if not left_out:
                return Fitted(reading, None, findings)
            for each in left_out:
                reading.notes.add(Note(each.path, f"left out: {each.message}", lost=True))
        else:
            return Fitted(reading, definition, check(completed(request)))


def _findings(request: Any, error: ValidationError) -> list[Finding]:
    """Return what is wrong with a request, at its places there."""
    rules = {each.rule for each in error.findings}
    return [each for each in check(completed(request)) if each.rule in rules] or error.findings


def _leave_out(request: Any, steps: list[str | int], rule: str) -> bool:
    """Take something out of a request, if the service does not need it there."""
    shape: dict[str, Any] = shapes()[REQUEST_SHAPE]
    holder = request
    for step in steps[:-1]:
        shape, holder = _inside(shape, step), _member(holder, step)
    if not steps or not isinstance(holder, dict) or steps[-1] not in holder:
        return False
    if steps[-1] in shape.get("required", ()) or (isinstance(holder[steps[-1]], dict) and rule not in _WHOLE):
        return False
    del holder[steps[-1]]
    return True


def _inside(shape: dict[str, Any], step: str | int) -> dict[str, Any]:
    if isinstance(step, int):
        reference = shape.get("member", {})
    else:
        reference = shape.get("members", {}).get(step) or shape.get("value", {})
    return shapes().get(reference.get("shape"), {})


def _member(holder: Any, step: str | int) -> Any:
    try:
        return holder[step]
    except (KeyError, IndexError, TypeError):
        return None
