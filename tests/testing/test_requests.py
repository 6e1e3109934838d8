"""The requests that are shown are those that the function sends."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from aws_cdk import App, Aws, CfnOutput, CfnParameter, NestedStack, Stack, Stage, Tags
from aws_cdk import assertions as cdk_assertions
from tuning_job import event
from tuning_job.service import request_shape

import cdk_hpo as hpo
from cdk_hpo.checks.unknown import is_intrinsic
from cdk_hpo.launch.job import RESOURCE_TYPE
from cdk_hpo.launch.properties import as_properties
from cdk_hpo.testing import requests_of
from tests.cdk import feature_flags, new_stack, template_of
from tests.handler.cloudformation import CloudFormation
from tests.requests import requests_by_leaf
from tests.shared import accepted_requests
from tests.testing.stacks import penguins


def exact(value: Any) -> str:
    """Tell values apart with their types: ``1``, ``1.0``, ``True`` and ``"1"`` are four."""
    return json.dumps(value, sort_keys=True)


def template_with(request: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    properties = {"NamePrefix": "job", "Request": request, **others}
    return {"Resources": {"Job": {"Type": RESOURCE_TYPE, "Properties": properties}}}


def only(template: Any) -> dict[str, Any]:
    (request,) = requests_of(template).values()
    return request


def test_a_stack() -> None:
    stack = penguins()
    ((logical_id, request),) = requests_of(stack).items()
    assert logical_id in template_of(stack)["Resources"]
    (bucket,) = (each for each in template_of(stack)["Resources"] if each.startswith("Models"))
    training = request["TrainingJobDefinition"]
    assert training["OutputDataConfig"] == {"S3OutputPath": f"s3://${{{bucket}}}/penguins/"}
    assert request["HyperParameterTuningJobName"] == "penguins-tuning-${digest}"
    assert request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 20
    assert training["RoleArn"].startswith("${TuningRole") and training["RoleArn"].endswith(".Arn}")
    assert "Tags" not in request


def test_every_form_of_a_template_gives_the_same(tmp_path: Path) -> None:
    stack = penguins(static_hyper_parameters={"Ref": "x", "rounds": "50"})
    template = template_of(stack)
    as_json, as_yaml = tmp_path / "a.template.json", tmp_path / "b.yaml"
    as_json.write_text(json.dumps(template), encoding="utf-8")
    as_yaml.write_text(yaml.safe_dump(template), encoding="utf-8")
    wanted = requests_of(template)
    assert wanted
    for form in (stack, cdk_assertions.Template.from_stack(stack), as_json, str(as_json), as_yaml):
        assert exact(requests_of(form)) == exact(wanted)


def test_a_stack_is_synthesized_as_it_is_now() -> None:
    stack = penguins()
    assert len(requests_of(stack)) == 1
    penguins(stack=stack, id="Second")
    assert len(requests_of(stack)) == 2


def test_stacks_of_stages_and_nested_stacks() -> None:
    app = App(context=feature_flags(), analytics_reporting=False)
    stack = Stack(Stage(app, "Prod"), "Penguins")
    nested = NestedStack(stack, "Nested")
    penguins(stack=stack)
    penguins(stack=nested, max_training_jobs=7)
    assert only(stack)["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 20
    assert only(nested)["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 7


def test_accepted_requests_come_back_as_they_are() -> None:
    for stem, request in accepted_requests().items():
        stack = new_stack()
        hpo.HyperParameterTuningJob(stack, "Job", hpo.TuningJobDefinition.from_request(request))
        shown = only(stack)
        if "Tags" in request:
            shown["Tags"] = [each for each in request["Tags"] if each in shown["Tags"]]
        assert exact(shown) == exact(request), stem


def as_cloudformation_sends(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: as_cloudformation_sends(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_cloudformation_sends(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def test_every_field_is_restored_as_the_function_does() -> None:
    """As text, which the function gets, and as numbers, which stand in the template."""
    cloud = CloudFormation()
    shape = request_shape(cloud.sagemaker.client())
    checked = 0
    for name, _, request in requests_by_leaf():
        inner = {key: each for key, each in request.items() if key not in ("HyperParameterTuningJobName", "Tags")}
        properties = as_properties(inner)
        texts = as_cloudformation_sends(properties)
        sent = exact(event.read(cloud.event("Create", {"Request": texts}), shape).request)
        for form in (properties, texts):
            shown = only(template_with(form))
            del shown["HyperParameterTuningJobName"]
            assert exact(shown) == sent, name
        checked += 1
    assert checked > 500


def test_values_that_are_known_later() -> None:
    stack = new_stack()
    count = CfnParameter(stack, "Count", type="Number", default=9)
    definition = hpo.TuningJobDefinition.from_request(accepted_requests()["tf-basic"])
    request = definition.to_request()
    request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] = count.value_as_number
    request["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"] = f"s3://models-{Aws.REGION}/x"
    job = hpo.HyperParameterTuningJob(stack, "Job", hpo.TuningJobDefinition.from_request(request))
    Tags.of(job).add("where", Aws.REGION)
    CfnOutput(stack, "Name", value=job.tuning_job_name)
    shown = only(stack)
    assert shown["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == "${Count}"
    assert shown["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"] == "s3://models-${AWS::Region}/x"
    assert {"Key": "where", "Value": "${AWS::Region}"} in shown["Tags"]


def test_what_cloudformation_leaves_out_and_looks_up() -> None:
    request = {
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"\\Ref": "a", "token": "{{resolve:ssm:/token}}", "n": {"Ref": "N"}},
            "RetryStrategy": {"Ref": "AWS::NoValue"},
            "StoppingCondition": {"MaxRuntimeInSeconds": {"Fn::If": ["Long", 7200, {"Ref": "AWS::NoValue"}]}},
            "VpcConfig": {"Subnets": {"Fn::Split": [",", {"Ref": "Subnets"}]}, "SecurityGroupIds": ["sg-1"]},
        }
    }
    assert not is_intrinsic(request["TrainingJobDefinition"]["StaticHyperParameters"])
    assert only(template_with(request, Name={"Fn::Sub": "${Stage}-job"})) == {
        "HyperParameterTuningJobName": "${Stage}-job",
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"Ref": "a", "token": "{{resolve:ssm:/token}}", "n": "${N}"},
            "StoppingCondition": {"MaxRuntimeInSeconds": '${If("Long", 7200, AWS::NoValue)}'},
            "VpcConfig": {"Subnets": '${Split(",", Subnets)}', "SecurityGroupIds": ["sg-1"]},
        },
    }


def test_yaml_with_short_forms(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        f"Resources:\n  Job:\n    Type: {RESOURCE_TYPE}\n    Properties:\n      Name: !Sub ${{Stage}}-job\n"
        "      Request:\n        TrainingJobDefinition:\n          RoleArn: !GetAtt Role.Arn\n"
        "          EnableNetworkIsolation: 'true'\n          StaticHyperParameters: {rounds: 50}\n",
        encoding="utf-8",
    )
    assert only(file) == {
        "HyperParameterTuningJobName": "${Stage}-job",
        "TrainingJobDefinition": {
            "RoleArn": "${Role.Arn}",
            "EnableNetworkIsolation": True,
            "StaticHyperParameters": {"rounds": "50"},
        },
    }


def test_a_template_is_not_changed() -> None:
    template = template_of(penguins())
    before = exact(template)
    requests_of(template)
    assert exact(template) == before


def test_other_resources_are_no_tuning_jobs() -> None:
    assert requests_of({"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}) == {}
    assert requests_of({}) == {}


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (7, TypeError, "expected a Stack, a Template of aws_cdk.assertions, a mapping or the name of a file, got int"),
        ({"Resources": []}, ValueError, "template: expected a CloudFormation template"),
        ("not-there.json", ValueError, "not-there.json: cannot be read: no such file"),
        (template_with({}, Request="x"), ValueError, "the resource Job has no Request among its Properties"),
        (
            template_with({"Fn::If": ["Prod", {"A": {"Ref": "B"}}, {"Ref": "AWS::NoValue"}]}),
            ValueError,
            r"the Request of the resource Job is known in the deployment only: \$\{If\(.Prod., .*, AWS::NoValue\)\}",
        ),
        (
            template_with({"Ref": "AWS::NoValue"}),
            ValueError,
            "the Request of the resource Job is known in the deployment only",
        ),
    ],
)
def test_what_is_no_template(given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        requests_of(given)


def test_a_file_that_is_no_template(tmp_path: Path) -> None:
    for name, text in (("list.json", "[1]"), ("two.yaml", "a: 1\n---\nb: 2\n"), ("broken.json", "{")):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=name):
            requests_of(file)
