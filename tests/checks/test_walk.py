"""Every constraint of the service model, in every place where a request has it: both sides of each bound."""

from collections.abc import Iterator
from typing import Any

import pytest

from cdk_hpo.checks import check
from cdk_hpo.checks.patterns import ANYTHING, ONE_LINE, matcher, tag_characters
from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.checks.shape_rules import ENUMS, PATTERNS, RANGES, SIZES
from cdk_hpo.checks.shape_rules import ONE_LINE as ONE_LINE_RULE


def places(name: str = REQUEST_SHAPE, steps: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every shape of a request with the steps that lead to it; ``KEY`` and ``VALUE`` are a map's."""
    shape = shapes()[name]
    yield name, steps
    for member, target in shape.get("members", {}).items():
        yield from places(target["shape"], (*steps, member))
    if "member" in shape:
        yield from places(shape["member"]["shape"], (*steps, 0))
    if "key" in shape:
        yield shape["key"]["shape"], (*steps, "KEY")
        yield shape["value"]["shape"], (*steps, "VALUE")


def request_with(steps: tuple[Any, ...], value: Any) -> Any:
    """Return a request that holds nothing but a value in its place."""
    for step in reversed(steps):
        value = [value] if step == 0 else {value: "v"} if step == "KEY" else {"k" if step == "VALUE" else step: value}
    return value


def of_size(shape: dict[str, Any], size: int) -> Any:
    if shape["type"] == "list":
        return [None] * size
    return {str(n): None for n in range(size)} if shape["type"] == "map" else "a" * size


def bounds(name: str) -> Iterator[tuple[str, Any, bool]]:
    """Rule, value, and whether the rule has to report it, for each constraint of a shape."""
    shape = shapes()[name]
    if "enum" in shape:
        yield from ((ENUMS[name], value, False) for value in shape["enum"])
        yield from ((ENUMS[name], value, True) for value in ("", shape["enum"][0].swapcase(), shape["enum"][0] + "\n"))
        return
    least, most = shape.get("min"), shape.get("max")
    number = shape["type"] == "integer"
    rule = (RANGES if number else SIZES).get(name)
    pattern = shape.get("pattern", r"[\S\s]*")
    own_pattern = PATTERNS.get(name)

    def value_of(size: int) -> Any:
        return size if number else of_size(shape, size)

    if rule and least is not None:
        if rule != own_pattern:
            yield rule, value_of(least), False
        if number or least > 0:
            yield rule, value_of(least - 1), True
    if rule and most is not None:
        if rule != own_pattern:
            yield rule, value_of(most), False
        yield rule, value_of(most + 1), True
    if pattern in ONE_LINE:
        yield ONE_LINE_RULE, "a\nb", True
        yield ONE_LINE_RULE, "a b", False
    elif pattern not in ANYTHING:
        yield PATTERNS[name], "#" * max(least or 0, 1), True


CONSTRAINED = [(name, steps) for name, steps in places() if any(True for _ in bounds(name))]


@pytest.mark.parametrize("place", CONSTRAINED, ids=[".".join(map(str, steps)) for _, steps in CONSTRAINED])
def test_bounds(place: tuple[str, tuple[Any, ...]]) -> None:
    name, steps = place
    for rule, value, wrong in bounds(name):
        found = {finding.rule for finding in check(request_with(steps, value))}
        assert (rule in found) is wrong, (rule, value)


WRONG_TYPES: dict[str, list[Any]] = {
    "string": [1, 1.5, True, None, [], {"a": 1}],
    "integer": ["1", 1.5, True, None, [1], {"a": 1}, "-1"],
    "long": ["1", 1.0, False, None, [1]],
    "float": ["1", True, None, [1]],
    "boolean": ["true", 1, 0, None, []],
    "list": ["a", 1, None, {"a": 1}],
    "map": ["a", 1, None, []],
    "structure": ["a", 1, None, []],
}


@pytest.mark.parametrize("place", [place for place in places() if place[1] and place[1][-1] != "KEY"], ids=str)
def test_types(place: tuple[str, tuple[Any, ...]]) -> None:
    name, steps = place
    for value in WRONG_TYPES[shapes()[name]["type"]]:
        assert "wrong-type" in {finding.rule for finding in check(request_with(steps, value))}, value


@pytest.mark.parametrize("place", [place for place in places() if shapes()[place[0]]["type"] == "structure"], ids=str)
def test_members(place: tuple[str, tuple[Any, ...]]) -> None:
    name, steps = place
    shape = shapes()[name]
    findings = check(request_with(steps, {"Nonsense": 1}))
    missing = [finding.message.split(" ")[0] for finding in findings if finding.rule == "required-field"]
    assert {"unknown-field"} <= {finding.rule for finding in findings}
    assert set(shape.get("required", [])) <= set(missing)


def test_patterns_match_whole_ascii_texts() -> None:
    digits = matcher(r"\d{2}")
    assert digits("12")
    assert not digits("12\n") and not digits("123") and not digits("\u0661\u0662")
    dots = matcher(r"a[.]\..")
    assert dots("a..x")
    assert not dots("axxx") and not dots("a..\u2028")


def test_characters_of_tags() -> None:
    assert tag_characters("aZ9 _.:/=+-@äß漢\u3000٣")
    for character in "\t#*,;!\u0301\U0001f600":
        assert not tag_characters(character)
