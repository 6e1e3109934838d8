"""The best model of a job for whose end a deployment waits."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of, the_job
from tests.examples import minimal_definition

METRICS = minimal_definition().training_jobs[0].algorithm.metric_definitions


def waited_for(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> tuple[Stack, dict[str, Any]]:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", definition or minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
    job.create_best_model("Model", **options)
    (model,) = resources(template_of(stack), "AWS::SageMaker::Model")
    return stack, model["Properties"]


def test_a_model_in_the_same_stack() -> None:
    _, model = waited_for(environment={"A": "b"})
    (job, attribute) = model["PrimaryContainer"].pop("ModelDataUrl")["Fn::GetAtt"]
    assert job.startswith("Job") and attribute == "ModelArtifact"
    assert model["PrimaryContainer"] == {
        "Image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1",
        "Environment": {"A": "b"},
    }
    assert model["ExecutionRoleArn"]["Fn::GetAtt"][0].startswith("JobModelRole")
    assert "EnableNetworkIsolation" not in model


def test_one_that_is_not_compressed_or_isolated() -> None:
    training = minimal_definition().training_jobs[0]
    output = hpo.Output("s3://model-bucket/models/", compression=hpo.OutputCompressionType.NONE)
    changed = dataclasses.replace(training, output=output, enable_network_isolation=True)
    _, model = waited_for(dataclasses.replace(minimal_definition(), training=changed))
    source = model["PrimaryContainer"]["ModelDataSource"]["S3DataSource"]
    assert source["S3Uri"]["Fn::GetAtt"][1] == "ModelArtifact" and source["S3DataType"] == "S3Prefix"
    assert "ModelDataUrl" not in model["PrimaryContainer"] and model["EnableNetworkIsolation"] is True


def test_it_needs_a_job_that_is_waited_for() -> None:
    job = hpo.HyperParameterTuningJob(new_stack(), "Job", minimal_definition())
    with pytest.raises(ValueError, match=r"create the job with wait_for=WaitFor\.COMPLETED"):
        job.create_best_model("Model")


def test_one_of_two_definitions_with_the_same_image_of_this_app() -> None:
    stack = new_stack()
    algorithm = hpo.Algorithm.from_ecr_repository(ecr.Repository(stack, "Images"), "1", metric_definitions=METRICS)
    jobs = [
        dataclasses.replace(
            minimal_definition().training_jobs[0],
            name=name,
            algorithm=dataclasses.replace(algorithm),
            objective=minimal_definition().objective,
            parameter_ranges=minimal_definition().parameter_ranges,
        )
        for name in ("first", "second")
    ]
    definition = dataclasses.replace(minimal_definition(), training=jobs, objective=None, parameter_ranges=None)
    job = hpo.HyperParameterTuningJob(stack, "Job", definition, wait_for=hpo.WaitFor.COMPLETED)
    job.create_best_model("Model")
    template = template_of(stack)
    (model,) = resources(template, "AWS::SageMaker::Model")
    parts = the_job(template)["Request"]["TrainingJobDefinitions"]
    image = model["Properties"]["PrimaryContainer"]["Image"]
    assert [part["AlgorithmSpecification"]["TrainingImage"] for part in parts] == [image, image]


def test_it_needs_an_image() -> None:
    bought = dataclasses.replace(
        minimal_definition().training_jobs[0], algorithm=hpo.Algorithm.from_algorithm("bought-algorithm")
    )
    definition = dataclasses.replace(minimal_definition(), training=bought)
    with pytest.raises(ValueError, match="Stack/Job: the training jobs do not have one image: give image="):
        waited_for(definition)
    serve = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:1"
    assert waited_for(definition, image=serve)[1]["PrimaryContainer"]["Image"] == serve
