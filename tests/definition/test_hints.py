"""What is said to those who have the right thing in mind and write another one."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, Size
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from cdk_hpo.definition._codec import Problem
from cdk_hpo.definition._measure import GIBIBYTES, Measure
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


OUTPUT = ': write Output("s3://bucket/prefix"), or Output(bucket, "prefix")'
CHANNEL = (
    ': write Channel.from_bucket("train", "s3://bucket/prefix"), or Channel.from_bucket("train", bucket, "prefix")'
)
WHOLE = "; TuningJobDefinition.from_request(…) reads a whole boto3 request"


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"output": "s3://b/p"}, f"expected Output, got 's3://b/p' (str){OUTPUT}"),
        ({"output": {"S3OutputPath": "s3://b"}}, f"(dict): write Output(bucket){WHOLE}"),
        ({"output": {"S3OutputPath": "s3://b", "x": 1}}, OUTPUT),
        ({"output": {1: 2}}, OUTPUT),
        ({"output": hpo.Output}, "expected Output, got the class Output itself: write Output(bucket)"),
        ({"checkpoint": "s3://b/p"}, ': write Checkpoint("s3://bucket/prefix"), or Checkpoint(bucket, "prefix")'),
        ({"inputs": ["s3://b"]}, f"item 0: expected Channel, got 's3://b' (str){CHANNEL}"),
        ({"inputs": [{"name": "train"}]}, "(dict): write Channel(name, source)"),
        ({"resources": "ml.m5.large"}, ': write Instances("ml.m5.large", count=1), for example'),
        (
            {"resources": {"instance_type": "ml.m5.large", "placement": 1}},
            "write Instances(instance_type, placement=…)",
        ),
        ({"stopping": 3600}, ": write StoppingCondition(max_runtime=Duration.hours(1)), for example"),
        (
            {"objective": "loss"},
            ", got 'loss' (str): write Objective.maximize(\"validation:auc\") or "
            'Objective.minimize("loss"), with the name of your metric',
        ),
    ],
    ids=lambda each: str(each)[:40],
)
def test_the_form_to_write(changes: dict[str, Any], ends: str) -> None:
    assert refused_in_training(**changes).message.endswith(ends)


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"objective": "loss"}, '.minimize("loss"), with the name of your metric'),
        (
            {"limits": {"max_training_jobs": 3}},
            "write ResourceLimits(max_training_jobs=…, max_parallel_training_jobs=…)",
        ),
        ({"limits": 3}, "write ResourceLimits(max_training_jobs=20, max_parallel_training_jobs=4), for example"),
        ({"parameter_ranges": [("eta", 0, 1)]}, ': write ContinuousParameter("eta", 0.01, 0.3), for example'),
        (
            {"parameter_ranges": {"ContinuousParameterRanges": []}},
            f"(dict): write ParameterRanges(continuous=…){WHOLE}",
        ),
        ({"warm_start": "j"}, ': write WarmStart(["job-name"], type=WarmStartType.TRANSFER_LEARNING), for example'),
        ({"completion_criteria": 0.9}, ": write CompletionCriteria(target_objective_metric_value=0.95), for example"),
        ({"strategy": hpo.Bayesian}, "Hyperband(), got the class Bayesian itself: write Bayesian()"),
        ({"early_stopping": True}, "expected EarlyStopping.OFF or EarlyStopping.AUTO, got True (bool)"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_the_form_to_write_for_the_whole(changes: dict[str, Any], ends: str) -> None:
    assert refused(**changes).message.endswith(ends)


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        (
            {"loss": "(.)"},
            'a list such as [MetricDefinition("loss", "loss=([0-9.]+)")], got {\'loss\': …} (dict)',
        ),
        ([("loss", "(.)")], ': write MetricDefinition("loss", "loss=([0-9.]+)"), for example'),
        ([{"Name": "loss", "Regex": "(.)"}], f"(dict): write MetricDefinition(name, regex){WHOLE}"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_metrics_in_another_form(given: Any, ends: str) -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.Algorithm.from_image("i", metric_definitions=given)
    assert caught.value.findings[0].message.endswith(ends)


def test_constructs_for_an_image(tmp_path: Path) -> None:
    stack = new_stack()
    (tmp_path / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    asset = assets.DockerImageAsset(stack, "Image", directory=str(tmp_path))
    repository = ecr.Repository(stack, "Repository")
    low = ecr.CfnRepository(stack, "Low")
    of_repository = 'of the class Repository: write Algorithm.from_ecr_repository(repository, "tag")'
    of_asset = "DockerImageAsset: write Algorithm.from_ecr_repository(asset.repository, asset.image_tag)"
    of_low = 'CfnRepository: write Algorithm.from_image(f"{repository.attr_repository_uri}:tag")'
    of_bucket = "of the class Bucket"
    for given, said in (
        (repository, of_repository),
        (asset, of_asset),
        (low, of_low),
        (s3.Bucket(stack, "Bucket"), of_bucket),
    ):
        with pytest.raises(hpo.ValidationError) as caught:
            hpo.Algorithm.from_image(given)  # type: ignore[arg-type]
        assert caught.value.findings[0].message.endswith(said)
        assert refused_in_training(algorithm=given).message.endswith(said)
        if given is not repository:
            with pytest.raises(hpo.ValidationError) as caught:
                hpo.Algorithm.from_ecr_repository(given)  # type: ignore[arg-type]
            assert (said if given in (asset, low) else "for text use") in caught.value.findings[0].message


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2h", "or a whole number of seconds, got '2h' (str)"),
        ("3600", "got '3600' (str): write 3600 without quotes"),
        (timedelta(hours=2), "(timedelta): write Duration.seconds(7200)"),
        (2.5, "or a whole number of seconds, got 2.5 (float)"),
        (True, "or a whole number of seconds, got True (bool)"),
        ("0600", "or a whole number of seconds, got '0600' (str)"),
        ("٣", "or a whole number of seconds, got '٣' (str)"),
    ],
    ids=str,
)
def test_a_time_in_another_form(given: Any, said: str) -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.StoppingCondition(max_runtime=given)
    (finding,) = caught.value.findings
    assert "expected a Duration such as Duration.hours(1) or" in finding.message
    assert finding.message.endswith(said)


def test_a_time_of_pythons_with_a_fraction() -> None:
    with pytest.raises(hpo.ValidationError, match=r"expected whole seconds, got 0\.3"):
        hpo.StoppingCondition(max_runtime=timedelta(milliseconds=300))  # type: ignore[arg-type]


def test_a_time_for_a_size_and_the_other_way_round() -> None:
    with pytest.raises(hpo.ValidationError, match=r"a Size such as Size\.gibibytes\(30\) .* of the class Duration"):
        hpo.Instances("ml.m5.large", volume=Duration.hours(1))  # type: ignore[arg-type]
    with pytest.raises(hpo.ValidationError, match=r"a Duration such as Duration\.hours\(1\) .* of the class Size"):
        hpo.StoppingCondition(max_runtime=Size.gibibytes(1))  # type: ignore[arg-type]


def test_a_count_as_text() -> None:
    with pytest.raises(hpo.ValidationError, match=r"got '2' \(str\): write 2 without quotes"):
        hpo.Instances("ml.m5.large", count="2")  # type: ignore[arg-type]


def test_an_instance_type_of_the_cdk() -> None:
    with pytest.raises(hpo.ValidationError, match=r'text such as "ml\.m5\.large", got an object of the class Instance'):
        hpo.Instances(ec2.InstanceType("m5.large"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parents", "said"),
    [
        ("a", "a list of tuning jobs or their names such as [\"job-name\"], got 'a' (str): put it into [ ]"),
        ([["a"]], "got ['a'] (list): give each parent by itself, not in a list"),
        ([minimal_definition()], ": give the HyperParameterTuningJob that is made of the definition"),
        ([5], "item 0: expected a tuning job or its name as text, got 5 (int)"),
    ],
    ids=["text", "a list in a list", "a definition", "a number"],
)
def test_parents_in_another_form(parents: Any, said: str) -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.WarmStart(parents, type=hpo.WarmStartType.TRANSFER_LEARNING)
    assert caught.value.findings[0].message.endswith(said)


def test_a_network_of_something_else_than_a_vpc() -> None:
    with pytest.raises(
        hpo.ValidationError, match=r"VpcConfig\(vpc=…\): expected a VPC of the CDK, got 'vpc-1' .* Vpc\.fr"
    ):
        hpo.VpcConfig.from_vpc("vpc-1", security_groups=["sg-1"])  # type: ignore[arg-type]


def test_subnets_in_another_form() -> None:
    vpc = ec2.Vpc(new_stack(), "Vpc")
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.VpcConfig.from_vpc(vpc, security_groups=["sg-1"], subnets=vpc.private_subnets)  # type: ignore[arg-type]
    said = caught.value.findings[0].message
    assert "got a list of 2 that begins with an object of the class PrivateSubnet: write SubnetSelection(sub" in said
    with pytest.raises(
        hpo.ValidationError, match=r"expected a list of subnets such as vpc\.private_subnets, got Subnet"
    ):
        hpo.VpcConfig(security_groups=["sg-1"], subnets=ec2.SubnetSelection())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"parameter_ranges": hpo.ParameterRanges}, "ParameterRanges(…), got the class ParameterRanges itself"),
        ({"strategy": hpo.Hyperband}, "Grid() or Hyperband(), got the class Hyperband itself"),
        ({"limits": hpo.ResourceLimits}, "itself: write ResourceLimits(max_parallel_training_jobs=…)"),
    ],
    ids=["ranges", "strategy", "limits"],
)
def test_a_class_whose_arguments_can_all_be_left_out(changes: dict[str, Any], ends: str) -> None:
    assert refused(**changes).message.endswith(ends)


def test_a_class_of_the_users_is_no_advice() -> None:
    class Patient(hpo.Hyperband):
        pass

    assert refused(strategy={"min_resource": 1}).message.endswith("(dict): write Hyperband(min_resource=…)")
    assert refused(strategy=Patient).message.endswith("got the class Patient itself")
    assert isinstance(dataclasses.replace(minimal_definition(), strategy=Patient()).strategy, Patient)


def test_a_public_name_that_is_misspelt() -> None:
    with pytest.raises(AttributeError, match="did you mean 'HyperParameterTuningJob'") as caught:
        hpo.HyperparameterTuningJob  # noqa: B018
    assert caught.value.name == "HyperparameterTuningJob"


def test_a_public_name_like_no_other() -> None:
    with pytest.raises(AttributeError, match=r"has no attribute 'zzz'$"):
        hpo.zzz  # noqa: B018
