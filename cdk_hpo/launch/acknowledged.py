"""Findings that a user has looked at and lives with, each with a reason."""

import difflib
from collections.abc import Iterable, Mapping

from cdk_hpo.checks import catalogue
from cdk_hpo.checks.findings import Finding

#: Where the reasons stand in the template, in the metadata of the job's resource.
METADATA_KEY = "cdk-hpo:acknowledged"
#: What this library doubts where no documented rule says anything, told and acknowledged in the same way.
DOUBTS = frozenset({"metric-definitions-unknown-image", "training-image-not-in-ecr"})
#: How the ids of this library's warnings begin, of which rules are only a part.
_WARNING = "cdk-hpo:"


class Acknowledged:
    """The rules that a launcher's user acknowledges.

    Raises
    ------
    ValueError
        When there is no such rule, or a reason is missing.
    """

    def __init__(self, reasons: Mapping[str, str] | None) -> None:
        if reasons is not None and not isinstance(reasons, Mapping):
            raise TypeError('acknowledged_rules: expected a dictionary such as {"rule-id": "the reason"}')
        self.reasons = dict(reasons or {})
        for rule, reason in self.reasons.items():
            if not isinstance(rule, str) or (rule not in DOUBTS and rule not in catalogue()):
                raise ValueError(f"acknowledged_rules: there is no rule {rule!r}: {_hint(str(rule))}")
            if not isinstance(reason, str) or not reason.strip():
                raise ValueError(f"acknowledged_rules: {rule!r} needs a reason, for those who read this later")

    def without(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that are not acknowledged."""
        return [each for each in findings if each.rule not in self.reasons]


def _hint(unknown: str) -> str:
    bare = unknown.removeprefix(_WARNING)
    if bare in DOUBTS or bare in catalogue():
        return f"did you mean {bare!r}?"
    if bare != unknown:
        return f"a warning is acknowledged with Annotations.of(construct).acknowledge_warning({unknown!r}, …)"
    near = difflib.get_close_matches(unknown, catalogue(), n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    annotated = f"Annotations.of(construct).acknowledge_warning('{_WARNING}{unknown}', …)"
    return f"`cdk-hpo rules` lists them; a warning that is no rule is acknowledged with {annotated}"
