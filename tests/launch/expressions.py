"""JSONata in rendered states, carried out as Step Functions would."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import jsonata  # type: ignore[import-untyped]

_EXPRESSION = re.compile(r"\{%(.*)%\}", re.DOTALL)


def value_of(template: Any, *, input: Any = None, result: Any = None, error: Any = None, **variables: Any) -> Any:
    """Return what a part of a state becomes: text that is an expression is evaluated, all else stays."""
    known = {"input": input, "result": result, "errorOutput": error}
    states = {name: each for name, each in known.items() if each is not None}
    return _value_of(template, {"states": states, **variables})


def _value_of(template: Any, bound: dict[str, Any]) -> Any:
    if isinstance(template, dict):
        return {name: _value_of(each, bound) for name, each in template.items()}
    if isinstance(template, list):
        return [_value_of(each, bound) for each in template]
    found = _EXPRESSION.fullmatch(template) if isinstance(template, str) else None
    if found is None:
        return template
    expression = jsonata.Jsonata(found[1].strip())
    expression.register_lambda("parse", json.loads)
    expression.register_lambda("uuid", lambda: str(uuid.uuid4()))
    return expression.evaluate(None, bound)


def chosen(state: Mapping[str, Any], data: Any) -> tuple[str, Any]:
    """Return where a choice leads with some data, and what it hands on."""
    for rule in state["Choices"]:
        if value_of(rule["Condition"], input=data) is True:
            return rule["Next"], value_of(rule["Output"], input=data)
    return state["Default"], data


def followers(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the states to which one can lead."""
    for each in (state, *state.get("Choices", ()), *state.get("Catch", ())):
        yield from (each[member] for member in ("Next", "Default") if member in each)
