"""IAM policy statements as plain data.

A policy is built here in Python and handed to the CDK as one document, since each statement that is added to an L2
costs several calls into JavaScript.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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


def trust_document(service: str, conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the document that lets a service take a role."""
    statement = {
        "Action": "sts:AssumeRole",
        "Condition": {operator: dict(keys) for operator, keys in conditions.items()},
        "Effect": "Allow",
        "Principal": {"Service": service},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def merged(statements: Iterable[Statement]) -> list[Statement]:
    """Join statements that differ by their resources only, and give each an id of its own."""
    joined: dict[Any, Statement] = {}
    for each in statements:
        if each.resources:
            key = (tuple(each.actions), each.conditions and json.dumps(each.conditions, sort_keys=True))
            before = joined.get(key)
            resources = [*(before.resources if before else ()), *each.resources]
            joined[key] = Statement((before or each).sid, each.actions, [*dict.fromkeys(resources)], each.conditions)
    taken: set[str] = set()
    return [_with_own_sid(each, taken) for each in joined.values()]


def _with_own_sid(statement: Statement, taken: set[str]) -> Statement:
    sid, number = statement.sid, 1
    while sid in taken:
        number += 1
        sid = f"{statement.sid}{number}"
    taken.add(sid)
    return statement if sid == statement.sid else replace(statement, sid=sid)
