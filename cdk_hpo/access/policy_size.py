"""Keeping policies within IAM's limits: they are split before they are too large.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from cdk_hpo.access.statements import Statement

#: A role's inline policies may have 10,240 characters together; the rest is room for what a token turns into.
INLINE_LIMIT = 7_500
#: A managed policy may have 6,144 characters.
MANAGED_LIMIT = 4_500
#: What a token is taken to turn into: an ARN of usual length.
_TOKEN_LENGTH = 80
_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")


def size_of(statements: Iterable[Statement]) -> int:
    """Return about how many characters IAM will count, white space left out."""
    text = json.dumps([each.to_json() for each in statements], separators=(",", ":"))
    tokens = _TOKEN.findall(text)
    return len(text) + sum(_TOKEN_LENGTH - len(token) for token in tokens)


def split(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Return the statements in parts: one when they fit into a role, else parts that fit into managed policies."""
    kept = [each for each in statements if each.resources]
    if size_of(kept) <= INLINE_LIMIT:
        return [kept]
    parts: list[list[Statement]] = [[]]
    for statement in (piece for each in kept for piece in _pieces(each)):
        if parts[-1] and size_of([*parts[-1], statement]) > MANAGED_LIMIT:
            parts.append([])
        parts[-1].append(statement)
    return parts


def _pieces(statement: Statement) -> list[Statement]:
    """Cut a statement by its resources until each piece fits; the pieces are numbered."""
    pieces = [statement]
    while len(halved := [half for each in pieces for half in _halves(each)]) > len(pieces):
        pieces = halved
    return [replace(each, sid=f"{statement.sid}{index or ''}") for index, each in enumerate(pieces)]


def _halves(statement: Statement) -> list[Statement]:
    if size_of([statement]) <= MANAGED_LIMIT:
        return [statement]
    middle = len(statement.resources) // 2
    if not middle:
        return _halves_of_condition(statement)
    return [
        replace(statement, resources=statement.resources[:middle]),
        replace(statement, resources=statement.resources[middle:]),
    ]


def _halves_of_condition(statement: Statement) -> list[Statement]:
    """Cut the first condition that has several values: a statement with either half allows as much."""
    conditions = statement.conditions or {}
    for operator, keys in conditions.items():
        for key, values in keys.items():
            middle = len(values) // 2 if isinstance(values, list) else 0
            if middle:
                return [
                    replace(statement, conditions={**conditions, operator: {**keys, key: half}})
                    for half in (values[:middle], values[middle:])
                ]
    return [statement]
