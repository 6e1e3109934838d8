import re
from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from cdk_hpo.local.sagemaker.validation import compiled, service_model, validate
from tests.local.requests import tuning_request
from tests.local.sagemaker.conftest import Bench
from tests.shared import accepted_requests

CREATE = "CreateHyperParameterTuningJob"


def message(request: dict[str, Any]) -> str:
    with pytest.raises(ServiceError) as refused:
        validate(CREATE, request)
    return str(refused.value)


@pytest.mark.parametrize(("name", "request_"), accepted_requests().items())
def test_what_the_service_accepts_is_accepted(bench: Bench, name: str, request_: dict[str, Any]) -> None:
    bench.call(CREATE, **request_)
    bench.now += 11
    assert bench.status(request_["HyperParameterTuningJobName"]) == "Completed"


def test_all_problems_come_in_one_message_in_the_words_of_the_service() -> None:
    request = tuning_request("-not-a-name")
    request["HyperParameterTuningJobConfig"]["Strategy"] = "Guess"
    request["TrainingJobDefinition"]["ResourceConfig"]["InstanceCount"] = -1
    del request["TrainingJobDefinition"]["OutputDataConfig"]
    text = message(request)
    assert text.startswith("ValidationException: 4 validation errors detected: Value '-not-a-name' at ")
    assert (
        "Value 'Guess' at 'hyperParameterTuningJobConfig.strategy' failed to satisfy constraint: Member must " in text
    )
    assert "[Bayesian, Random, Hyperband, Grid]" in text
    assert "Value '-1' at 'trainingJobDefinition.resourceConfig.instanceCount' failed to satisfy constraint" in text
    assert (
        "Value null at 'trainingJobDefinition.outputDataConfig' failed to satisfy constraint: Member must not" in text
    )


def test_one_problem_is_singular() -> None:
    assert message(tuning_request("job", Tags=[{"Key": "", "Value": ""}])) == (
        "ValidationException: 1 validation error detected: Value '' at 'tags.1.member.key' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1"
    )


def test_members_of_lists_are_counted_from_one() -> None:
    request = tuning_request("job")
    request["TrainingJobDefinition"]["InputDataConfig"][0]["ChannelName"] = "no spaces"
    assert "at 'trainingJobDefinition.inputDataConfig.1.member.channelName' failed" in message(request)


def test_simple_members_are_named_with_their_list() -> None:
    request = tuning_request("job")
    request["TrainingJobDefinition"]["VpcConfig"] = {"SecurityGroupIds": ["bad id"], "Subnets": ["subnet-1"]}
    text = message(request)
    assert (
        "Value '[bad id]' at 'trainingJobDefinition.vpcConfig.securityGroupIds' failed to satisfy constraint:" in text
    )
    assert "Member must satisfy constraint: [Member must have length less than or equal to 32, " in text


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            ("HyperParameterTuningJobConfig", "ResourceLimits", "MaxParallelTrainingJobs"),
            "2",
            "STRING_VALUE can not be",
        ),
        (("TrainingJobDefinition", "EnableManagedSpotTraining"), "true", "can not be converted to a Boolean"),
        (("TrainingJobDefinition", "StaticHyperParameters"), {"a": 1}, "NUMBER_VALUE can not be converted to a String"),
        (("TrainingJobDefinition", "InputDataConfig"), {}, "START_OBJECT can not be converted to a list"),
        (("TrainingJobDefinition",), [], "START_ARRAY can not be converted to a structure"),
    ],
)
def test_wrong_types_are_unreadable(path: tuple[str, ...], value: object, expected: str) -> None:
    request = tuning_request("job")
    place = request
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    text = message(request)
    assert text.startswith("SerializationException")
    assert expected in text


@pytest.mark.parametrize("forms", [{"TrainingJobDefinition": None}, {"TrainingJobDefinitions": "both"}])
def test_exactly_one_form_of_definitions(bench: Bench, forms: dict[str, Any]) -> None:
    request = tuning_request("job")
    if "TrainingJobDefinitions" in forms:
        forms = {"TrainingJobDefinitions": [{**request["TrainingJobDefinition"], "DefinitionName": "a"}]}
    with pytest.raises(ServiceError, match="Exactly one of TrainingJobDefinition and TrainingJobDefinitions"):
        bench.call(CREATE, **{key: value for key, value in {**request, **forms}.items() if value is not None})


def test_a_bound_that_is_no_number(bench: Bench) -> None:
    ranges = {"ContinuousParameterRanges": [{"Name": "eta", "MinValue": "low", "MaxValue": "1"}]}
    config = {**tuning_request("job")["HyperParameterTuningJobConfig"], "ParameterRanges": ranges}
    with pytest.raises(ServiceError, match="MinValue 'low' of the parameter eta is not a number"):
        bench.create("job", HyperParameterTuningJobConfig=config)


def test_every_pattern_of_the_operations_can_be_checked() -> None:
    patterns: set[str] = set()
    seen: set[str] = set()

    def walk(shape: Any) -> None:
        if shape is None or shape.name in seen:
            return
        seen.add(shape.name)
        patterns.update({shape.metadata["pattern"]} if "pattern" in shape.metadata else ())
        for inner in getattr(shape, "members", {}).values():
            walk(inner)
        for part in ("member", "key", "value"):
            walk(getattr(shape, part, None))

    for operation in (CREATE, "AddTags", "ListHyperParameterTuningJobs", "ListTrainingJobsForHyperParameterTuningJob"):
        walk(service_model().operation_model(operation).input_shape)
    assert len(patterns) > 15
    assert all(isinstance(compiled(pattern), re.Pattern) for pattern in patterns)


def test_unicode_letters_where_the_pattern_has_them_and_nowhere_else(bench: Bench) -> None:
    bench.create("job", Tags=[{"Key": "größe", "Value": "Zürich"}])
    assert "regular expression pattern" in message(tuning_request("größe"))
