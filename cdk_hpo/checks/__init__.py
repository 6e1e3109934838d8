"""Every documented rule of a tuning request, checked without AWS, CDK or network.

``check(request)`` returns findings; ``ValidationError`` carries and prints them; ``catalogue()`` explains
the rules. Only the standard library is used, and of that only what starts quickly: no module on the way to
``check`` imports typing, dataclasses or pathlib, which would take longer than everything else together.
"""

from cdk_hpo.checks.engine import check
from cdk_hpo.checks.unknown import is_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.checks.errors import ValidationError as ValidationError
    from cdk_hpo.checks.findings import Finding as Finding
    from cdk_hpo.checks.findings import Severity as Severity
    from cdk_hpo.checks.rule_catalogue import Rule as Rule
    from cdk_hpo.checks.rule_catalogue import catalogue as catalogue
    from cdk_hpo.checks.rule_catalogue import rule as rule

__all__ = ["Finding", "Rule", "Severity", "ValidationError", "catalogue", "check", "is_unknown", "rule"]

_HOMES = {
    "Finding": "findings",
    "Rule": "rule_catalogue",
    "Severity": "findings",
    "ValidationError": "errors",
    "catalogue": "rule_catalogue",
    "rule": "rule_catalogue",
}


def __getattr__(name: str) -> "Any":
    """Load on first use what a request without findings does not need."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return found
