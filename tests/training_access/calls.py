"""The calls that a training job of one definition makes with its execution role."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.training_access.facts import FINDERS, Part, World
from tests.training_access.table import Row, rows


@dataclass(frozen=True)
class Call:
    """One call as IAM sees it, the row of the table that it comes from, and what was found in the request."""

    action: str
    resource: str
    context: Mapping[str, Any]
    row: Row
    facts: Mapping[str, Any]


def calls_of(part: Part, job: str, world: World) -> list[Call]:
    """Return the calls, each once.

    Parameters
    ----------
    part
        A training job definition of a request.
    job
        The training job's name.
    world
        Where it runs.
    """
    common = {"partition": world.partition, "region": world.region, "account": world.account, "job": job}
    found: dict[str, Call] = {}
    for row in rows():
        for facts in FINDERS[row.facts](part, world):
            values = {**common, **facts}
            resource = row.resource.format(**values)
            context = {key: _filled(value, values) for key, value in row.context.items()}
            for action in row.actions:
                call = Call(action, resource, {key: each for key, each in context.items() if each != []}, row, values)
                found.setdefault(json.dumps([action, resource, call.context], sort_keys=True), call)
    return list(found.values())


def _filled(template: str, values: Mapping[str, Any]) -> Any:
    """Fill in the facts; a template that is one name gives the fact itself, which may be a list."""
    name = template.removeprefix("{").removesuffix("}")
    return values[name] if template == f"{{{name}}}" else template.format(**values)
