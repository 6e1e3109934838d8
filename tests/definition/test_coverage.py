"""Every field of the API can be said with a typed definition, and nothing is lost on the way."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import cdk_hpo as hpo
from tests.requests import leaf_paths, leaf_samples, requests, requests_by_leaf, with_leaf
from tests.shared import accepted_requests


def round_trip(request: dict[str, Any]) -> dict[str, Any]:
    return hpo.TuningJobDefinition.from_request(request).to_request()


def test_a_typed_definition_can_produce_every_leaf(capsys: pytest.CaptureFixture[str]) -> None:
    paths = list(leaf_paths())
    unreached = []
    for path in paths:
        request = with_leaf(path, leaf_samples(path)[0])
        try:
            if round_trip(request) != request:
                unreached.append(".".join(path))
        except hpo.ValidationError as error:
            unreached.append(f"{'.'.join(path)}: {error}")
    with capsys.disabled():
        print(f"\ncoverage: {len(paths) - len(unreached)} of {len(paths)} leaves of the API's request")
    assert unreached == []


def test_every_sample_of_every_leaf_comes_back() -> None:
    for name, value, request in requests_by_leaf():
        assert round_trip(request) == request, (name, value)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=requests())
def test_random_requests_come_back(request: dict[str, Any]) -> None:
    assert round_trip(request) == request


@pytest.mark.parametrize("stem", sorted(accepted_requests()))
def test_accepted_requests_come_back(stem: str) -> None:
    request = accepted_requests()[stem]
    definition = hpo.TuningJobDefinition.from_request(request)
    assert definition.to_request() == request
    assert definition == hpo.TuningJobDefinition.from_request(request)
