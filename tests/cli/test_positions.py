"""Where something stands in a JSON text, and the steps that lead there."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_hpo.checks.paths import ROOT, at, rendered
from cdk_hpo.command.json_text import position
from cdk_hpo.command.steps import steps_of

TEXT = """\
{"a": {"b": [1,
  {"c": "}"}], "b\\u0063": null},
 "a": [
  true, "x\\"]"
  ]
}
"""


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], (1, 1)),
        (["a"], (3, 2)),  # the last of two members with the same name, as for the reader
        (["a", 0], (4, 3)),
        (["a", 1], (4, 9)),
        (["a", 2], (3, 2)),
        (["a", 1, "x"], (4, 9)),
        (["missing", "a"], (1, 1)),
    ],
)
def test_positions(steps: list[str | int], expected: tuple[int, int]) -> None:
    assert position(TEXT, steps) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=12,
    ),
    st.sampled_from([None, 1, 4]),
)
def test_every_place_is_found(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    lines = text.split("\n")
    for steps, found in places(value, ()):
        line, column = position(text, steps)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        expected = json.dumps(steps[-1] if steps and isinstance(steps[-1], str) else found, indent=None)
        assert rest.startswith(expected if not isinstance(found, (dict, list)) or expected[0] == '"' else expected[0])


def places(value: Any, way: tuple[str | int, ...]) -> Any:
    yield way, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield from places(inner, (*way, step))


@given(st.lists(st.text() | st.integers(0, 10**6)))
def test_steps_of_a_path(steps: list[str | int]) -> None:
    assert steps_of(rendered(at(ROOT, *steps))) == steps
