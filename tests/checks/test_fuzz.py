"""Whatever it is given: check never raises, is deterministic, and misses nothing that botocore finds."""

import copy
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk_hpo.checks import catalogue, check, is_unknown
from cdk_hpo.checks.examples import request_of
from tests.checks.requests import accepted, resolve

SHAPE: Any = Session().get_service_model("sagemaker").operation_model("CreateHyperParameterTuningJob").input_shape
EXAMPLES = [request_of(entry.right) for entry in catalogue().values() if entry.right is not None]
BASES = [*accepted().values(), *EXAMPLES]
# botocore takes tokens for data.
WITHOUT_TOKENS = [base for base in BASES if not re.search(r'Token\[|"Ref"|"Fn::|e\+289', json.dumps(base))]
RELAXED = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "150")), deadline=None, suppress_health_check=list(HealthCheck)
)


def known(value: Any) -> bool:
    """Leave out tokens: botocore takes them for data."""
    return not is_unknown(value)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
names = st.text(min_size=1, max_size=8).filter(lambda name: known({name: 1}))
junk = st.recursive(
    scalars.filter(known),
    lambda inner: (st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)).filter(
        known
    ),
    max_leaves=10,
)
wild = st.recursive(
    scalars
    | st.binary(max_size=4)
    | st.builds(object)
    | st.builds(pow, st.just(10), st.just(5000))
    | st.just(-1.8881545897087626e289),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(scalars.filter(lambda key: key == key), inner, max_size=3)
    ),
    max_leaves=12,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key or index of it."""
    if isinstance(value, (dict, list)):
        for key in list(value if isinstance(value, dict) else range(len(value))):
            yield value, key
            yield from places(value[key])


@st.composite
def mutated(draw: st.DrawFn, values: st.SearchStrategy[Any] = junk, bases: list[Any] = BASES) -> Any:
    request = copy.deepcopy(draw(st.sampled_from(bases)))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(list(places(request))))
        kind = draw(st.sampled_from(["remove", "replace", "add", "repeat"]))
        if kind == "remove":
            del container[key]
        elif kind == "replace":
            container[key] = draw(values)
        elif kind == "add" and isinstance(container, dict):
            container[draw(names)] = draw(values)
        elif kind == "repeat" and isinstance(container[key], list):
            container[key] = container[key] * draw(st.integers(2, 40))
        if not isinstance(request, dict) or not request:
            break
    return request


@RELAXED
@given(mutated())
def test_mutated_requests(request: Any) -> None:
    before = copy.deepcopy(request)
    findings = check(request)
    assert json.dumps(request, default=repr) == json.dumps(before, default=repr), "the request was changed"
    assert check(copy.deepcopy(request)) == findings or "nan" in repr(request)
    for finding in findings:
        assert finding.rule in catalogue()
        if "(hidden)" not in finding.path:
            resolve(request, finding.path)


@RELAXED
@given(mutated(wild))
def test_wild_values_inside_requests(request: Any) -> None:
    assert [str(finding) for finding in check(request)] == [str(finding) for finding in check(request)]


@RELAXED
@given(wild)
def test_wild_requests(request: Any) -> None:
    for finding in check(request):
        str(finding)


def plain(path: str) -> str:
    """Write a path of either checker in one form, without quotes and brackets."""
    return re.sub(r'\["((?:[^"\\]|\\.)*)"\]', lambda part: "." + json.loads(f'"{part[1]}"'), path).lstrip(".")


@RELAXED
@given(mutated(bases=WITHOUT_TOKENS))
def test_nothing_that_botocore_finds_is_missed(request: Any) -> None:
    if not isinstance(request, dict):
        return
    report = ParamValidator().validate(request, SHAPE)
    found = {plain(finding.path) for finding in check(request)}
    for reason, name, details in report._errors:
        place = plain(name.split(" (key: ")[0])
        if reason == "unknown field":
            place = f"{place}.{details['unknown_param']}".lstrip(".")
        assert place in found or "(hidden)" in "".join(found), (reason, name, sorted(found))


def test_cycles_and_depth() -> None:
    cycle: dict[str, Any] = {}
    cycle["HyperParameterTuningJobConfig"] = cycle
    cycle["Tags"] = [cycle]
    assert check(cycle)
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    assert check({"Tags": deep})
    assert check(deep)


class Broken(Mapping[str, object]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> object:
        raise RuntimeError

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError

    def __len__(self) -> int:
        return 3


class Text(str):
    """A text of another class."""


def test_other_classes_of_mappings_texts_and_lists() -> None:
    assert check(Broken()) == []
    request = copy.deepcopy(BASES[0])
    request["HyperParameterTuningJobName"] = Text("a_b")
    request["Tags"] = ({"Key": Text("k"), "Value": "v"},)
    assert [finding.rule for finding in check(request)] == ["job-name-pattern"]


def test_what_is_no_request_at_all() -> None:
    values: list[Any] = [None, 1, "x", [], True, 1.5]
    for value in values:
        assert [finding.rule for finding in check(value)] == ["wrong-type"]
        assert check(value)[0].path == ""
