"""Names that stand more than once are found where they are."""

import json
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from cdk_hpo.importing.repeated import repeated_in_json, repeated_in_yaml
from tests.importing.test_junk import SOURCES


def nodes(text: str) -> list[Any]:
    return list(yaml.compose_all(text, yaml.SafeLoader))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('{"a": 1, "b": {"a": 1}}', []),
        ('[{"a": 1}, {"a": 1}]', []),
        ('{"a": 1, "a": 1}', ["a"]),
        ('{"a": 1, "a": 2, "a": 3}', ["a"]),
        ('{"b": [1, {"c d": 1, "c d": 2}], "a": {"x": 1, "x": 1}}', ["a.x", 'b[1]["c d"]']),
        ("7", []),
    ],
)
def test_places(text: str, places: list[str]) -> None:
    assert sorted(repeated_in_json(text)) == sorted(repeated_in_yaml(nodes(text))) == places


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_right_sources(name: str) -> None:
    assert repeated_in_json(json.dumps(SOURCES[name])) == []
    assert repeated_in_yaml(nodes(yaml.safe_dump(SOURCES[name]))) == []


def test_yaml_of_its_own_kind() -> None:
    assert repeated_in_yaml(nodes("a: &a {x: 1}\nb: {<<: *a, <<: *a, x: 2}\n? [1]\n: 2\n? [1]\n: 2\n")) == []
    assert repeated_in_yaml(nodes("a: &a {x: 1, x: 2, y: *a}\nb: *a\n---\nc: 1\nc: 2\n")) == ["c", "a.x"]


def test_depth() -> None:
    assert repeated_in_json("[" * 900 + '{"a": 1, "a": 2}' + "]" * 900) == ["[0]" * 900 + ".a"]
