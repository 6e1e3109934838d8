"""Images that are not in ECR, and own images without metrics."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Lazy, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets

import cdk_hpo as hpo
from cdk_hpo.launch.image_findings import image_findings
from tests.cdk import new_stack
from tests.examples import minimal_definition
from tests.launch.test_checked import Late

METRICS = [hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
AUC = hpo.Objective.maximize("validation:auc")
NOT_IN_ECR, UNKNOWN = "training-image-not-in-ecr", "metric-definitions-unknown-image"


def with_algorithm(algorithm: hpo.Algorithm) -> hpo.TuningJobDefinition:
    training = dataclasses.replace(minimal_definition().training_jobs[0], algorithm=algorithm)
    return dataclasses.replace(minimal_definition(), training=training)


def broken(stack: Stack, algorithm: hpo.Algorithm) -> set[str]:
    """Return the rules that a job with this algorithm is refused for."""
    try:
        hpo.HyperParameterTuningJob(stack, "Job", with_algorithm(algorithm))
    except hpo.ValidationError as error:
        return {finding.rule for finding in error.findings}
    return set()


def warnings(stack: Stack) -> list[str]:
    app = stack.node.root
    assert isinstance(app, App)
    return [str(each.entry.data) for each in app.synth().get_stack_by_name("Stack").messages]


@pytest.mark.parametrize(
    "image", ["python", "my-image:latest", "docker.io/library/python:3", "public.ecr.aws/x/y:1", "a.dkr.ecr.b.c/"]
)
def test_an_image_elsewhere(image: str) -> None:
    stack = new_stack()
    assert broken(stack, hpo.Algorithm.from_image(image, metric_definitions=METRICS)) == set()
    (said,) = warnings(stack)
    assert said.startswith(f'TrainingJobDefinition.AlgorithmSpecification.TrainingImage: "{image}" is not the address')
    assert "write Algorithm.from_ecr_repository(repository, " in said
    assert said.endswith(f"[ack: cdk-hpo:{NOT_IN_ECR}]")


def test_a_password_in_the_address_is_not_repeated() -> None:
    stack = new_stack()
    given = hpo.Algorithm.from_image("user:hunter2@docker.io/x/y:1", metric_definitions=METRICS)
    assert broken(stack, given) == set()
    (said,) = warnings(stack)
    assert "hunter2" not in said
    assert "a text of 28 characters (hidden) is not the address" in said


def test_an_address_like_that_of_a_page() -> None:
    stack = new_stack()
    image = "https://111122223333.dkr.ecr.us-east-1.amazonaws.com/x:1"
    assert broken(stack, hpo.Algorithm.from_image(image, metric_definitions=METRICS)) == set()
    (said,) = warnings(stack)
    assert f'"{image}" begins with https://, as a page does' in said
    assert "Push the image" not in said


@pytest.mark.parametrize(
    "image",
    [
        "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1",
        "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/team/train@sha256:abc",
        "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/train",
        "111122223333.dkr-ecr.us-east-1.on.aws/train:1",
        "${Token[TOKEN.1]}",
        "{{resolve:ssm:/image}}",
    ],
)
def test_an_image_in_ecr_or_who_knows_where(image: str) -> None:
    request = with_algorithm(hpo.Algorithm.from_image(image, metric_definitions=METRICS)).to_request()
    assert list(image_findings(request)) == []


def test_each_of_a_list() -> None:
    job = with_algorithm(hpo.Algorithm.from_image("mine", metric_definitions=METRICS)).training_jobs[0]
    definition = dataclasses.replace(minimal_definition(), training=[minimal_definition().training_jobs[0], job])
    (finding,) = image_findings(definition.to_request())
    assert (finding.rule, finding.severity) == (NOT_IN_ECR, hpo.Severity.WARNING)
    assert finding.path == "TrainingJobDefinitions[1].AlgorithmSpecification.TrainingImage"


@pytest.mark.parametrize("unknown", [{"Ref": "X"}, {"TrainingJobDefinition": {"Ref": "X"}}, {}])
def test_a_request_that_is_unknown(unknown: dict[str, Any]) -> None:
    assert list(image_findings(unknown)) == []


def test_a_late_image_elsewhere_is_told_once() -> None:
    stack = new_stack()
    late = hpo.Algorithm.from_image(Lazy.string(Late("my-image")), metric_definitions=METRICS)
    assert broken(stack, late) == set()
    assert len([each for each in warnings(stack) if NOT_IN_ECR in each and '"my-image"' in each]) == 1


def test_a_repository_of_the_app() -> None:
    stack = new_stack()
    repository = ecr.Repository(stack, "Repository")
    assert broken(stack, hpo.Algorithm.from_ecr_repository(repository)) == {"metric-definitions-required"}
    other = [hpo.MetricDefinition("los", "loss=([0-9.]+)")]
    named = hpo.Algorithm.from_ecr_repository(repository, metric_definitions=other)
    assert broken(stack, named) == {"objective-in-metric-definitions"}
    assert broken(stack, hpo.Algorithm.from_ecr_repository(repository, metric_definitions=METRICS)) == set()
    assert warnings(stack) == []


def test_each_repository_of_a_list() -> None:
    stack = new_stack()
    made, there = ecr.Repository(stack, "Made"), ecr.Repository.from_repository_name(stack, "There", "xgboost")
    jobs = [with_algorithm(hpo.Algorithm.from_ecr_repository(each)).training_jobs[0] for each in (there, made)]
    findings = dataclasses.replace(minimal_definition(), training=jobs).check()
    paths = [each.path for each in findings if each.rule == "metric-definitions-required"]
    assert paths == ["TrainingJobDefinitions[1].AlgorithmSpecification"]


def test_the_request_that_is_sent_has_the_address() -> None:
    stack = new_stack()
    repository = ecr.Repository(stack, "Repository")
    definition = with_algorithm(hpo.Algorithm.from_ecr_repository(repository, "1", metric_definitions=METRICS))
    request = hpo.HyperParameterTuningJob(stack, "Job", definition).request
    image = request["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingImage"]
    assert stack.resolve(image) == stack.resolve(repository.repository_uri_for_tag_or_digest("1"))


def test_an_imported_repository() -> None:
    stack = new_stack()
    own = ecr.Repository.from_repository_name(stack, "Own", "train")
    assert broken(stack, hpo.Algorithm.from_ecr_repository(own)) == {"metric-definitions-required"}
    built_in = ecr.Repository.from_repository_name(stack, "BuiltIn", "xgboost")
    assert broken(stack, hpo.Algorithm.from_ecr_repository(built_in, "1")) == set()
    assert warnings(stack) == []


def test_an_image_that_is_built_with_the_app(tmp_path: Path) -> None:
    stack = new_stack()
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    image = assets.DockerImageAsset(stack, "Image", directory=str(tmp_path))
    given = hpo.Algorithm.from_ecr_repository(image.repository, image.image_tag)
    assert broken(stack, given) == {"metric-definitions-required"}


def test_an_image_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    image = CfnParameter(stack, "Image").value_as_string
    assert broken(stack, hpo.Algorithm.from_image(image)) == set()
    (said,) = warnings(stack)
    assert said.startswith("TrainingJobDefinition.AlgorithmSpecification: MetricDefinitions are missing, and which")
    assert said.endswith(f"[ack: cdk-hpo:{UNKNOWN}]")


@pytest.mark.parametrize("region", [None, "us-east-1"])
def test_a_built_in_algorithm(region: str | None) -> None:
    stack = new_stack(region=region)
    definition = with_algorithm(hpo.Algorithm.built_in("xgboost", "1.7-1"))
    hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(definition, objective=AUC))
    assert warnings(stack) == []


def test_such_an_image_with_metrics() -> None:
    stack = new_stack()
    image = CfnParameter(stack, "Image").value_as_string
    assert broken(stack, hpo.Algorithm.from_image(image, metric_definitions=METRICS)) == set()
    assert warnings(stack) == []


def test_a_problem_can_be_acknowledged() -> None:
    stack = new_stack()
    definition = with_algorithm(hpo.Algorithm.from_ecr_repository(ecr.Repository(stack, "Repository")))
    # With a value that is known late, everything is checked again.
    late = hpo.Instances(Lazy.string(Late("ml.m5.large")), volume=10)
    definition = dataclasses.replace(
        definition, training=dataclasses.replace(definition.training_jobs[0], resources=late)
    )
    reasons = {"metric-definitions-required": "a mirror of a built-in algorithm, which the service knows"}
    hpo.HyperParameterTuningJob(stack, "Job", definition, acknowledged_rules=reasons)
    assert warnings(stack) == []


def test_what_the_first_check_knew_the_last_one_knows() -> None:
    stack = new_stack()
    own = ecr.Repository.from_repository_name(stack, "Own", "mine")
    job = with_algorithm(hpo.Algorithm.from_ecr_repository(own)).training_jobs[0]
    late = dataclasses.replace(job, resources=hpo.Instances(Lazy.string(Late("ml.m5.large")), volume=10))
    definition = dataclasses.replace(minimal_definition(), training=late)
    reasons = {"metric-definitions-required": "the image writes what the service reads anyway"}
    hpo.HyperParameterTuningJob(stack, "Job", definition, acknowledged_rules=reasons)
    assert warnings(stack) == []
