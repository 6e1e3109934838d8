"""The error that carries findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.paths import sort_key

#: The name of a member; one word alone may be any.
_MEMBER = re.compile(r"\b[A-Z][a-z0-9]+[A-Z]\w*")


class ValidationError(ValueError):
    """A request breaks rules that the service enforces.

    Parameters
    ----------
    findings
        What is wrong, at least one. Warnings may be among them.
    construct_path
        Path of the construct in the CDK tree, default None.
    origins
        Where in the user's program a value was written: ``"file:line"`` by field path. The longest
        path that encloses a finding is printed with it. Default None.
    names
        The Python arguments by the API's names, for a request that was written in Python: those of
        which the findings speak are told at the end. Default None.

    Attributes
    ----------
    findings
        The findings, worst first.
    """

    def __init__(
        self,
        findings: Iterable[Finding],
        *,
        construct_path: str | None = None,
        origins: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self.findings = sorted(
            findings, key=lambda finding: (finding.severity is not Severity.ERROR, sort_key(finding.path))
        )
        self.construct_path = construct_path
        self.origins = dict(origins or {})
        self._names = dict(names or {})
        super().__init__(self._text())

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _restored, (self.findings, self.construct_path, self.origins, self._names)

    def _text(self) -> str:
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        warnings = len(self.findings) - errors
        counts = [_count(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
        where = f" in {self.construct_path}" if self.construct_path else ""
        lines = [f"{' and '.join(counts) or 'no findings'}{where}"]
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.path, []).append(finding)
        for path, group in groups.items():
            origin = self._origin(path)
            lines.append(f"\n{path or 'the request'}{f' (written at {origin})' if origin else ''}")
            for finding in group:
                lines.append(f"  {finding.severity} {finding.rule}: {finding.message}")
                lines.append(f"    {finding.source}")
        return "\n".join([*lines, *self._spellings()])

    def _spellings(self) -> list[str]:
        """Return a line with the arguments for the members of which the findings speak, where they read otherwise."""
        said = dict.fromkeys(_MEMBER.findall(" ".join(finding.message for finding in self.findings)))
        told = [f"{each} is {self._names[each]}" for each in said if self._reads_otherwise(each)]
        return [f"\nIn Python, {', '.join(told)}."] if told else []

    def _reads_otherwise(self, member: str) -> bool:
        argument = self._names.get(member)
        return argument is not None and argument.replace("_", "") != member.lower()

    def _origin(self, path: str) -> str | None:
        enclosing = [prefix for prefix in self.origins if encloses(prefix, path)]
        return self.origins[max(enclosing, key=len)] if enclosing else None


def encloses(prefix: str, path: str) -> bool:
    """Tell whether a field path names a place that holds (or is) another one."""
    if prefix == "" or prefix == path:
        return True
    return path.startswith(prefix) and path[len(prefix)] in ".["


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _restored(
    findings: list[Finding], construct_path: str | None, origins: dict[str, str], names: dict[str, str]
) -> ValidationError:
    return ValidationError(findings, construct_path=construct_path, origins=origins, names=names)
