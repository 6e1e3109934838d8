"""The report in SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
import sys
from urllib.parse import quote

from cdk_hpo._version import __version__
from cdk_hpo.checks.rule_catalogue import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.command.results import Located, Results

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(results: Results, verbose: bool) -> None:
    """Print one SARIF log; acknowledged findings are suppressed results."""
    ids = sorted({each.finding.rule for each in results.found})
    run = {
        "tool": {"driver": {"name": "cdk-hpo", "version": __version__, "rules": [_rule(each) for each in ids]}},
        "invocations": [
            {
                "executionSuccessful": not results.unusable,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": str(each)}} for each in results.unusable
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, ids) for each in results.found],
    }
    json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, sys.stdout, indent=2)
    print()


def _rule(rule_id: str) -> dict[str, Any]:
    entry = rule(rule_id)
    return {
        "id": rule_id,
        "shortDescription": {"text": entry.summary},
        "fullDescription": {"text": f"{entry.where}: {entry.summary}"},
        "help": {"text": f"{entry.summary}\n{entry.why}\n{entry.source}"},
        "helpUri": entry.source,
        "defaultConfiguration": {"level": str(entry.severity or "note")},
    }


def _result(each: Located, ids: list[str]) -> dict[str, Any]:
    finding, (line, column) = each.finding, each.position
    name = ": ".join(part for part in (each.job.label, finding.path or "the request") if part)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": str(finding.severity),
        "message": {"text": f"{name}: {finding.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(each.file)},
                    "region": {"startLine": line, "startColumn": column},
                },
                "logicalLocations": [{"fullyQualifiedName": name, "kind": "member"}],
            }
        ],
    }
    if each.reason is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": each.reason}]
    return result


def _uri(file: str) -> str:
    """Return a relative address for a relative name, as code scanning wants it."""
    path = file.replace(os.sep, "/")
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)
