"""``cdk-hpo check``: read, check, report, and say with the exit status what came out."""

# pathlib is slow to import.
# ruff: noqa: PTH112

from __future__ import annotations

import os
import sys

from cdk_hpo.command.documents import read
from cdk_hpo.command.jobs import jobs
from cdk_hpo.command.unusable import STDIN, Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

    from cdk_hpo.checks.findings import Finding
    from cdk_hpo.command.jobs import Job
    from cdk_hpo.command.results import Results

CLEAN, FINDINGS, UNUSABLE = 0, 1, 2


def check_files(given: Namespace) -> int:
    """Check what the command line names; return the exit status."""
    if given.rule or given.ignore:
        from cdk_hpo.command.rules import problem_with_ids

        problem = problem_with_ids(given.rule, given.ignore)
        if problem:
            print(f"cdk-hpo: {problem}", file=sys.stderr)
            return UNUSABLE
    results = _results(given)
    _report(given.format)(results, given.verbose)
    return _status(results, strict=given.strict)


def _results(given: Namespace) -> Results:
    from cdk_hpo.command.results import Located, Results

    only, ignored = frozenset(given.rule), frozenset(given.ignore)
    results = Results()
    for name in dict.fromkeys(given.files):
        try:
            for file in _files(name):
                document = read(file)
                results.files += 1
                for job in jobs(document):
                    results.jobs += 1
                    results.found += [
                        Located(job, finding)
                        for finding in _findings(job)
                        if (not only or finding.rule in only) and finding.rule not in ignored
                    ]
        except Unusable as problem:
            results.unusable.append(problem)
    return results


def _files(name: str) -> Iterator[str]:
    if name != STDIN and os.path.isdir(name):
        from cdk_hpo.command.assemblies import templates

        yield from templates(name)
    else:
        yield name


def _findings(job: Job) -> list[Finding]:
    """Return what is wrong with a job, whichever of its requests will be sent."""
    from cdk_hpo.checks.engine import check

    first, *others = job.requests
    findings = check(first)
    for other in others:
        also = {(each.rule, each.path, each.message) for each in check(other)}
        findings = [each for each in findings if (each.rule, each.path, each.message) in also]
    return findings


def _report(format: str) -> Callable[[Results, bool], None]:
    if format == "json":
        from cdk_hpo.command.as_json import report
    elif format == "sarif":
        from cdk_hpo.command.as_sarif import report
    elif format == "github":
        from cdk_hpo.command.as_github import report
    else:
        from cdk_hpo.command.as_text import report
    return report


def _status(results: Results, *, strict: bool) -> int:
    if results.unusable:
        return UNUSABLE
    return FINDINGS if results.errors or (strict and results.warnings) else CLEAN
