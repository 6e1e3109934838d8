"""The report as workflow commands of GitHub Actions: annotations beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from cdk_hpo.command.unusable import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cdk_hpo.command.results import Located, Results


def report(results: Results, verbose: bool) -> None:
    """Print one command for each finding, then a line for the log."""
    for each in results.open:
        print(_command(each))
    for problem in results.unusable:
        print(f"::error file={_property(problem.name)},title=cdk-hpo::{_data(problem.reason)}")
    summary = f"{count(results.errors, 'error')}, {count(results.warnings, 'warning')}"
    print(f"cdk-hpo: {count(results.jobs, 'tuning job')} in {count(results.files, 'file')}: {summary}")


def _command(each: Located) -> str:
    finding, (line, column) = each.finding, each.position
    properties = {"file": each.file, "line": str(line), "col": str(column), "title": f"cdk-hpo {finding.rule}"}
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    where = ": ".join(part for part in (each.job.label, finding.path or "the request") if part)
    return f"::{finding.severity} {written}::{_data(f'{where}: {finding.message} ({finding.source})')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
