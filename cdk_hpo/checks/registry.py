"""How a rule that looks at several fields is written down, and who is asked when.

    @rule("max-wait-needs-spot", DEFINITION, when="StoppingCondition")
    def max_wait_needs_spot(definition: Definition, report: Report) -> None:
        if ...:
            report(path, found, allowed, advice, given)

A rule belongs to a scope: the part of the request that it is given. ``when`` names a member of that
part, or with a dot a member of that member: the rule is asked only if it is there and, with ``equals``,
has that value or, with ``above``, is a known number that exceeds it. Severity, reason, source and
examples of every rule stand in data/catalogue.json under the same id.
"""

from __future__ import annotations

from cdk_hpo.checks.problems import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

Function: TypeAlias = "Callable[[Any, Report], None]"
Entry: TypeAlias = "tuple[str, Function, str, str, object, int | None]"
"""Id, function, member and its inner member, and what that must equal or exceed."""
Plan: TypeAlias = "tuple[list[tuple[str, Function]], list[Entry]]"
"""The rules to ask in any case, and those to ask when a member's value is right for it."""

_MOST_PLANS = 1000


class Scope:
    """One kind of part of a request, with the rules that look at it."""

    __slots__ = ("always", "by_member", "name", "plans")

    def __init__(self, name: str) -> None:
        self.name = name
        self.always: list[tuple[str, Function]] = []
        self.by_member: dict[str, list[Entry]] = {}
        # Parts mostly have the same few sets of members, and to find the rules for a set takes longer than to
        # ask them.
        self.plans: dict[tuple[str, ...], Plan] = {}

    def ask(self, part: Any, report: Report) -> None:
        """Give a part of the request to all rules that may have something to say about it."""
        data = part.data
        members = tuple(data)
        plan = self.plans.get(members)
        if plan is None:
            plan = self._plan(members)
        for report.rule, function in plan[0]:  # the report learns whose word comes next
            function(part, report)
        for rule_id, function, member, inner, equals, above in plan[1]:
            value = data[member]
            if inner:
                if value.__class__ is not dict or inner not in value:
                    continue
                value = value[inner]
            if equals is not None and value != equals:
                continue
            if above is not None and (value.__class__ is not int or value <= above):
                continue
            report.rule = rule_id
            function(part, report)

    def _plan(self, members: tuple[str, ...]) -> Plan:
        entries = [entry for member in members for entry in self.by_member.get(member, ())]
        unconditional = [entry[:2] for entry in entries if entry[3:] == _ANY_VALUE]
        plan = ([*self.always, *unconditional], [entry for entry in entries if entry[3:] != _ANY_VALUE])
        if len(self.plans) < _MOST_PLANS:
            self.plans[members] = plan
        return plan


_ANY_VALUE = ("", None, None)

REQUEST = Scope("request")
CONFIG = Scope("HyperParameterTuningJobConfig")
DEFINITION = Scope("training job definition")
LISTED = Scope("training job definition in a list")
RANGES = Scope("ParameterRanges or HyperParameterRanges")
INTEGER_RANGE = Scope("integer range")
CONTINUOUS_RANGE = Scope("continuous range")
ALGORITHM = Scope("AlgorithmSpecification")
BUILT_IN = Scope("AlgorithmSpecification with a built-in algorithm")
OWN_IMAGE = Scope("AlgorithmSpecification with another image")
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
    BUILT_IN,
    OWN_IMAGE,
    CHANNEL,
    S3_SOURCE,
    FILE_SYSTEM,
    RESOURCES,
    TUNING_RESOURCES,
)


def rule(
    rule_id: str, *scopes: Scope, when: str | None = None, equals: object = None, above: int | None = None
) -> Callable[[Function], Function]:
    """Register a function as (a part of) the rule with this id, for one or several scopes."""

    def register(function: Function) -> Function:
        for scope in scopes:
            if when is None:
                scope.always.append((rule_id, function))
            else:
                member, _, inner = when.partition(".")
                scope.by_member.setdefault(member, []).append((rule_id, function, member, inner, equals, above))
        return function

    return register


def registered() -> set[str]:
    """Return the ids of all rules that are functions."""
    found = {rule_id for scope in SCOPES for rule_id, _ in scope.always}
    return found | {entry[0] for scope in SCOPES for entries in scope.by_member.values() for entry in entries}
