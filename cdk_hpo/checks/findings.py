"""What a check reports."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad a finding is.

    ``ERROR``: the service refuses the request. ``WARNING``: it is legal, but useless, doubtful, or
    above a default quota.
    """

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """One problem in a request.

    Parameters
    ----------
    rule
        Public id of the rule, for example ``"job-name-length"``. Never renamed.
    severity
        Error or warning.
    path
        Where, JSON style: ``TrainingJobDefinitions[1].ResourceConfig.InstanceCount``; keys that the
        user chose stand in brackets: ``StaticHyperParameters["eta"]``; ``""`` is the request itself.
        What is missing is reported at the structure that lacks it.
    message
        What was given, what is allowed and what to do. Never holds a secret.
    source
        Address of the page that documents the rule.
    given
        The value found, or a description of it. Never a secret, default None.
    allowed
        What would be accepted.
    advice
        What to change.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    source: str
    given: object | None = None
    allowed: str = ""
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.severity}: {self.path or 'request'}: {self.message} [{self.rule}]"
