"""The report for programs."""

from __future__ import annotations

import json
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.command.results import Located, Results


def report(results: Results, verbose: bool) -> None:
    """Print one JSON object: findings, acknowledged findings, unusable inputs and a summary."""
    told = {
        "findings": [_finding(each) for each in results.open],
        "acknowledged": [{**_finding(each), "reason": each.reason} for each in results.acknowledged],
        "unusable": [{"file": each.name, "reason": each.reason} for each in results.unusable],
        "summary": {
            "files": results.files,
            "jobs": results.jobs,
            "errors": results.errors,
            "warnings": results.warnings,
        },
    }
    json.dump(told, sys.stdout, indent=2)
    print()


def _finding(each: Located) -> dict[str, Any]:
    finding, (line, column) = each.finding, each.position
    return {
        "file": each.file,
        "line": line,
        "column": column,
        "job": each.job.label or None,
        "logicalId": each.job.logical_id,
        "constructPath": each.job.construct_path,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "path": finding.path,
        "message": finding.message,
        "given": finding.given,
        "allowed": finding.allowed,
        "advice": finding.advice,
        "source": finding.source,
    }
