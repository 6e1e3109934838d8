"""What the service asks about its callers; who answers is decided outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who sends a request.

    Parameters
    ----------
    account
        Twelve digits.
    region
        The region that the request was signed for.
    arn
        The principal, e.g. an assumed-role ARN.
    """

    account: str = "123456789012"
    region: str = "us-east-1"
    arn: str = field(default="")
    identity: object = field(default=None, repr=False, compare=False)


class Access(Protocol):
    """Decides what a caller may do and which roles the service can assume."""

    def authorize(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        request_tags: Mapping[str, str] | None = None,
        resource_tags: Mapping[str, str] | None = None,
        creating: str | None = None,
    ) -> None:
        """Return when the caller may do this, else raise a ServiceError."""
        ...

    def pass_role(self, caller: Caller, role_arn: str, source_arns: tuple[str, ...]) -> None:
        """Return when the caller may pass the role and the service can assume it for all sources, else raise."""
        ...


class Everything:
    """Lets every caller do everything and assumes every role: for tests of the service alone, and ``--no-iam``."""

    def authorize(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        request_tags: Mapping[str, str] | None = None,
        resource_tags: Mapping[str, str] | None = None,
        creating: str | None = None,
    ) -> None:
        """Allow."""

    def pass_role(self, caller: Caller, role_arn: str, source_arns: tuple[str, ...]) -> None:
        """Allow."""
