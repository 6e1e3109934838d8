"""The report for people: worst first, grouped by place, one summary line at the end."""

from __future__ import annotations

import sys

from cdk_hpo.command.terminal import Paint, colours, printable, width, wrapped
from cdk_hpo.command.unusable import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cdk_hpo.checks.findings import Finding
    from cdk_hpo.command.results import Located, Results

_INDENT = 11  # as wide as the longest severity and the space around it


def report(results: Results, verbose: bool) -> None:
    """Print what was found to standard output, and what could not be checked to standard error."""
    paint = Paint(colours())
    for group in _groups(results.open):
        _print_group(group, paint)
    if verbose:
        for each in results.acknowledged:
            _print_group([each], paint)
    sys.stdout.flush()
    for problem in results.unusable:
        print(f"cdk-hpo: {printable(str(problem))}", file=sys.stderr)
    if results.jobs or not results.unusable:
        print(_summary(results, paint))


def _groups(found: Iterable[Located]) -> Iterable[list[Located]]:
    """Return the findings of each place; a place with an error comes before the others of its job."""
    groups: dict[tuple[int, str], list[Located]] = {}
    for each in found:
        groups.setdefault((id(each.job), each.finding.path), []).append(each)
    return groups.values()


def _print_group(group: list[Located], paint: Paint) -> None:
    first = group[0]
    line, _ = first.position
    job, path = first.job, first.finding.path
    where = f"{printable(first.file)}:{line}:" + (f" {printable(job.label)}:" if job.label else "")
    print(f"{paint('faint', where)} {paint('strong', path or 'the request')}")
    for each in group:
        _print_finding(each, paint)
    print()


def _print_finding(each: Located, paint: Paint) -> None:
    finding = each.finding
    severity = str(finding.severity)
    found, *rest = _parts(finding)
    lines = _wrapped(f"{found} [{finding.rule}]")
    lines[-1] = lines[-1].replace(f"[{finding.rule}]", paint("faint", f"[{finding.rule}]"))
    for part in rest:
        lines += _wrapped(part)
    lines.append(paint("faint", finding.source))
    if each.reason is not None:
        lines += [paint("good", line) for line in _wrapped(f"Acknowledged: {printable(each.reason)}")]
    print(f"  {paint(severity, f'{severity:<{_INDENT - 2}}')}{lines[0]}")
    for line in lines[1:]:
        print(f"{'':{_INDENT}}{line}")


def _parts(finding: Finding) -> list[str]:
    """Return what was found, what is allowed, and what to do: a line for each is read faster than one sentence."""
    end = f"; allowed: {finding.allowed}. {finding.advice}"
    if not finding.message.endswith(end):
        return [finding.message]
    return [finding.message.removesuffix(end), f"Allowed: {finding.allowed}.", finding.advice]


def _wrapped(text: str) -> list[str]:
    return wrapped(text, width() - _INDENT)


def _summary(results: Results, paint: Paint) -> str:
    checked = f"Checked {count(results.jobs, 'tuning job')} in {count(results.files, 'file')}"
    parts = []
    if results.errors:
        parts.append(paint("error", count(results.errors, "error")))
    if results.warnings:
        parts.append(paint("warning", count(results.warnings, "warning")))
    if not parts:
        parts.append(paint("good", "no findings") if results.jobs else "nothing to check")
    if results.acknowledged:
        parts.append(f"{len(results.acknowledged)} acknowledged")
    if results.unusable:
        parts.append(paint("error", f"{count(len(results.unusable), 'input')} unusable"))
    hint = paint("faint", " (cdk-hpo rules ID explains a rule)") if results.open else ""
    return f"{checked}: {', '.join(parts)}.{hint}"
