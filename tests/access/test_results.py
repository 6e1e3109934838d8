"""What others may do with a job's results and network."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack, readable, resources, template_of
from tests.examples import minimal_definition


def statements_of_user(template: dict[str, Any]) -> list[dict[str, Any]]:
    (policy,) = [each for each in resources(template, "AWS::IAM::Policy") if "Users" in each["Properties"]]
    found: list[dict[str, Any]] = readable(policy["Properties"]["PolicyDocument"]["Statement"])
    return found


def test_results_are_read_below_the_output_prefix_only() -> None:
    stack = new_stack(region="eu-west-1")
    key = kms.Key(stack, "Key")
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition().with_encryption_key(key))
    job.grant_read_results(iam.User(stack, "User"))
    assert statements_of_user(template_of(stack)) == [
        {"Action": "s3:GetObject", "Effect": "Allow", "Resource": "arn:aws:s3:::model-bucket/models/*"},
        {
            "Action": "s3:ListBucket",
            "Condition": {"StringLike": {"s3:prefix": ["models/*"]}},
            "Effect": "Allow",
            "Resource": "arn:aws:s3:::model-bucket",
        },
        {"Action": "kms:Decrypt", "Effect": "Allow", "Resource": readable(stack.resolve(key.key_arn))},
    ]


def test_one_key_for_everything_that_is_stored() -> None:
    definition = minimal_definition().with_encryption_key("alias/mine")
    (training,) = definition.training_jobs
    wire = training.to_wire()
    assert wire["OutputDataConfig"]["KmsKeyId"] == "alias/mine"
    assert wire["ResourceConfig"]["VolumeKmsKeyId"] == "alias/mine"
    assert wire["EnableInterContainerTrafficEncryption"] is True


def test_keys_that_are_named_already_stay() -> None:
    job = minimal_definition().training_jobs[0]
    named = dataclasses.replace(job, output=hpo.Output("s3://b", encryption_key="theirs"))
    definition = dataclasses.replace(minimal_definition(), training=[dataclasses.replace(named, name="a")])
    changed = definition.with_encryption_key("mine", between_containers=False)
    wire = changed.training_jobs[0].to_wire()
    assert isinstance(changed.training, tuple)
    assert wire["OutputDataConfig"]["KmsKeyId"] == "theirs"
    assert wire["ResourceConfig"]["VolumeKmsKeyId"] == "mine"
    assert "EnableInterContainerTrafficEncryption" not in wire


def test_a_key_where_local_disks_cannot_use_one() -> None:
    job = dataclasses.replace(minimal_definition().training_jobs[0], resources=hpo.Instances("ml.g5.xlarge", volume=10))
    definition = dataclasses.replace(minimal_definition(), training=job).with_encryption_key("alias/mine")
    with pytest.raises(hpo.ValidationError, match="volume-kms-local-storage"):
        hpo.HyperParameterTuningJob(new_stack(), "Job", definition)


def test_connections_of_a_job() -> None:
    stack = new_stack()
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, restrict_default_security_group=False)
    mine = ec2.SecurityGroup(stack, "Mine", vpc=vpc, allow_all_outbound=False)
    other = ec2.SecurityGroup(stack, "Other", vpc=vpc)
    isolated = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    network = hpo.VpcConfig.from_vpc(vpc, security_groups=[mine], subnets=isolated)
    training = dataclasses.replace(minimal_definition().training_jobs[0], vpc=network)
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=training))
    job.connections.allow_to(other, ec2.Port.tcp(2049), "file system")
    other.connections.allow_from(job, ec2.Port.tcp(443), "from the job")
    template = template_of(stack)
    ports = {each["Properties"]["FromPort"] for each in resources(template, "AWS::EC2::SecurityGroupIngress")}
    assert ports == {2049, 443}


def test_a_job_without_a_network_has_no_connections() -> None:
    job = hpo.HyperParameterTuningJob(new_stack(), "Job", minimal_definition())
    with pytest.raises(ValueError, match="vpc"):
        _ = job.connections


def test_one_switch_encrypts_everything() -> None:
    stack = new_stack(region="eu-west-1")
    key = kms.Key(stack, "Key")
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), encryption_key=key)
    hpo.HyperParameterTuningJob(stack, "Other", minimal_definition(), encryption_key=key)
    template = template_of(stack)
    arn = stack.resolve(key.key_arn)
    (group,) = resources(template, "AWS::Logs::LogGroup")
    assert group["Properties"]["KmsKeyId"] == arn
    for job in resources(template, "Custom::SageMakerHyperParameterTuningJob"):
        training = job["Properties"]["Request"]["TrainingJobDefinition"]
        assert training["OutputDataConfig"]["KmsKeyId"] == training["ResourceConfig"]["VolumeKmsKeyId"] == arn
        assert training["EnableInterContainerTrafficEncryption"] is True
    (made,) = resources(template, "AWS::KMS::Key")
    sids = [each.get("Sid") for each in made["Properties"]["KeyPolicy"]["Statement"]]
    assert sids.count("EncryptLogs") == 1


def test_an_isolated_container_cannot_fetch_its_script() -> None:
    stack = new_stack()
    training = dataclasses.replace(
        minimal_definition().training_jobs[0],
        enable_network_isolation=True,
        static_hyper_parameters={"sagemaker_submit_directory": '"s3://code/script.tar.gz"'},
    )
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=training))
    (said,) = [str(each.data) for each in job.node.metadata if each.type == "aws:cdk:warning"]
    assert "cdk-hpo:isolated-script" in said


def all_warnings(stack: Any) -> str:
    found = [each for node in stack.node.find_all() for each in node.node.metadata if each.type == "aws:cdk:warning"]
    return "\n".join(str(each.data) for each in found)


@pytest.mark.parametrize("kind", ["imported", "l1"])
def test_a_key_whose_policy_is_not_this_apps(kind: str) -> None:
    stack = new_stack(region="eu-west-1")
    arn = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
    key: Any = (
        kms.Key.from_key_arn(stack, "Key", arn)
        if kind == "imported"
        else kms.CfnKey(stack, "Key", key_policy={"Statement": []})
    )
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), encryption_key=key)
    said = all_warnings(stack)
    assert "cdk-hpo:key-not-changed" in said
    assert '"logs.eu-west-1.amazonaws.com"' in said
    assert "Token[" not in said


def test_a_second_key_for_the_log_is_told() -> None:
    stack = new_stack()
    for index in range(2):
        key = kms.Key(stack, f"Key{index}")
        hpo.HyperParameterTuningJob(stack, f"Job{index}", minimal_definition(), encryption_key=key)
    assert "cdk-hpo:one-key-for-the-log" in all_warnings(stack)


def test_an_alias_stands_for_its_key_everywhere() -> None:
    stack = new_stack(region="eu-west-1")
    key = kms.Key(stack, "Key")
    alias = kms.Alias(stack, "Alias", alias_name="alias/mine", target_key=key)
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), encryption_key=alias)
    template = template_of(stack)
    arn = stack.resolve(key.key_arn)
    (job,) = resources(template, "Custom::SageMakerHyperParameterTuningJob")
    assert job["Properties"]["Request"]["TrainingJobDefinition"]["ResourceConfig"]["VolumeKmsKeyId"] == arn
    (group,) = resources(template, "AWS::Logs::LogGroup")
    assert group["Properties"]["KmsKeyId"] == arn


def test_a_key_as_text() -> None:
    stack = new_stack()
    with pytest.raises(TypeError, match="from_key_arn"):
        hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), encryption_key="alias/x")  # type: ignore[arg-type]
    assert stack.node.children == []


def test_readers_of_results_get_no_key_of_checkpoints() -> None:
    stack = new_stack(region="eu-west-1")
    points = s3.Bucket(stack, "Points", encryption=s3.BucketEncryption.KMS)
    training = dataclasses.replace(
        minimal_definition().training_jobs[0],
        checkpoint=hpo.Checkpoint(points, "p/"),
        output=hpo.Output("s3://fast--euw1-az1--x-s3/m/"),
    )
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=training))
    job.grant_read_results(iam.User(stack, "User"))
    (statement,) = statements_of_user(template_of(stack))
    assert statement["Action"] == "s3express:CreateSession"


def test_a_group_known_by_its_id_is_imported_once() -> None:
    stack = new_stack()
    network = hpo.VpcConfig(security_groups=["sg-0a1b2c3d"], subnets=["subnet-0a1b2c3d"])
    training = dataclasses.replace(minimal_definition().training_jobs[0], vpc=network)
    definition = dataclasses.replace(minimal_definition(), training=training)
    for index in range(2):
        job = hpo.HyperParameterTuningJob(stack, f"Job{index}", definition)
        job.connections.allow_from(ec2.Peer.ipv4("10.0.0.0/8"), ec2.Port.tcp(443))
    assert len(resources(template_of(stack), "AWS::EC2::SecurityGroupIngress")) == 1
