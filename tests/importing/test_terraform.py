"""Terraform's forms of a tuning job: configuration in JSON, a state, and a plan in which not all is known."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from cdk_hpo.checks.service_model import REQUEST_SHAPE, shapes
from cdk_hpo.importing.fitting import fitted
from cdk_hpo.importing.notes import Reading
from cdk_hpo.importing.terraform import RESOURCE_TYPE, is_terraform, terraform
from cdk_hpo.importing.terraform_plan import planned
from tests.importing.test_requests import without_emptiness
from tests.importing.test_round_trip import REQUESTS

#: The provider's names where they are not the API's in snake_case.
NAMES = {
    "HyperParameterTuningJobName": "name",
    "HyperParameterTuningJobConfig": "config",
    "HyperParameterTuningJobObjective": "objective",
}
#: What the provider has no argument for.
BEYOND = ("DatasetSource", "InstancePreferences", "SelectedInstanceType")
IN_TERRAFORM = {
    name: request
    for name, request in REQUESTS.items()
    if "${" not in str(request) and not any(each in str(request) for each in BEYOND)
}


def snake(member: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", member)
    return words.lower().replace("in_gb", "in_gb")


def blocks(shape: str, given: Any) -> Any:
    """Write a value of the API as the provider has it: structures are lists of one."""
    model = shapes()[shape]
    if model["type"] == "structure":
        members = {
            NAMES.get(key, snake(key)): blocks(model["members"][key]["shape"], each) for key, each in given.items()
        }
        return [members]
    if model["type"] == "list":
        inner = model["member"]["shape"]
        items = [blocks(inner, each) for each in given]
        return [each[0] for each in items] if shapes()[inner]["type"] == "structure" else items
    return given


def resource(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request as the arguments of the resource."""
    members = {key: each for key, each in request.items() if key != "Tags"}
    arguments: dict[str, Any] = blocks(REQUEST_SHAPE, members)[0]
    tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", [])}
    return {**arguments, "tags": tags or None}


def state(*resources: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {"root_module": {"resources": list(resources), **others}},
    }


def managed(values: dict[str, Any], name: str = "example", module: str = "") -> dict[str, Any]:
    address = f"{module}{RESOURCE_TYPE}.{name}"
    return {"address": address, "mode": "managed", "type": RESOURCE_TYPE, "name": name, "values": values}


def only(value: dict[str, Any]) -> Reading:
    assert is_terraform(value)
    (reading,) = terraform(value)
    return reading


def notes(reading: Reading) -> list[tuple[str, bool]]:
    return [(note.path, note.lost) for note in reading.notes if note.path != "HyperParameterTuningJobName"]


BASIC = IN_TERRAFORM["tf-basic"]


def with_tags(request: dict[str, Any]) -> dict[str, Any]:
    tags = {"Tags": request["Tags"]} if request.get("Tags") else {}
    return without_emptiness(request) | tags


def test_there_are_many() -> None:
    assert len(IN_TERRAFORM) > 100


@pytest.mark.parametrize("name", sorted(IN_TERRAFORM))
def test_a_state_comes_back(name: str) -> None:
    request = IN_TERRAFORM[name]
    computed = {"arn": "arn:aws:…", "id": "x", "status": "Completed", "failure_reason": "", "timeouts": None}
    reading = only(state(managed(resource(request) | computed)))
    assert reading.request == with_tags(request)
    assert notes(reading) == []
    assert fitted(reading).definition is not None


def test_the_first_names_of_the_arguments_are_known_too() -> None:
    values = resource(BASIC)
    values["hyper_parameter_tuning_job_config"] = values.pop("config")
    config = values["hyper_parameter_tuning_job_config"][0]
    config["hyper_parameter_tuning_job_objective"] = config.pop("objective")
    values["hyper_parameter_tuning_job_name"] = values.pop("name")
    assert only(state(managed(values))).request == with_tags(BASIC)


def test_configuration_in_json() -> None:
    values = resource(BASIC)
    # Numbers and booleans may be text, and a block needs no list around it.
    values["config"] = values["config"][0]
    values["training_job_definition"][0]["resource_config"][0]["instance_count"] = "1"
    for bodies in (values, [values]):
        for kinds in ({RESOURCE_TYPE: {"a": bodies}}, [{RESOURCE_TYPE: [{"a": bodies}]}]):
            reading = only({"resource": kinds, "provider": {"aws": {}}})
            done = fitted(reading)
            assert done.definition is not None
            assert done.definition.to_request() == with_tags(BASIC)
            assert not done.reading.notes.lost
    assert only(values).request == only({RESOURCE_TYPE: {"a": values}}).request


def test_all_modules_are_read() -> None:
    child = {"address": "module.tuning", "resources": [managed(resource(BASIC), "inner", "module.tuning.")]}
    other = {"address": "aws_s3_bucket.x", "mode": "managed", "type": "aws_s3_bucket", "name": "x", "values": {}}
    found = terraform(state(managed(resource(BASIC)), other, child_modules=[child]))
    assert [each.label for each in found] == [f"{RESOURCE_TYPE}.example", f"module.tuning.{RESOURCE_TYPE}.inner"]
    assert [each.variable for each in found] == ["example", "inner"]


def test_expressions_are_said() -> None:
    values = resource(BASIC)
    values["training_job_definition"][0]["role_arn"] = "${aws_iam_role.training.arn}"
    values["training_job_definition"][0]["environment"] = {"TEMPLATE": "$${kept}"}
    values["config"][0]["random_seed"] = "${var.seed}"
    reading = only({"resource": {RESOURCE_TYPE: {"a": values}}})
    config = "HyperParameterTuningJobConfig"
    assert sorted(notes(reading)) == [(f"{config}.RandomSeed", True), ("TrainingJobDefinition.RoleArn", True)]
    definition = reading.request["TrainingJobDefinition"]
    assert definition["RoleArn"] == "${aws_iam_role.training.arn}"
    assert definition["Environment"] == {"TEMPLATE": "${kept}"}
    assert "RandomSeed" not in reading.request[config]


def test_repetition_default_tags_and_unknown_arguments_are_said() -> None:
    values = resource(BASIC) | {"tags": {"a": "b"}, "tags_all": {"a": "b", "owner": "me"}}
    values |= {"count": 2, "dynamic": {"training_job_definition": {}}, "depends_on": ["x"]}
    reading = only({"resource": {RESOURCE_TYPE: {"a": values}}})
    assert notes(reading) == [("dynamic", True), ("", True), ("Tags", False)]
    assert reading.request["Tags"] == [{"Key": "a", "Value": "b"}]


def plan(values: dict[str, Any], unknown: dict[str, Any], expressions: dict[str, Any], module: str = "") -> Any:
    planned = managed(values, module=f"{module}.")
    block = {
        "address": f"{RESOURCE_TYPE}.example",
        "type": RESOURCE_TYPE,
        "name": "example",
        "expressions": expressions,
    }
    configuration = {"module_calls": {"tuning": {"module": {"resources": [block]}}}}
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"address": module, "resources": [planned]}]}},
        "resource_changes": [{"address": planned["address"], "change": {"after_unknown": unknown}}],
        "configuration": {"root_module": configuration},
    }


def test_what_only_apply_will_know_is_said() -> None:
    values = resource(BASIC)
    definition = values["training_job_definition"][0]
    del definition["role_arn"]
    unknown = {
        "arn": True,
        "training_job_definition": [
            {
                "role_arn": True,
                "enable_network_isolation": True,
                "output_data_config": [{"kms_key_id": True}],
                "vpc_config": [],
            }
        ],
    }
    expressions = {
        "training_job_definition": [
            {
                "role_arn": {"references": ["aws_iam_role.training.arn", "aws_iam_role.training"]},
                "output_data_config": [{"kms_key_id": {"references": ["var.key"]}}],
            }
        ]
    }
    reading = only(plan(values, unknown, expressions, 'module.tuning["a"]'))
    definition_path = "TrainingJobDefinition"
    assert sorted(notes(reading)) == [
        (f"{definition_path}.OutputDataConfig.KmsKeyId", True),
        (f"{definition_path}.RoleArn", True),
    ]
    found = reading.request[definition_path]
    assert found["RoleArn"] == "<aws_iam_role.training.arn>"
    assert found["OutputDataConfig"]["KmsKeyId"] == "<var.key>"
    assert found["OutputDataConfig"]["S3OutputPath"] == definition["output_data_config"][0]["s3_output_path"]
    done = fitted(reading)
    assert done.definition is not None
    assert {"role-arn-length", "kms-key-charset"} & {finding.rule for finding in done.findings}


SECRET = "s3cr3t-value"


def hidden(marks: Any, change: Any = None) -> Reading:
    """Return a job with secrets in several places, in a state with these marks, or in a plan with those."""
    values = resource(BASIC) | {"tags": {"token": SECRET, "team": "a"}, "tags_all": {"token": SECRET, "team": "a"}}
    definition = values["training_job_definition"][0]
    definition["static_hyper_parameters"] = {"key": SECRET, "rounds": "5"}
    definition["vpc_config"] = [{"subnets": ["subnet-1", SECRET], "security_group_ids": ["sg-1"]}]
    whole = state({**managed(values), "sensitive_values": marks})
    if change is None:
        return only(whole)
    address = managed(values)["address"]
    return only(
        {
            "format_version": "1.2",
            "planned_values": whole["values"],
            "resource_changes": [{"address": address, "change": {"after_sensitive": change}}],
        }
    )


STATIC = "TrainingJobDefinition.StaticHyperParameters"
ALL = {"static_hyper_parameters": {"key": True}, "vpc_config": [{"subnets": [False, True]}]}


@pytest.mark.parametrize("form", ["object", "list", "plan"])
def test_what_is_sensitive_is_left_out(form: str) -> None:
    marks: dict[str, Any] = {"training_job_definition": ALL if form == "object" else [ALL], "tags": {"token": True}}
    reading = hidden({}, marks) if form == "plan" else hidden(marks)
    assert SECRET not in str(reading.request)
    assert sorted(notes(reading)) == [
        ("Tags[0].Value", True),
        (f'{STATIC}["key"]', True),
        ("TrainingJobDefinition.VpcConfig.Subnets[1]", True),
    ]
    training = reading.request["TrainingJobDefinition"]
    assert training["StaticHyperParameters"] == {"key": "<sensitive>", "rounds": "5"}
    assert training["VpcConfig"] == {"Subnets": ["subnet-1", "<sensitive>"], "SecurityGroupIds": ["sg-1"]}
    assert reading.request["Tags"] == [{"Key": "token", "Value": "<sensitive>"}, {"Key": "team", "Value": "a"}]
    assert {each.reason for each in reading.notes if each.lost} == {
        "Terraform marks it as sensitive; left out: put the value or a CDK object here"
    }
    assert fitted(reading).definition is not None


@pytest.mark.parametrize(
    ("marks", "place"),
    [
        ({"training_job_definition": {"static_hyper_parameters": True}}, STATIC),
        ({"training_job_definition": [{"static_hyper_parameters": True}]}, STATIC),
        ({"training_job_definition": True}, "TrainingJobDefinition"),
        ({"training_job_definition": [True]}, "TrainingJobDefinition"),
        ({"training_job_definition": [{"input_data_config": True}]}, "TrainingJobDefinition.InputDataConfig[0]"),
        ({"training_job_definition": [{"static_hyper_parameters": [True, False]}]}, STATIC),
        ({"training_job_definition": [{"enable_network_isolation": {"a": True}}]}, None),
        ({"config": [{"random_seed": True}]}, None),
        ({"tags": True, "tags_all": {"token": True}}, "Tags"),
    ],
)
def test_whatever_is_marked_as_a_whole_is_left_out(marks: Any, place: str | None) -> None:
    reading = hidden(marks)
    request = reading.request
    assert notes(reading) == ([] if place is None else [(place, True)])
    for step in (place or "Nothing").partition("[")[0].split("."):
        assert request is not None
        request = request.get(step)
    assert request is None
    assert all(SECRET not in str(each) for each in reading.notes)


def test_a_job_of_which_all_is_sensitive() -> None:
    ((_, name, attributes),) = planned(state({**managed({"config": 1}), "sensitive_values": True}), RESOURCE_TYPE)
    assert (name, attributes) == ("example", {})
    assert fitted(hidden(True)).definition is None
    assert SECRET not in str(hidden(True).request)


def test_other_resources_alone_are_no_tuning_job() -> None:
    assert terraform(state({"type": "aws_s3_bucket", "name": "x", "values": {}})) == []
    assert terraform({"resource": {"aws_s3_bucket": {"x": {}}}}) == []
