#!/usr/bin/env python3
"""Show that the tests' requests notice when a rule is broken.

Every rule is spoilt in several ways, in this process, and the reference cases and the requests of
tests/checks/boundaries.py are checked again. A mutant that no request notices survives: exit 1.

    python scripts/mutate_rules.py            all mutants, a summary and the survivors
"""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cdk_hpo.checks import catalogue, check, engine, registry, rules  # noqa: E402
from cdk_hpo.checks.patterns import ANYTHING, ONE_LINE  # noqa: E402
from cdk_hpo.checks.problems import Problem, Report  # noqa: E402
from cdk_hpo.checks.service_model import reachable, shapes  # noqa: E402
from cdk_hpo.checks.shape_rules import ENUMS, PATTERNS, RANGES, SIZES  # noqa: E402
from cdk_hpo.checks.shape_rules import ONE_LINE as ONE_LINE_RULE  # noqa: E402
from cdk_hpo.checks.walk import compiled_request  # noqa: E402
from tests.checks import boundaries, test_walk  # noqa: E402
from tests.checks.requests import edited  # noqa: E402
from tests.shared import SHARED  # noqa: E402

Mutant = tuple[str, str, Callable[[], Any]]
Known = tuple[Any, frozenset[str]]
# Mutants that change nothing: another constraint of the same rule says the same.
EQUIVALENT = {
    "read_only always reports",  # asked only when there is something to report
    "too_many_jobs is asked above 749",  # it asks again, by strategy
    "strategy._MOST_GRID = 751",  # a prime above 30 is no product of such ranges
    "ArnOrName: min = 0",
    "ArnOrName: min = None",
    "FileSystemId: min = 10",
    "FileSystemId: min = None",
}
GENERAL = ("required-field", "unknown-field", "wrong-type", "int32-range", "shuffle-seed-int64", "target-metric-finite")


def reported(request: Any) -> frozenset[str]:
    """Return the ids of the rules that report something."""
    return frozenset(finding.rule for finding in check(request))


def suite() -> list[Known]:
    """Return every request of the tests with the rules that must report: computed before any mutation."""
    cases = json.loads((SHARED / "rules" / "dev_cases.json").read_text(encoding="utf-8"))
    known: list[Known] = [(case["request"], frozenset(case["errors"] + case["warnings"])) for case in cases]
    for case in boundaries.CASES:
        request = edited(case.changes, remove=case.remove, base=case.base)
        known.append((request, frozenset(case.errors | case.warnings)))
    for name, steps in test_walk.CONSTRAINED:
        if "TrainingJobDefinitions" not in steps:  # the same shapes as in a single definition
            for _, value, _ in list(test_walk.bounds(name))[-12:]:
                request = test_walk.request_with(steps, value)
                known.append((request, reported(request)))
    return known


def noticed(rule_id: str, known: list[Known]) -> bool:
    """Tell whether some request gives another result than it must; those about the rule come first."""
    about = sorted(known, key=lambda entry: rule_id not in entry[1])
    return any(reported(request) != expected for request, expected in about)


@contextmanager
def entry_replaced(place: list[Any], index: int, new: Any) -> Iterator[None]:
    """Put another entry in a rule's place."""
    old = place[index]
    place[index] = new
    forget_plans()
    try:
        yield
    finally:
        place[index] = old
        forget_plans()


def forget_plans() -> None:
    """Let every scope look its rules up again."""
    for scope in registry.SCOPES:
        scope.plans.clear()


@contextmanager
def shape_replaced(name: str, change: dict[str, Any]) -> Iterator[None]:
    """Give a shape other constraints; None removes one."""
    shape = shapes()[name]
    old = copy.copy(shape)
    shape.update(change)
    for key in [key for key, value in shape.items() if value is None]:
        del shape[key]
    compiled_request.cache_clear()
    try:
        yield
    finally:
        shape.clear()
        shape.update(old)
        compiled_request.cache_clear()


@contextmanager
def constant_replaced(module: Any, name: str, value: object) -> Iterator[None]:
    """Give a constant of a rule's module another value."""
    old = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, old)


@contextmanager
def bound_replaced(module: Any, name: str, value: int) -> Iterator[None]:
    """Give a bound another value, in the rules' functions and in what decides whether they are asked."""
    old = getattr(module, name)
    with ExitStack() as stack:
        stack.enter_context(constant_replaced(module, name, value))
        for scope in registry.SCOPES:
            for place in scope.by_member.values():
                for index, entry in enumerate(place):
                    if entry[5] == old and entry[1].__module__ == module.__name__:
                        stack.enter_context(entry_replaced(place, index, (*entry[:5], value)))
        yield


@contextmanager
def walk_filtered(rule_id: str, silent: bool) -> Iterator[None]:
    """Let the walk never or always report a rule."""

    def compiled() -> Any:
        visit = compiled_request()

        def filtered(value: Any, parent: Any, step: Any, problems: list[Any]) -> Any:
            clean = visit(value, parent, step, problems)
            if silent:
                problems[:] = [entry for entry in problems if entry[0] != rule_id]
            else:
                problems.append((rule_id, Problem(None, "x", "y", "z")))
            return clean

        return filtered

    with constant_replaced(engine, "compiled_request", compiled):
        yield


def silent(_: Any, report: Report) -> None:
    """Report nothing."""


def loud(part: Any, report: Report) -> None:
    """Report everything."""
    report(part.path, "x", "y", "z")


def function_mutants() -> Iterator[Mutant]:
    """Spoil each registered function: never, always."""
    for scope in registry.SCOPES:
        places: list[list[Any]] = [scope.always, *scope.by_member.values()]
        for place in places:
            for index, entry in enumerate(place):
                never, always = (entry[0], silent, *entry[2:]), (entry[0], loud, *entry[2:])
                kinds = {"never reports": never, "always reports": always}
                if place is not scope.always and entry[4:] != (None, None):
                    # asked whatever the member's value is
                    kinds["always reports"] = (entry[0], loud, *entry[2:4], None, None)
                if place is not scope.always and entry[5] is not None:
                    for bound in (entry[5] - 1, entry[5] + 1):
                        kinds[f"is asked above {bound}"] = (*entry[:5], bound)
                for kind, new in kinds.items():
                    yield entry[0], f"{entry[1].__name__} {kind}", partial(entry_replaced, place, index, new)


def constant_mutants() -> Iterator[Mutant]:
    """Move each number of the rules' modules by one."""
    for found in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"cdk_hpo.checks.rules.{found.name}")
        for name, value in vars(module).items():
            if type(value) is int and name.isupper():
                for other in (value - 1, value + 1):
                    yield "", f"{found.name}.{name} = {other}", partial(bound_replaced, module, name, other)


def shape_mutants() -> Iterator[Mutant]:
    """Drop, tighten and loosen each constraint of the service model."""
    for name in sorted(reachable()):
        shape = shapes()[name]
        changes: list[tuple[str, str, dict[str, Any]]] = []
        number = shape["type"] in ("integer", "long")
        size_rule = (RANGES if number else SIZES).get(name)
        if "enum" in shape:
            changes.append((ENUMS[name], "enum without its first member", {"enum": shape["enum"][1:]}))
            changes.append((ENUMS[name], "enum dropped", {"enum": None}))
        elif size_rule:
            for key in {"min", "max"} & shape.keys():
                if key == "min" and shape[key] == 0 and not number:
                    continue
                for other in (shape[key] - 1, shape[key] + 1, None):
                    changes.append((size_rule, f"{key} = {other}", {key: other}))
        pattern = shape.get("pattern")
        if pattern is not None and pattern not in ANYTHING and "enum" not in shape:
            rule_id = ONE_LINE_RULE if pattern in ONE_LINE else PATTERNS[name]
            changes.append((rule_id, "pattern dropped", {"pattern": None}))
            changes.append((rule_id, "pattern never matches", {"pattern": "(?!)"} if pattern not in ONE_LINE else {}))
        for rule_id, words, change in changes:
            if change:
                yield rule_id, f"{name}: {words}", partial(shape_replaced, name, change)


def general_mutants() -> Iterator[Mutant]:
    """Spoil the rules that have no shape of their own, and the one for line breaks."""
    for rule_id in (*GENERAL, ONE_LINE_RULE):
        for quiet in (True, False):
            words = "never reports" if quiet else "always reports"
            yield rule_id, f"walk {words}", partial(walk_filtered, rule_id, quiet)


def main() -> int:
    """Try all mutants and print what survives."""
    start = time.monotonic()
    known = suite()
    wrong = [request for request, expected in known if reported(request) != expected]
    if wrong:
        print(f"{len(wrong)} requests are judged wrongly before any mutation", file=sys.stderr)
        return 2
    killed: dict[str, int] = {}
    survivors = []
    for mutants in (function_mutants, constant_mutants, shape_mutants, general_mutants):
        for rule_id, words, make in list(mutants()):
            if words in EQUIVALENT:
                continue
            with make():
                seen = noticed(rule_id, known)
            if seen:
                killed[rule_id] = killed.get(rule_id, 0) + 1
            else:
                survivors.append(f"{rule_id}: {words}")
    ids = {entry.id for entry in catalogue().values() if entry.decidable}
    untouched = sorted(ids - killed.keys())
    total = sum(killed.values())
    print(
        f"{len(known)} requests; {total} of {total + len(survivors)} mutants noticed; "
        f"{len(ids) - len(untouched)} of {len(ids)} rules; {time.monotonic() - start:.0f} s"
    )
    for line in survivors + [f"{rule_id}: no mutant noticed" for rule_id in untouched]:
        print(f"survived  {line}")
    return 1 if survivors or untouched else 0


if __name__ == "__main__":
    sys.exit(main())
