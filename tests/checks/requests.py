"""Helpers of the checks' tests: requests by small changes, and findings by id."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cdk_hpo.checks import Severity, check
from cdk_hpo.checks.examples import request_of
from tests.shared import accepted_requests

ACCEPTED = Path(__file__).parent / "accepted"
"""Requests written from what public examples and tests send: each with the source of its facts."""


def accepted() -> dict[str, dict[str, Any]]:
    """Return all requests that the service is known, or by public examples expected, to accept, by name."""
    return accepted_requests() | {name: entry["request"] for name, entry in public_examples().items()}


def public_examples() -> dict[str, dict[str, Any]]:
    """Return the entries of the folder ``accepted``: ``source`` and ``request``, by file stem."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(ACCEPTED.glob("*.json"))}


def edited(changes: Mapping[str, Any] | None = None, *, remove: Sequence[str] = (), base: str = "single") -> Any:
    """Return the base request with other values at some paths; missing structures are created."""
    request = request_of({"base": base, "remove": list(remove)})
    for path, value in (changes or {}).items():
        steps = [int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)]
        place: Any = request
        for step in steps[:-1]:
            place = place.setdefault(step, {}) if isinstance(place, dict) else place[step]
        place[steps[-1]] = value
    return request


def ids(request: Any) -> tuple[set[str], set[str]]:
    """Return the ids of the rules that report errors and warnings."""
    findings = check(request)
    errors = {finding.rule for finding in findings if finding.severity is Severity.ERROR}
    warnings = {finding.rule for finding in findings if finding.severity is Severity.WARNING}
    return errors, warnings


def resolve(request: Any, path: str) -> Any:
    """Follow a finding's path; LookupError or TypeError when the place does not exist."""
    place = request
    for name, index, key in re.findall(r'([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]', path):
        place = place[int(index) if index else json.loads(key) if key else name]
    return place
