"""What a rule says before the catalogue adds severity and source."""

from __future__ import annotations

from cdk_hpo.checks.paths import Path
from cdk_hpo.checks.redaction import reported


class Problem:
    """One violation, in the words of the rule that saw it.

    Parameters
    ----------
    path
        Where it is.
    found
        What is wrong, naming the values given: a clause without a full stop.
    allowed
        What would be accepted: a clause without a full stop.
    advice
        What to change: a sentence.
    given
        The value itself; it is shortened and redacted here.
    """

    __slots__ = ("advice", "allowed", "found", "given", "path")

    def __init__(self, path: Path, found: str, allowed: str, advice: str, given: object = None) -> None:
        self.path = path
        self.found = found
        self.allowed = allowed
        self.advice = advice
        self.given = reported(given)

    @property
    def message(self) -> str:
        """The whole message."""
        return f"{self.found}; allowed: {self.allowed}. {self.advice}"


class Report:
    """Where rules report what they see: ``report(path, found, allowed, advice, given)``, as in :class:`Problem`."""

    __slots__ = ("problems", "rule")

    def __init__(self, problems: list[tuple[str, Problem]]) -> None:
        self.problems = problems
        self.rule = ""
        """The id of the rule that is asked at the moment."""

    def __call__(self, path: Path, found: str, allowed: str, advice: str, given: object = None) -> None:
        """Take up one violation."""
        self.problems.append((self.rule, Problem(path, found, allowed, advice, given)))
