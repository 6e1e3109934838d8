"""The examples of a rule, as the few lines in which they differ from a request that is right."""

from __future__ import annotations

import json

from cdk_hpo.checks.engine import check
from cdk_hpo.checks.examples import base_request, request_of
from cdk_hpo.command.steps import steps_of
from cdk_hpo.command.terminal import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cdk_hpo.checks.rule_catalogue import Rule

_MISSING = object()
_MANY, _FEW = 8, 3
_LONG = 64


def wrong_lines(rule: Rule) -> list[str]:
    """Return what makes a request wrong."""
    return [_line(path, value) for path, value in _changes(rule.wrong or {})]


def right_lines(rule: Rule) -> list[str]:
    """Return what makes it right: the same places, and what else the example changes."""
    right = dict(_changes(rule.right or {}))
    base = request_of(rule.right or {})
    for path, _ in _changes(rule.wrong or {}):
        if not any(path.startswith(each) or each.startswith(path) for each in right):
            right[path] = _value_at(base, path)
    return [_line(path, value) for path, value in right.items()] or ["  the request without that"]


def said(rule: Rule) -> list[str]:
    """Return what a check says about the wrong example."""
    found = check(request_of(rule.wrong or {}))
    return [each.message for each in found if each.rule == rule.id][:_FEW]


def _changes(example: dict[str, Any]) -> list[tuple[str, Any]]:
    return [*_differences(base_request(example.get("base", "single")), request_of(example), "")]


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _differences(old.get(key, _MISSING), new.get(key, _MISSING), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{path}[{index}]")
    elif old is _MISSING or new is _MISSING or type(old) is not type(new) or old != new:
        yield path, new


def _value_at(value: Any, path: str) -> Any:
    for step in steps_of(path):
        try:
            value = value[step]
        except (LookupError, TypeError):
            return _MISSING
    return value


def _line(path: str, value: Any) -> str:
    if value is _MISSING:
        return f"  {path}: (left out)"
    text = json.dumps(_shortened(value), ensure_ascii=False)
    if isinstance(value, (dict, list)) and len(path) + len(text) > width():
        text = json.dumps(_shortened(value), ensure_ascii=False, indent=2).replace("\n", "\n  ")
    return f"  {path}: {text}"


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        items = [*value.items()]
        kept = {_shortened(key): _shortened(each) for key, each in (items if len(items) <= _MANY else items[:_FEW])}
        return kept if len(items) <= _MANY else {**kept, "…": f"{len(items)} entries"}
    if isinstance(value, list):
        kept_items = [_shortened(each) for each in (value if len(value) <= _MANY else value[:_FEW])]
        return kept_items if len(value) <= _MANY else [*kept_items, f"… {len(value)} items"]
    if isinstance(value, str) and len(value) > _LONG:
        return f"{value[:40]}… ({len(value)} characters)"
    return value
