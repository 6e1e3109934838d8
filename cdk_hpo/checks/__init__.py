"""Every documented rule of a tuning request, checked without AWS, CDK or network.

``check(request)`` returns findings; ``ValidationError`` carries and prints them; ``catalogue()`` explains
the rules. Only the standard library is used.
"""

from typing import TYPE_CHECKING, Any

from cdk_hpo.checks.engine import check
from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.unknown import is_unknown

if TYPE_CHECKING:
    from cdk_hpo.checks.rule_catalogue import Rule as Rule
    from cdk_hpo.checks.rule_catalogue import catalogue as catalogue
    from cdk_hpo.checks.rule_catalogue import rule as rule

__all__ = ["Finding", "Rule", "Severity", "ValidationError", "catalogue", "check", "is_unknown", "rule"]


def __getattr__(name: str) -> Any:
    """Load the catalogue on first use: a request without findings does not need it."""
    if name in ("Rule", "catalogue", "rule"):
        from cdk_hpo.checks import rule_catalogue

        return getattr(rule_catalogue, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
