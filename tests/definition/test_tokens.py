"""Tokens of every form: held without loss, or refused in words."""

import dataclasses
import json
from typing import Any, cast

import pytest
from aws_cdk import CfnParameter, Duration

import cdk_hpo as hpo
from tests.cdk import new_stack, template_of, the_job
from tests.examples import minimal_definition

TRAINING_CHANGES: dict[str, Any] = {
    "output": lambda p, _: {"output": hpo.Output(p, "x/")},
    "input": lambda p, _: {"inputs": [hpo.Channel.from_bucket("c", p)]},
    "key": lambda p, _: {"output": hpo.Output("s3://b/x", encryption_key=p)},
    "role": lambda p, _: {"role": p},
    "algorithm": lambda p, _: {"algorithm": hpo.Algorithm.from_algorithm(p)},
    "image": lambda p, _: {"algorithm": hpo.Algorithm.from_image(p)},
    "script": lambda p, _: {"static_hyper_parameters": {"sagemaker_submit_directory": p}},
    "environment": lambda p, _: {"environment": {"A": p}},
    "instance type": lambda p, _: {"resources": hpo.Instances(p, volume=10)},
    "subnets": lambda p, ps: {"vpc": hpo.VpcConfig(security_groups=[p], subnets=ps)},
}


@pytest.mark.parametrize("place", TRAINING_CHANGES)
def test_a_token_object_ends_up_as_a_reference(place: str) -> None:
    stack = new_stack()
    one = CfnParameter(stack, "One").value
    many = CfnParameter(stack, "Many", type="List<AWS::EC2::Subnet::Id>").value
    training = dataclasses.replace(minimal_definition().training_jobs[0], **TRAINING_CHANGES[place](one, many))
    hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=training))
    text = json.dumps(template_of(stack))
    assert '{"Ref": "One"}' in text
    assert "None" not in text.replace('"None"', "")
    assert "object at" not in text
    assert "Token[" not in text
    if place == "subnets":
        assert the_job(template_of(stack))["Request"]["TrainingJobDefinition"]["VpcConfig"]["Subnets"] == {
            "Ref": "Many"
        }


def test_a_name_and_a_tag_that_are_tokens() -> None:
    stack = new_stack()
    one = CfnParameter(stack, "One").value
    definition = dataclasses.replace(minimal_definition(), name=one, tags={"x": one})  # type: ignore[arg-type]
    hpo.HyperParameterTuningJob(stack, "Job", definition)
    template = template_of(stack)
    assert the_job(template)["Name"] == {"Ref": "One"}
    assert the_job(template)["Tags"] == [{"Key": "x", "Value": {"Ref": "One"}}]
    # The name's case is not known, and ARNs have it in lower case.
    assert ":hyper-parameter-tuning-job/*" in json.dumps(template)


def test_an_intrinsic_of_a_pasted_template() -> None:
    request = minimal_definition().to_request()
    request["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"] = {"Ref": "One"}
    stack = new_stack()
    CfnParameter(stack, "One")
    hpo.HyperParameterTuningJob(stack, "Job", hpo.TuningJobDefinition.from_request(request))
    sent = the_job(template_of(stack))["Request"]["TrainingJobDefinition"]["OutputDataConfig"]
    assert sent == {"S3OutputPath": {"Ref": "One"}}


def test_a_whole_structure_cannot_be_a_token() -> None:
    request = minimal_definition().to_request()
    request["TrainingJobDefinition"]["OutputDataConfig"] = CfnParameter(new_stack(), "One").value
    with pytest.raises(hpo.ValidationError, match="give its fields"):
        hpo.TuningJobDefinition.from_request(request)


@pytest.mark.parametrize("given", [None, [], "x"])
def test_a_request_that_is_none(given: Any) -> None:
    with pytest.raises(TypeError, match="from_request: expected the request as a dictionary"):
        hpo.TuningJobDefinition.from_request(given)


def test_parts_of_a_unit() -> None:
    with pytest.raises(hpo.ValidationError, match=r"StoppingCondition\(max_runtime=…\): expected whole seconds"):
        hpo.StoppingCondition(max_runtime=Duration.millis(1500))


def test_a_repository_that_can_keep_nothing_is_asked_each_time() -> None:
    class Repository:
        __slots__ = ()
        repository_name = "train"
        repository_arn = "arn:aws:ecr:us-east-1:111122223333:repository/train"

        def repository_uri_for_tag_or_digest(self, tag: str) -> str:
            return f"111122223333.dkr.ecr.us-east-1.amazonaws.com/train:{tag}"

    algorithm = hpo.Algorithm.from_ecr_repository(cast(Any, Repository()), "1")
    assert algorithm.to_wire()["TrainingImage"].endswith("/train:1")
