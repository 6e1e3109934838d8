"""Policies stay within IAM's limits, however many jobs, definitions and channels there are.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack, template_of
from tests.examples import minimal_definition

INLINE_TOTAL, MANAGED, MANAGED_PER_ROLE = 10_240, 6_144, 10
#: How long an ARN is with the longest name, in the longest partition and region.
LENGTHS = {"AWS::KMS::Key": 86, "AWS::S3::Bucket": 83, "AWS::IAM::Role": 102}
OTHER_LENGTH = 120
PSEUDO = {
    "AWS::AccountId": "1" * 12,
    "AWS::Region": "ap-southeast-2",
    "AWS::Partition": "aws-us-gov",
    "AWS::StackId": "x" * 200,
}
LONG = "a-rather-long-name-of-a-folder/and-another-one-below-it/"


def definition(index: int = 0, *, channels: int = 1, **changes: Any) -> hpo.TuningJobDefinition:
    inputs = [
        hpo.Channel.from_bucket(f"channel-{each}", "s3://data", f"{LONG}{index}/{each}/") for each in range(channels)
    ]
    return dataclasses.replace(
        minimal_definition(),
        training=dataclasses.replace(minimal_definition().training_jobs[0], **({"inputs": inputs} | changes)),
    )


def several(count: int, *, channels: int, **changes: Any) -> hpo.TuningJobDefinition:
    """Return a tuning job of a list of definitions."""
    jobs = [
        dataclasses.replace(
            definition(index, channels=channels, **changes).training_jobs[0],
            name=f"definition-{index}",
            objective=hpo.Objective.minimize("loss"),
            parameter_ranges=[hpo.ContinuousParameter("eta", 0.1, 0.2)],
            output=hpo.Output("s3://models", f"{LONG}{index}/"),
        )
        for index in range(count)
    ]
    limits = hpo.ResourceLimits(max_training_jobs=10, max_parallel_training_jobs=2)
    return hpo.TuningJobDefinition(limits=limits, training=jobs)


def two_jobs_with_one_bucket(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket", encryption=s3.BucketEncryption.KMS)
    for index in range(2):
        inputs = [hpo.Channel.from_bucket("train", bucket, f"{index}/")]
        job = definition(inputs=inputs, output=hpo.Output(bucket, "out/"))
        hpo.HyperParameterTuningJob(stack, f"Job{index}", job)


def jobs(count: int, **options: Any) -> Any:
    def build(stack: Stack) -> None:
        for index in range(count):
            hpo.HyperParameterTuningJob(stack, f"AJobWithALongName{index}", definition(index), **options)

    return build


def one_of(count: int, *, channels: int) -> Any:
    return lambda stack: hpo.HyperParameterTuningJob(stack, "Job", several(count, channels=channels))


def everything_in_one(stack: Stack) -> None:
    """Ten definitions of twenty channels, each with buckets, keys and an image of its own, in the largest network."""
    jobs = [
        dataclasses.replace(
            each,
            algorithm=hpo.Algorithm.from_image(
                f"111122223333.dkr.ecr.us-east-1.amazonaws.com/a-team/a-long-repository-name-{index}:1",
                metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")],
            ),
            inputs=[
                hpo.Channel.from_bucket(f"c{n}", f"s3://bucket-of-definition-{index}", f"{LONG}{n}/") for n in range(20)
            ],
            output=hpo.Output("s3://models", f"{index}/", encryption_key=kms.Key(stack, f"Output{index}")),
            resources=hpo.Instances("ml.m5.large", volume=10, volume_encryption_key=kms.Key(stack, f"Volume{index}")),
            checkpoint=hpo.Checkpoint(s3.Bucket(stack, f"Points{index}", encryption=s3.BucketEncryption.KMS), LONG),
            vpc=hpo.VpcConfig(
                security_groups=[f"sg-{n:017x}" for n in range(5)],
                subnets=[f"subnet-{n:017x}" for n in range(16)],
            ),
        )
        for index, each in enumerate(several(10, channels=1).training_jobs)
    ]
    limits = hpo.ResourceLimits(max_training_jobs=10, max_parallel_training_jobs=2)
    hpo.HyperParameterTuningJob(stack, "Job", hpo.TuningJobDefinition(limits=limits, training=jobs))


def jobs_with_one_role(stack: Stack) -> None:
    """Jobs that share a role of the app, which is added to by each."""
    from aws_cdk import aws_iam as iam

    role = iam.Role(stack, "Shared", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    jobs(10, role=role)(stack)


CASES = {
    "2 jobs, 1 bucket": two_jobs_with_one_bucket,
    "10 jobs": jobs(10),
    "50 jobs": jobs(50),
    "10 definitions, 20 channels each": one_of(10, channels=20),
    "10 definitions, everything": everything_in_one,
    "10 jobs, 1 role": jobs_with_one_role,
}


def resolved(value: Any, template: dict[str, Any]) -> Any:
    """Return a part of a template with every reference as long as what it becomes."""
    if isinstance(value, list):
        return [resolved(each, template) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name == "Ref" and argument in PSEUDO:
            return PSEUDO[argument]
        if name in ("Ref", "Fn::GetAtt"):
            logical_id = argument if name == "Ref" else argument[0]
            type = template["Resources"].get(logical_id, {}).get("Type", "")
            return "x" * LENGTHS.get(type, OTHER_LENGTH)
        if name == "Fn::Join":
            return argument[0].join(str(resolved(each, template)) for each in argument[1])
        assert not name.startswith("Fn::"), name
    return {name: resolved(each, template) for name, each in value.items()}


def size(document: Any, template: dict[str, Any]) -> int:
    """Count as IAM does: without white space."""
    return len(json.dumps(resolved(document, template), separators=(",", ":")))


def policies(template: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Yield the role, the kind (inline or managed) and the size of every policy."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", ()):
                yield name, "inline", size(policy["PolicyDocument"], template)
        if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            kind = "inline" if resource["Type"] == "AWS::IAM::Policy" else "managed"
            for role in properties.get("Roles", ()):
                yield role["Ref"], kind, size(properties["PolicyDocument"], template)


@pytest.mark.parametrize("case", CASES)
def test_policies_stay_within_limits(case: str) -> None:
    stack = new_stack(region="us-east-1")
    CASES[case](stack)
    found = list(policies(template_of(stack)))
    totals: dict[str, int] = {}
    attached: dict[str, int] = {}
    for role, kind, characters in found:
        if kind == "inline":
            totals[role] = totals.get(role, 0) + characters
        else:
            attached[role] = attached.get(role, 0) + 1
    managed = [characters for _, kind, characters in found if kind == "managed"]
    print(
        f"{case}: inline at most {max(totals.values(), default=0)} of {INLINE_TOTAL} for a role; "
        f"managed {len(managed)}, at most {max(managed, default=0)} of {MANAGED}, "
        f"at most {max(attached.values(), default=0)} of {MANAGED_PER_ROLE} for a role"
    )
    assert found
    assert {role: total for role, total in totals.items() if total > INLINE_TOTAL} == {}
    assert [characters for characters in managed if characters > MANAGED] == []
    assert {role: count for role, count in attached.items() if count > MANAGED_PER_ROLE} == {}


def test_what_is_split_says_the_same() -> None:
    """Every channel is in one of the policies, and each statement has an id of its own."""
    stack = new_stack(region="us-east-1")
    one_of(10, channels=20)(stack)
    template = template_of(stack)
    documents = [
        document
        for resource in template["Resources"].values()
        for document in _documents(resource)
        if any(statement["Sid"].startswith("ReadInputs") for statement in document["Statement"])
    ]
    text = json.dumps(resolved(documents, template))
    assert all(f"{LONG}{index}/{channel}/*" in text for index in range(10) for channel in range(20))
    for document in documents:
        ids = [statement["Sid"] for statement in document["Statement"]]
        assert len(ids) == len(set(ids))
        assert all(each.isalnum() for each in ids)


def _documents(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        yield resource["Properties"]["PolicyDocument"]
    if resource["Type"] == "AWS::IAM::Role":
        yield from (each["PolicyDocument"] for each in resource["Properties"].get("Policies", ()))
