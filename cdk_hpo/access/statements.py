"""IAM policy statements as plain data.

A policy is built here in Python and handed to the CDK as one document, since each statement that is added to an L2
costs several calls into JavaScript.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Statement:
    """One statement of an identity policy."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, Any]] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the statement as IAM writes it."""
        out: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": _one_or_many(self.actions),
            "Resource": _one_or_many(self.resources),
        }
        if self.conditions:
            out["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return out


def _one_or_many(items: Sequence[str]) -> Any:
    unique = list(dict.fromkeys(items))
    return unique[0] if len(unique) == 1 else unique


def document(statements: Iterable[Statement]) -> dict[str, Any]:
    """Return a policy document; statements without a resource are left out."""
    return {"Version": "2012-10-17", "Statement": [each.to_json() for each in statements if each.resources]}
