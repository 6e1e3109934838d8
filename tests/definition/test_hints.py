"""What is said to those who have the right thing in mind and write another one."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Size
from aws_cdk import aws_ec2 as ec2

import cdk_hpo as hpo
from cdk_hpo.definition._codec import GIBIBYTES, Measure, Problem
from tests.cdk import new_stack
from tests.examples import minimal_definition


def refused(**changes: Any) -> hpo.Finding:
    """Return what is said about the only wrong argument of a definition."""
    with pytest.raises(hpo.ValidationError) as caught:
        dataclasses.replace(minimal_definition(), **changes)
    (finding,) = caught.value.findings
    return finding


def refused_in_training(**changes: Any) -> hpo.Finding:
    with pytest.raises(hpo.ValidationError) as caught:
        dataclasses.replace(minimal_definition().training_jobs[0], **changes)
    (finding,) = caught.value.findings
    return finding


def test_an_address_for_a_channels_source() -> None:
    with pytest.raises(hpo.ValidationError, match=r"'s3://b/p' \(str\): for a bucket .* write Channel\.from_bucket\("):
        hpo.Channel("train", "s3://b/p")  # type: ignore[arg-type]


def test_a_vpc_for_its_configuration() -> None:
    said = refused_in_training(vpc=ec2.Vpc(new_stack(), "Vpc")).message
    assert "got an object of the class Vpc: VpcConfig.from_vpc(vpc, security_groups=[…])" in said
    assert "TuningNetwork(…, vpc=vpc).vpc_config" in said


@pytest.mark.parametrize("ranges", [{"eta": (0, 1)}, {}, "eta"])
def test_no_list_of_ranges(ranges: Any) -> None:
    said = refused(parameter_ranges=ranges).message
    assert "expected a list such as [ContinuousParameter(…), IntegerParameter(…)], or ParameterRanges(…)" in said
    assert "put it into" not in said


def test_a_single_range_belongs_into_a_list() -> None:
    assert refused(parameter_ranges=hpo.IntegerParameter("depth", 1, 9)).message.endswith(": put it into [ ]")


def test_a_dictionary_of_channels() -> None:
    said = refused_in_training(inputs={"train": "s3://b/p"}).message
    assert '[Channel.from_bucket("train", "s3://bucket/prefix")], got' in said
    assert "put it into" not in said


def test_tags_that_are_neither_a_dictionary_nor_a_list() -> None:
    assert "a dictionary of keys to values, or a list of Tag(…)" in refused(tags="team").message


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"strategy": "Bayesian"}, "HyperParameterTuningJobConfig.Strategy"),
        ({"training": "x"}, "TrainingJobDefinition"),
        ({"training": []}, "TrainingJobDefinitions"),
        ({"training": ["x"]}, "TrainingJobDefinitions"),
    ],
)
def test_an_argument_of_several_members_has_a_path(changes: dict[str, Any], path: str) -> None:
    assert refused(**changes).path == path


@pytest.mark.parametrize(("name", "member"), [("algorithm", "AlgorithmSpecification"), ("resources", "ResourceConfig")])
def test_so_has_one_of_a_training_job(name: str, member: str) -> None:
    assert refused_in_training(**{name: 5}).path == f"HyperParameterTrainingJobDefinition.{member}"


def test_a_duration_with_a_fraction() -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.StoppingCondition(max_runtime=Duration.millis(1500))
    assert caught.value.findings[0].message.endswith("expected whole seconds, got 1.5")


def test_a_size_with_a_fraction() -> None:
    with pytest.raises(Problem, match=r"^expected whole gibibytes, got 1\.5$"):
        Measure(*GIBIBYTES).normalise(Size.mebibytes(1536))


def test_a_token_in_another_unit() -> None:
    minutes = CfnParameter(new_stack(), "Minutes", type="Number").value_as_number
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.StoppingCondition(max_runtime=Duration.minutes(minutes))
    said = caught.value.findings[0].message
    assert said.endswith("expected seconds, got a token in another unit: make it with Duration.seconds(…)")


def test_a_public_name_that_is_misspelt() -> None:
    with pytest.raises(AttributeError, match="did you mean 'HyperParameterTuningJob'") as caught:
        hpo.HyperparameterTuningJob  # noqa: B018
    assert caught.value.name == "HyperparameterTuningJob"


def test_a_public_name_like_no_other() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'zzz'$"):
        hpo.zzz  # noqa: B018
