"""Every rule with its severity, reason, source and examples: what data/catalogue.json says."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from cdk_hpo.checks.findings import Severity
from cdk_hpo.checks.tables import read


class Rule(NamedTuple):
    """One documented rule.

    Parameters
    ----------
    id
        Public id; never renamed.
    subject
        What it is about, for lists of rules.
    severity
        Error or warning; None for a rule that only documents what depends on the account or on
        other jobs.
    where
        The fields that it is about.
    summary
        What must hold, in one sentence.
    why
        How far the evidence goes: documentation, the service's answers, or inference.
    source
        Address of the page that documents it.
    by_structure
        Whether it holds in several structures: a finding then names the page of the structure at hand.
    wrong, right
        Changes to :func:`cdk_hpo.checks.examples.base_request` that break and keep the rule: field
        paths with their values. None for a rule that cannot be decided from a request.
    """

    id: str
    subject: str
    severity: Severity | None
    where: str
    summary: str
    why: str
    source: str
    by_structure: bool
    decidable: bool
    wrong: dict[str, Any] | None
    right: dict[str, Any] | None


@cache
def catalogue() -> dict[str, Rule]:
    """Return all rules by id, in the order of the documentation."""
    return {
        entry["id"]: Rule(
            id=entry["id"],
            subject=entry["subject"],
            severity=Severity(entry["severity"]) if entry["severity"] else None,
            where=entry["where"],
            summary=entry["summary"],
            why=entry["why"],
            source=entry["source"],
            by_structure=entry.get("by_structure", False),
            decidable=entry["decidable"],
            wrong=entry.get("wrong"),
            right=entry.get("right"),
        )
        for entry in read("catalogue.json")["rules"]
    }


def rule(rule_id: str) -> Rule:
    """Return one rule.

    Raises
    ------
    KeyError
        There is no rule with this id.
    """
    return catalogue()[rule_id]
