"""How a rule that looks at several fields is written down, and who is asked when.

    @rule("max-wait-needs-spot", DEFINITION, when="StoppingCondition")
    def max_wait_needs_spot(definition: Definition) -> Found:
        if ...:
            yield Problem(...)

A rule belongs to a scope: the part of the request that it is given. ``when`` names a member of that
part, or with a dot a member of that member: the rule is asked only if it is there and, with
``equals``, has that value. Severity,
reason, source and examples of every rule stand in data/catalogue.json under the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from cdk_hpo.checks.problems import Problem

Found: TypeAlias = "Iterator[Problem]"
Function: TypeAlias = Callable[[Any], Found]


class Scope:
    """One kind of part of a request, with the rules that look at it."""

    __slots__ = ("always", "by_member", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.always: list[tuple[str, Function]] = []
        self.by_member: dict[str, list[tuple[str, Function, object, str]]] = {}

    def ask(self, part: Any, problems: list[tuple[str, Problem]]) -> None:
        """Give a part of the request to all rules that may have something to say about it."""
        for rule_id, function in self.always:
            for problem in function(part):
                problems.append((rule_id, problem))
        find = self.by_member.get
        for member, value in part.data.items():
            for rule_id, function, wanted, inner in find(member, _NO_RULES):
                if inner and (value.__class__ is not dict or inner not in value):
                    continue
                if wanted is None or value == wanted:
                    for problem in function(part):
                        problems.append((rule_id, problem))


_NO_RULES: tuple[tuple[str, Function, object, str], ...] = ()

REQUEST = Scope("request")
CONFIG = Scope("HyperParameterTuningJobConfig")
DEFINITION = Scope("training job definition")
LISTED = Scope("training job definition in a list")
RANGES = Scope("ParameterRanges or HyperParameterRanges")
INTEGER_RANGE = Scope("integer range")
CONTINUOUS_RANGE = Scope("continuous range")
ALGORITHM = Scope("AlgorithmSpecification")
CHANNEL = Scope("channel")
S3_SOURCE = Scope("S3DataSource of a channel")
FILE_SYSTEM = Scope("FileSystemDataSource of a channel")
RESOURCES = Scope("ResourceConfig")
TUNING_RESOURCES = Scope("HyperParameterTuningResourceConfig")
SCOPES = (
    REQUEST,
    CONFIG,
    DEFINITION,
    LISTED,
    RANGES,
    INTEGER_RANGE,
    CONTINUOUS_RANGE,
    ALGORITHM,
    CHANNEL,
    S3_SOURCE,
    FILE_SYSTEM,
    RESOURCES,
    TUNING_RESOURCES,
)


def rule(
    rule_id: str, *scopes: Scope, when: str | None = None, equals: object = None
) -> Callable[[Function], Function]:
    """Register a function as (a part of) the rule with this id, for one or several scopes."""

    def register(function: Function) -> Function:
        for scope in scopes:
            if when is None:
                scope.always.append((rule_id, function))
            else:
                member, _, inner = when.partition(".")
                scope.by_member.setdefault(member, []).append((rule_id, function, equals, inner))
        return function

    return register


def registered() -> set[str]:
    """Return the ids of all rules that are functions."""
    found = {rule_id for scope in SCOPES for rule_id, _ in scope.always}
    return found | {entry[0] for scope in SCOPES for entries in scope.by_member.values() for entry in entries}
