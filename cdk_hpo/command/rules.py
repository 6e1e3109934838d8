"""``cdk-hpo rules``: list the rules, explain one."""

from __future__ import annotations

import json
import sys

from cdk_hpo.checks.rule_catalogue import catalogue
from cdk_hpo.command.terminal import Paint, colours, width, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from typing import Any

    from cdk_hpo.checks.rule_catalogue import Rule

DONE, UNKNOWN_RULE = 0, 2
#: What is written for the severity of a rule that cannot be decided from a request.
_OTHER = "account"


def explain(given: Namespace) -> int:
    """Print what the command line asks for; return the exit status."""
    problem = problem_with_ids(given.ids, ())
    if problem and not all(each in catalogue() for each in given.ids):
        print(f"cdk-hpo: {problem}", file=sys.stderr)
        return UNKNOWN_RULE
    rules = [catalogue()[each] for each in given.ids] or list(catalogue().values())
    if given.format == "json":
        json.dump([_as_json(each, whole=bool(given.ids)) for each in rules], sys.stdout, indent=2)
        print()
    elif given.ids:
        print("\n\n".join(_explained(each, Paint(colours())) for each in rules))
    else:
        _list(rules, Paint(colours()))
    return DONE


def problem_with_ids(chosen: Iterable[str], ignored: Iterable[str]) -> str | None:
    """Return what is wrong with rule ids on the command line, or None."""
    both = sorted(set(chosen) & set(ignored))
    if both:
        return f"{both[0]} is both asked for by --rule and left out by --ignore"
    for rule_id in (*chosen, *ignored):
        if rule_id not in catalogue():
            from cdk_hpo.checks.say import closest

            similar = closest(rule_id, catalogue())
            return f'there is no rule "{rule_id}"' + (
                f": did you mean {similar}?" if similar else "; cdk-hpo rules lists all"
            )
    for rule_id in chosen:
        if not catalogue()[rule_id].decidable:
            return f"the rule {rule_id} depends on the account: it cannot be checked here"
    return None


def _list(rules: list[Rule], paint: Paint) -> None:
    longest = max(len(each.id) for each in rules)
    for each in rules:
        severity = each.severity or _OTHER
        print(f"{each.id:<{longest}}  {paint(severity, f'{severity:<7}')}  {each.summary}")
    errors, warnings = (sum(each.severity == wanted for each in rules) for wanted in ("error", "warning"))
    others = len(rules) - errors - warnings
    print(
        f"\n{len(rules)} rules: {errors} errors, {warnings} warnings, {others} that depend on the account or on other "
        "jobs and are only documented.\nAn error is what the service refuses. cdk-hpo rules ID explains a rule."
    )


def _explained(each: Rule, paint: Paint) -> str:
    from cdk_hpo.command.rule_examples import right_lines, said, wrong_lines

    severity = each.severity or _OTHER
    lines = [f"{paint('strong', each.id)}  {paint(severity, severity)}", *wrapped(each.summary, width()), ""]
    for name, text in (("Where", each.where), ("Why", each.why), ("Source", each.source)):
        if text != "-":
            lines += _hanging(f"{name:<8}", text)
    if not each.decidable:
        lines += ["", "It depends on the account or on other jobs, so it cannot be checked from a request."]
    if each.wrong is not None:
        lines += ["", paint("error", "Wrong"), *wrong_lines(each)]
        for message in said(each):
            lines += _hanging("  -> ", message)
    if each.right is not None:
        lines += ["", paint("good", "Right"), *right_lines(each)]
    return "\n".join(lines)


def _hanging(head: str, text: str) -> list[str]:
    """Return a text behind a head, its further lines indented as far."""
    first, *others = wrapped(text, width() - len(head))
    return [head + first, *(f"{'':{len(head)}}{line}" for line in others)]


def _as_json(each: Rule, *, whole: bool) -> dict[str, Any]:
    """Return a rule as JSON; its examples as whole requests when few rules are asked for."""
    from cdk_hpo.checks.examples import request_of

    told: dict[str, Any] = each._asdict() | {"severity": each.severity}
    for name in ("wrong", "right"):
        example = told.pop(name)
        if whole:
            told[name] = None if example is None else request_of(example)
    return told
