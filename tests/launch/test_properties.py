"""The request survives the way through the template and CloudFormation."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tuning_job import wire

from cdk_hpo.launch.properties import as_properties
from tests.requests import request_shape, requests, requests_by_leaf


def through_cloudformation(properties: Any) -> Any:
    """Return properties as CloudFormation hands them over: through JSON, numbers and booleans as text."""
    return _as_text(json.loads(json.dumps(properties), parse_int=_javascript))


def _javascript(digits: str) -> int:
    # JavaScript's numbers are doubles.
    return int(float(digits))


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_text(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def arrives(request: dict[str, Any]) -> Any:
    return wire.restore(request_shape(), through_cloudformation(as_properties(request)))


def test_every_sample_of_every_leaf() -> None:
    count = 0
    for name, value, request in requests_by_leaf():
        assert arrives(request) == request, (name, value)
        count += 1
    assert count > 500


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=requests())
def test_random_requests(request: dict[str, Any]) -> None:
    assert arrives(request) == request


@pytest.mark.parametrize("member", ["StaticHyperParameters", "Environment"])
@given(key=st.sampled_from(["Ref", "Condition", "Fn::GetAtt", "__proto__", "$jsii.map", "\\", "\\Ref"]) | st.text())
@settings(max_examples=50, deadline=None)
def test_keys_that_mean_something_to_others(member: str, key: str) -> None:
    request = {"TrainingJobDefinition": {member: {key: "1"}}}
    properties = as_properties(request)["TrainingJobDefinition"][member]
    assert not {"Ref", "__proto__"} & set(properties)
    assert not any(each.startswith(("Fn::", "$jsii")) for each in properties)
    assert arrives(request) == request
