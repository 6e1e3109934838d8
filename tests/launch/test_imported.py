"""Tuning jobs that exist already, and what is said to those who mix their names up with their ARNs."""

from typing import Any

import pytest
from aws_cdk import CfnParameter
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack
from tests.examples import minimal_definition

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/my-job"
by_name = hpo.HyperParameterTuningJob.from_tuning_job_name
by_arn = hpo.HyperParameterTuningJob.from_tuning_job_arn


def test_an_arn_for_a_name() -> None:
    with pytest.raises(ValueError, match=r"name of a tuning job, got an ARN: write from_tuning_job_arn\(…\) for 'arn:"):
        by_name(new_stack(), "Job", ARN)


def test_a_name_for_an_arn() -> None:
    with pytest.raises(ValueError, match=r"got 'my-job': of a job's name write from_tuning_job_name\(…\)"):
        by_arn(new_stack(), "Job", "my-job")


def test_the_arn_of_something_else() -> None:
    with pytest.raises(ValueError, match=r"expected the ARN of a tuning job, arn:….*, got 'arn:aws:s3:::bucket'$"):
        by_arn(new_stack(), "Job", "arn:aws:s3:::bucket")


@pytest.mark.parametrize("imported", [by_name, by_arn], ids=["name", "ARN"])
def test_no_text(imported: Any) -> None:
    stack = new_stack()
    with pytest.raises(TypeError, match=r"of a tuning job as text, got an object of the class Bucket$"):
        imported(stack, "Job", s3.Bucket(stack, "Bucket"))
    with pytest.raises(ValueError, match=r"of a tuning job as text, got an empty text$"):
        imported(stack, "Job", "")
    job = hpo.HyperParameterTuningJob(stack, "Given", minimal_definition())
    with pytest.raises(TypeError, match=r"HyperParameterTuningJob: the job itself can be used as it is$"):
        imported(stack, "Job", job)
    assert stack.node.try_find_child("Job") is None


def test_tokens_are_taken() -> None:
    stack = new_stack()
    token = CfnParameter(stack, "Given").value_as_string
    assert by_name(stack, "Name", token).tuning_job_name == token
    assert by_arn(stack, "Arn", token).tuning_job_arn == token
