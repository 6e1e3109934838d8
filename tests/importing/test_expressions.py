"""The nicest constructors, and only what is not the default."""

from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from cdk_hpo.importing.builtin import Known, known_image
from tests.importing.modules import fit, module_of, round_trip

XGBOOST = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def module(request: dict[str, Any]) -> str:
    definition = fit(request).definition
    assert definition is not None
    return module_of(definition)


def with_definition(**changes: Any) -> dict[str, Any]:
    request = base_request()
    request["TrainingJobDefinition"] |= changes
    return request


def with_image(image: str) -> dict[str, Any]:
    return with_definition(AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"})


def test_a_built_in_image_becomes_an_algorithm() -> None:
    assert 'hpo.Algorithm.built_in("xgboost", "1.7-1")' in module(with_image(XGBOOST))
    assert known_image("438346466558.dkr.ecr.eu-west-1.amazonaws.com/kmeans:1") == Known("kmeans", None, "eu-west-1")


@pytest.mark.parametrize(
    "image",
    [
        XGBOOST.replace("1.7-1", "1.7-9"),
        XGBOOST.replace("141502667606", "111122223333"),
        XGBOOST.replace("eu-west-1", "us-east-1"),
        XGBOOST.replace(":1.7-1", "@sha256:" + "0" * 64),
        XGBOOST.replace("ecr.", "ecr-fips."),
        XGBOOST + ".cn",
    ],
)
def test_other_images_stay_addresses(image: str) -> None:
    assert "hpo.Algorithm.from_image(" in module(with_image(image))
    assert round_trip(with_image(image)) == with_image(image)


def test_images_of_two_regions_cannot_both_follow_the_stack() -> None:
    request = base_request()
    one = request.pop("TrainingJobDefinition")
    other = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/kmeans:1"
    elsewhere = "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1"
    request["TrainingJobDefinitions"] = [
        {**one, "DefinitionName": name, "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"}}
        for name, image in (("a", other), ("b", elsewhere))
    ]
    written = module(request)
    assert 'hpo.Algorithm.built_in("kmeans")' in written
    assert f'hpo.Algorithm.from_image("{elsewhere}")' in written
    assert round_trip(request) == request


@pytest.mark.parametrize(
    ("bounds", "code"),
    [
        (("1", "10"), "1, 10"),
        (("0.00001", "0.50"), '0.00001, "0.50"'),
        (("1e-5", "007"), '"1e-5", "007"'),
        (("-0", "+1"), '"-0", "+1"'),
        (("-1.5", "1_000"), '-1.5, "1_000"'),
        ((" 1", "True"), '" 1", "True"'),
        (("٣", "1" * 30 + ".5"), f'"٣", "{"1" * 30}.5"'),
    ],
)
def test_bounds_are_numbers_where_the_same_text_is_sent(bounds: tuple[str, str], code: str) -> None:
    request = base_request()
    ranges = [{"Name": "x", "MinValue": bounds[0], "MaxValue": bounds[1]}]
    request["HyperParameterTuningJobConfig"]["ParameterRanges"] = {"ContinuousParameterRanges": ranges}
    assert f'hpo.ContinuousParameter("x", {code})' in module(request)
    assert round_trip(request) == request


def test_defaults_are_not_written() -> None:
    written = module(base_request())
    for name in ("strategy=", "input_mode=", "data_type=", "count=", "None"):
        assert name not in written


def test_tags_are_a_dictionary_unless_a_key_occurs_twice() -> None:
    once = base_request() | {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]}
    assert 'tags={"a": "1", "b": ""}' in module(once)
    twice = base_request() | {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}
    assert 'tags=[hpo.Tag("a", "1"), hpo.Tag("a", "2")]' in module(twice)
    assert round_trip(twice) == twice


def test_values_newer_than_the_library_stay_text() -> None:
    request = base_request()
    request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"] = "Balance"
    request["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingInputMode"] = "Stream"
    assert 'hpo.Objective("Balance", ' in module(request)
    assert 'input_mode="Stream"' in module(request)
    assert round_trip(request) == request


def test_tokens_are_kept_as_they_are() -> None:
    request = base_request()
    request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"] = -1.8881545897087626e289
    assert "max_parallel_training_jobs=int(-1.8881545897087626e289)" in module(request)
    assert round_trip(request) == request
