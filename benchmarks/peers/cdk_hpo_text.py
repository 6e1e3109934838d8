"""The constructs of this library, with the role that it makes, and the buckets as addresses."""

from typing import Any

from aws_cdk import Stack

from benchmarks.peers import cdk_hpo
from benchmarks.request import DATA, MODELS

add = cdk_hpo.add


def prepare(stack: Stack) -> Any:
    """Return the addresses that all jobs use."""
    return f"s3://{DATA}", f"s3://{MODELS}"
