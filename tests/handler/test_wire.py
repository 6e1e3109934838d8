"""Types survive CloudFormation: whatever the model allows comes back as it was."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tuning_job import wire
from tuning_job.service import request_shape

from tests.handler.world import FakeClock, SageMaker
from tests.shared import accepted_requests

SHAPE = request_shape(SageMaker(FakeClock()).client())
INTEGER_BOUNDS = {"integer": 2**31 - 1, "long": 2**63 - 1}
LOOKALIKES = [
    "",
    "true",
    "False",
    "1",
    "-0",
    "007",
    "1e3",
    "1.0",
    "null",
    "NaN",
    " 1 ",
    "\\",
    "\\\\x",
    "{{resolve:x}}",
    "ü-☃",
    "${x}",
]
KEYS = ["Ref", "Condition", "Fn::Sub", "__proto__", "$jsii.struct", "\\a", "\\\\b", "eta", "true", "1", "a.b"]


def through_cloudformation(shape: Any, value: Any) -> Any:
    """Do to a request what the construct and CloudFormation do to it."""
    if isinstance(value, dict) and shape.type_name == "map":
        return {escape(key): through_cloudformation(shape.value, item) for key, item in value.items()}
    if isinstance(value, dict):
        return {key: through_cloudformation(shape.members[key], item) for key, item in value.items()}
    if isinstance(value, list):
        return [through_cloudformation(shape.member, item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else value


def escape(key: str) -> str:
    special = key in ("Ref", "Condition", "__proto__") or key.startswith(("Fn::", "$jsii", "\\"))
    return f"\\{key}" if special else key


def samples(shape: Any) -> list[Any]:
    """Values of a leaf at its bounds."""
    kind = shape.type_name
    if kind == "boolean":
        return [True, False]
    if kind in INTEGER_BOUNDS:
        limit = INTEGER_BOUNDS[kind]
        return [
            shape.metadata.get("min", -limit - 1),
            0,
            1,
            2**53 + 1 if kind == "long" else 2,
            shape.metadata.get("max", limit),
        ]
    if kind == "float":
        return [0.0, -0.5, 1e-45, 3.4028235e38, 1e22, 1e16, 0.1, 5]
    return LOOKALIKES


def leaves(shape: Any) -> list[Any]:
    """One request per leaf and sample."""
    kind = shape.type_name
    if kind == "structure":
        return [{key: item} for key, member in shape.members.items() for item in leaves(member)]
    if kind == "list":
        return [[], *([item] for item in leaves(shape.member))]
    if kind == "map":
        return [{}, *({key: item} for key in KEYS for item in leaves(shape.value))]
    return samples(shape)


def test_every_leaf_at_its_bounds() -> None:
    requests = leaves(SHAPE)
    assert len(requests) > 1000
    for request in requests:
        restored = wire.restore(SHAPE, through_cloudformation(SHAPE, request))
        assert restored == request
        assert same_types(restored, request)
        assert not list(wire.misfits(SHAPE, restored))


def same_types(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return all(same_types(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return all(same_types(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) or {type(one), type(other)} == {int, float}


def values(shape: Any) -> st.SearchStrategy[Any]:
    kind = shape.type_name
    if kind == "structure":
        return st.fixed_dictionaries({}, optional={key: values(member) for key, member in shape.members.items()})
    if kind == "list":
        return st.lists(values(shape.member), max_size=2)
    if kind == "map":
        return st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), values(shape.value), max_size=3)
    if kind == "boolean":
        return st.booleans()
    if kind in INTEGER_BOUNDS:
        limit = INTEGER_BOUNDS[kind]
        return st.integers(-limit - 1, limit)
    if kind == "float":
        return st.floats(allow_nan=False, allow_infinity=False, width=32)
    return st.sampled_from(LOOKALIKES) | st.text(max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=values(SHAPE))
def test_random_requests(request: dict[str, Any]) -> None:
    restored = wire.restore(SHAPE, through_cloudformation(SHAPE, request))
    assert restored == request
    assert wire.digest(restored) == wire.digest(request)


@pytest.mark.parametrize("stem", sorted(accepted_requests()))
def test_accepted_requests(stem: str) -> None:
    request = accepted_requests()[stem]
    for key in ("HyperParameterTuningJobName", "Tags"):
        request.pop(key, None)
    assert wire.restore(SHAPE, through_cloudformation(SHAPE, request)) == request


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "1.0E8", 100_000_000), ("integer", "100.0", 100), ("long", "9007199254740993", 2**53 + 1),
        ("integer", "1.5", "1.5"), ("integer", "", ""), ("integer", "\u0661", "\u0661"),
        ("integer", "1E999999999", "1E999999999"),
        ("float", "1E-5", 1e-5), ("float", "+.5", 0.5), ("float", "1_0", "1_0"), ("float", "nan", "nan"),
        ("boolean", "True", True), ("boolean", "yes", "yes"), ("string", "1.0E8", "1.0E8"),
    ],
)  # fmt: skip
def test_spellings(kind: str, text: str, value: Any) -> None:
    class Shape:
        type_name = kind

    assert wire.restore(Shape, text) == value


def test_unknown_fields_are_kept_and_named() -> None:
    request = {
        "Brand": {"New": "1"},
        "TrainingJobDefinition": {"Also": ["true"]},
        "HyperParameterTuningJobConfig": "text",
    }
    assert wire.restore(SHAPE, request) == request
    assert list(wire.misfits(SHAPE, request)) == [
        "Brand is not a field of the API",
        "TrainingJobDefinition.Also is not a field of the API",
        "HyperParameterTuningJobConfig must be a structure",
    ]


def test_misfits_tell_a_boolean_from_a_number_and_show_no_value() -> None:
    definition = {"RandomSeed": True, "Environment": {"TOKEN": {"hidden": "x"}}, "EnableNetworkIsolation": 1}
    request = {"TrainingJobDefinition": {key: item for key, item in definition.items() if key != "RandomSeed"}}
    request["HyperParameterTuningJobConfig"] = {"RandomSeed": True}
    assert list(wire.misfits(SHAPE, request)) == [
        'TrainingJobDefinition.Environment["TOKEN"] must be a string',
        "TrainingJobDefinition.EnableNetworkIsolation must be true or false",
        "HyperParameterTuningJobConfig.RandomSeed must be an integer",
    ]


def test_the_digest_never_changes() -> None:
    """It is on jobs that run: another algorithm would start every one of them again."""
    assert wire.digest({"b": [1, 0.1, True, "ü"], "a": {}}) == wire.digest({"a": {}, "b": [1, 0.1, True, "ü"]})
    assert wire.digest({"b": [1, 0.1, True, "ü"], "a": {}}) == "6142f80f38d61749bbfb205a1771c97b"
