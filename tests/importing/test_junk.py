"""Whatever stands in a source, there is an answer and no traceback."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from cdk_hpo.command.unusable import Unusable
from cdk_hpo.importing.fitting import fitted
from cdk_hpo.importing.module import Named, written
from cdk_hpo.importing.sources import readings
from tests.importing.modules import run
from tests.importing.test_requests import described
from tests.importing.test_round_trip import REQUESTS
from tests.importing.test_sdk import CASES
from tests.importing.test_terraform import BASIC, managed, plan, resource, state

RICH = REQUESTS["tf-multi-definitions-everything"]
SOURCES: dict[str, Any] = {
    "request": RICH,
    "describe": described(RICH),
    "state": state(managed(resource(BASIC))),
    "plan": plan(resource(BASIC), {"training_job_definition": [{"role_arn": True}]}, {}),
    "configuration": {"resource": {"aws_sagemaker_hyper_parameter_tuning_job": {"a": resource(BASIC)}}},
    **{name: case["arguments"] for name, case in CASES.items()},
}
JUNK: list[Any] = [None, True, 0, -1.5, "", "x", "${a}", [], [None], [1], ["x"], {}, {"a": 1}, {"Ref": "X"}, [[]], [{}]]


class _Document:
    name = "junk.json"

    def __init__(self, *values: Any) -> None:
        self.values = list(values)


def places(value: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield steps
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*steps, key))


def spoilt(value: Any, chance: random.Random) -> Any:
    """Return a copy in which something stands at a place where it does not belong, or under another name."""
    if not (all_places := [steps for steps in places(value) if steps]):
        return value
    out = copy.deepcopy(value)
    steps = chance.choice(all_places)
    holder = out
    for step in steps[:-1]:
        holder = holder[step]
    if isinstance(holder, dict) and chance.random() < 0.2:
        holder[f"{steps[-1]}x"] = holder.pop(steps[-1])
    else:
        holder[steps[-1]] = copy.deepcopy(chance.choice(JUNK))
    return out


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_spoilt_sources(name: str) -> None:
    for seed in range(80):
        chance = random.Random(seed)
        value = SOURCES[name]
        for _ in range(chance.choice([1, 1, 2, 5])):
            value = spoilt(value, chance)
        answer(value)


@pytest.mark.parametrize("format", ["request", "describe", "terraform", "sdk", None])
def test_each_reader_with_what_is_not_for_it(format: str | None) -> None:
    for value in [*JUNK, *SOURCES.values()]:
        answer(value, format)


def answer(value: Any, format: str | None = None) -> None:
    value = json.loads(json.dumps(value))
    try:
        found = readings(_Document(value), format)  # type: ignore[arg-type]
    except Unusable:
        return
    for reading in found:
        done = fitted(reading)
        if done.definition is None:
            assert done.findings
        else:
            run(written([Named("definition", done.definition)], ""))
