"""The execution role's policy in each situation, as a review would read it."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import assert_matches_snapshot, new_stack, policy_of, readable, template_of
from tests.examples import minimal_definition

NETWORK = hpo.VpcConfig(security_groups=["sg-0a1b2c3d"], subnets=["subnet-0a1b2c3d", "subnet-1a2b3c4d"])
METRICS = [hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
FILES = hpo.FileSystemDataSource("fs-0a1b2c3d4e5f60718", "/data", type=hpo.FileSystemType.EFS)


def own_key(stack: Stack) -> dict[str, Any]:
    key = kms.Key(stack, "Key")
    data = s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.KMS, encryption_key=key)
    return {
        "inputs": [hpo.Channel.from_bucket("train", data, "train/")],
        "output": hpo.Output("s3://model-bucket/models/", encryption_key=key),
        "resources": hpo.Instances("ml.m5.large", volume=10, volume_encryption_key=key),
    }


def other_accounts_image(stack: Stack) -> dict[str, Any]:
    arn = "arn:aws:ecr:eu-west-1:123456789012:repository/theirs"
    repository = ecr.Repository.from_repository_arn(stack, "Repository", arn)
    return {"algorithm": hpo.Algorithm.from_ecr_repository(repository, "1", metric_definitions=METRICS)}


def everything(stack: Stack) -> dict[str, Any]:
    files = hpo.Channel("files", FILES)
    return {
        **own_key(stack),
        **other_accounts_image(stack),
        "inputs": [*own_inputs(), files],
        "checkpoint": hpo.Checkpoint("s3://checkpoint-bucket", "points/"),
        "vpc": NETWORK,
    }


def own_inputs() -> list[hpo.Channel]:
    return [
        hpo.Channel.from_bucket("prefix", "s3://data-bucket/train/"),
        hpo.Channel.from_bucket("manifest", "s3://list-bucket/a.manifest", data_type=hpo.S3DataType.MANIFEST_FILE),
        hpo.Channel.from_bucket("fast", "s3://fast--euw1-az1--x-s3/train/"),
    ]


SITUATIONS: dict[str, Callable[[Stack], dict[str, Any]]] = {
    "minimal": lambda _: {},
    "own_key": own_key,
    "network": lambda _: {"vpc": NETWORK},
    "image_of_another_account": other_accounts_image,
    "file_system": lambda _: {"inputs": [hpo.Channel("files", FILES)], "vpc": NETWORK},
    "built_in_algorithm": lambda _: {"algorithm": hpo.Algorithm.built_in("kmeans")},
    "everything": everything,
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_policy(situation: str) -> None:
    stack = new_stack(region="eu-west-1")
    changes = SITUATIONS[situation](stack)
    definition = minimal_definition()
    if situation == "built_in_algorithm":
        definition = dataclasses.replace(definition, objective=hpo.Objective.minimize("test:msd"))
    training = dataclasses.replace(definition.training_jobs[0], **changes)
    hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(definition, training=training))
    statements = policy_of(template_of(stack))
    shown = {
        sid: {name: each for name, each in held.items() if name not in ("Sid", "Effect")}
        for sid, held in statements.items()
    }
    assert_matches_snapshot(f"policy_{situation}", readable(shown))
