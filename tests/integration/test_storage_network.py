"""Storage and network as a deployment makes them, with a job that uses both."""

import dataclasses

import pytest
from aws_cdk import CfnOutput, Stack

import cdk_hpo as hpo
from cdk_hpo.access.network import TuningNetwork
from cdk_hpo.access.storage import TuningStorage
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer


def everything(stack: Stack) -> None:
    """Fill a stack with storage, a network, and a job in both."""
    storage = TuningStorage(stack, "Storage", access_logs=True, disposable=True)
    network = TuningNetwork(stack, "Network", s3_buckets=[storage.data_bucket, storage.model_bucket])
    definition = minimal_definition()
    training = dataclasses.replace(
        definition.training_jobs[0],
        inputs=[storage.channel("train", "train/")],
        output=storage.output("models/"),
        checkpoint=storage.checkpoint("a/"),
        vpc=network.vpc_config,
    )
    job = hpo.HyperParameterTuningJob(stack, "Tuning", dataclasses.replace(definition, training=training))
    CfnOutput(stack, "Name", value=job.tuning_job_name)
    CfnOutput(stack, "Data", value=storage.data_bucket.bucket_name)
    CfnOutput(stack, "Models", value=storage.model_bucket.bucket_name)
    CfnOutput(stack, "Vpc", value=network.vpc.vpc_id)
    CfnOutput(stack, "Group", value=network.security_group.security_group_id)


def test_a_job_in_its_own_network_with_its_own_storage(cloud: LocalCloud, deployer: Deployer) -> None:
    made = deployer.outputs(deployer.deploy("Own", everything))
    training = deployer.describe(made["Name"])["TrainingJobDefinition"]
    assert training["VpcConfig"]["SecurityGroupIds"] == [made["Group"]]
    assert len(training["VpcConfig"]["Subnets"]) == 2
    assert training["OutputDataConfig"]["S3OutputPath"] == f"s3://{made['Models']}/models/"
    assert training["OutputDataConfig"]["KmsKeyId"].startswith("arn:aws:kms:")
    assert training["CheckpointConfig"]["S3Uri"] == f"s3://{made['Models']}/checkpoints/a/"

    s3 = cloud.client("s3")
    for bucket in (made["Data"], made["Models"]):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    (endpoint,) = cloud.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    assert (endpoint["VpcId"], endpoint["VpcEndpointType"]) == (made["Vpc"], "Gateway")

    # Two versions of an object, and all of it goes with the stack.
    for body in (b"1", b"2"):
        s3.put_object(Bucket=made["Data"], Key="train/a.csv", Body=body)
    deployer.destroy("Own")
    assert deployer.status(made["Name"]) == "Stopped"
    for bucket in (made["Data"], made["Models"]):
        with pytest.raises(s3.exceptions.ClientError):
            s3.head_bucket(Bucket=bucket)


def test_storage_stays_when_its_stack_goes(cloud: LocalCloud, deployer: Deployer) -> None:
    def build(stack: Stack) -> None:
        CfnOutput(stack, "Data", value=TuningStorage(stack, "Storage").data_bucket.bucket_name)

    bucket = deployer.outputs(deployer.deploy("Kept", build))["Data"]
    cloud.client("s3").put_object(Bucket=bucket, Key="train/a.csv", Body=b"1")
    deployer.destroy("Kept")
    assert cloud.client("s3").get_object(Bucket=bucket, Key="train/a.csv")["Body"].read() == b"1"
    assert "aws:SecureTransport" in cloud.client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
