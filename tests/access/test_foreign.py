"""What a user is told about resources of other accounts and regions."""

import dataclasses
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack, policy_of, readable, template_of
from tests.examples import minimal_definition


def told(stack: Stack, **changes: Any) -> list[str]:
    base = minimal_definition().training_jobs[0]
    image = hpo.Algorithm.from_image(
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/train:1", metric_definitions=base.algorithm.metric_definitions
    )
    training = dataclasses.replace(base, **{"algorithm": image, **changes})
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=training))
    return [str(each.data) for each in job.node.metadata if each.type == "aws:cdk:warning"]


def here() -> Stack:
    return new_stack(region="eu-west-1")


def imported(stack: Stack, **attributes: str) -> s3.IBucket:
    return s3.Bucket.from_bucket_attributes(stack, "Imported", bucket_name="theirs", **attributes)


def test_a_bucket_of_another_account() -> None:
    stack = here()
    bucket = imported(stack, account="123456789012")
    (said,) = told(stack, inputs=[hpo.Channel.from_bucket("train", bucket, "p/")])
    assert "cdk-hpo:bucket-of-another-account" in said
    assert "belongs to account 123456789012" in said
    assert '"s3:GetObject"' in said and "arn:aws:s3:::theirs/*" in said
    # What can be granted here is granted.
    assert readable(policy_of(template_of(stack)))["ReadInputs"]["Resource"] == "arn:aws:s3:::theirs/p/*"


def test_a_bucket_of_another_region() -> None:
    stack = here()
    bucket = imported(stack, region="us-east-1")
    (said,) = told(stack, inputs=[hpo.Channel.from_bucket("train", bucket, "p/")])
    assert "is in us-east-1, the tuning job in eu-west-1" in said


def test_an_imported_bucket_without_a_key_is_just_used() -> None:
    stack = here()
    assert told(stack, inputs=[hpo.Channel.from_bucket("train", imported(stack), "p/")]) == []
    assert "DecryptInputs" not in policy_of(template_of(stack))


def test_a_key_of_another_account() -> None:
    stack = here()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/1234abcd")
    (said,) = told(stack, output=hpo.Output("s3://b/x", encryption_key=key))
    assert "cdk-hpo:key-of-another-account" in said
    assert '"kms:GenerateDataKey"' in said


def test_a_repository_of_another_account() -> None:
    stack = here()
    repository = ecr.Repository.from_repository_arn(
        stack, "Repository", "arn:aws:ecr:eu-west-1:123456789012:repository/theirs"
    )
    algorithm = hpo.Algorithm.from_ecr_repository(
        repository, "1", metric_definitions=[hpo.MetricDefinition("loss", "loss=(.*)")]
    )
    (said,) = told(stack, algorithm=algorithm)
    assert "cdk-hpo:repository-of-another-account" in said


def test_nothing_is_said_when_the_account_is_not_known() -> None:
    stack = new_stack()
    assert told(stack, inputs=[hpo.Channel.from_bucket("train", imported(stack, account="123456789012"), "p/")]) == []


def test_a_key_of_another_region() -> None:
    stack = here()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/one")
    (said,) = told(stack, output=hpo.Output("s3://models", encryption_key=key))
    assert "cdk-hpo:key-in-another-region" in said
    assert "is in us-east-1, the tuning job in eu-west-1" in said


def test_a_key_as_text_of_another_region() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/one"
    (said,) = told(here(), output=hpo.Output("s3://models", encryption_key=key))
    assert "cdk-hpo:key-in-another-region" in said


def test_an_image_of_another_region() -> None:
    metrics = minimal_definition().training_jobs[0].algorithm.metric_definitions
    image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1"
    (said,) = told(here(), algorithm=hpo.Algorithm.from_image(image, metric_definitions=metrics))
    assert "cdk-hpo:image-in-another-region" in said
    stack = here()
    arn = "arn:aws:ecr:us-east-1:111122223333:repository/train"
    repository = ecr.Repository.from_repository_attributes(
        stack, "Repository", repository_arn=arn, repository_name="train"
    )
    (said,) = told(stack, algorithm=hpo.Algorithm.from_ecr_repository(repository, "1", metric_definitions=metrics))
    assert "cdk-hpo:image-in-another-region" in said and arn in said


def test_nothing_is_said_of_regions_that_are_the_same_or_unknown() -> None:
    metrics = minimal_definition().training_jobs[0].algorithm.metric_definitions
    for stack in (here(), new_stack()):
        image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/train:1"
        key = kms.Key(stack, "Key")
        algorithm = hpo.Algorithm.from_image(image, metric_definitions=metrics)
        assert told(stack, algorithm=algorithm, output=hpo.Output("s3://models", encryption_key=key)) == []
