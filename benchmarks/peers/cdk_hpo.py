"""The constructs of this library, with the role that it makes, and the buckets as objects."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from benchmarks.definition import definition
from benchmarks.request import DATA, MODELS


def prepare(stack: Stack) -> Any:
    """Return the buckets that all jobs use."""
    return s3.Bucket.from_bucket_name(stack, "Data", DATA), s3.Bucket.from_bucket_name(stack, "Models", MODELS)


def add(stack: Stack, index: int, shared: Any) -> None:
    """Make one job."""
    hpo.HyperParameterTuningJob(stack, f"Job{index}", definition(*shared))
