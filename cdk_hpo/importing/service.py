"""A tuning job of an account, read with boto3. Nothing in the account is changed."""

from importlib import import_module
from typing import Any

from cdk_hpo.checks.paths import ROOT, at
from cdk_hpo.command.unusable import Unusable
from cdk_hpo.importing.notes import Reading
from cdk_hpo.importing.requests import description


def job(name: str, region: str | None) -> Reading:
    """Read a tuning job by its name: describe, and its tags if that is allowed.

    Parameters
    ----------
    name
        The tuning job's name.
    region
        Its region, or ``None`` for the one that boto3 finds in the environment.

    Raises
    ------
    Unusable
        When boto3 is not installed, or the job cannot be read.
    """
    try:
        boto3, exceptions = import_module("boto3"), import_module("botocore.exceptions")
    except ImportError:
        raise Unusable(name, "can be read with boto3 only: pip install boto3") from None
    failures = (exceptions.ClientError, exceptions.BotoCoreError)
    try:
        client: Any = boto3.Session(region_name=region).client("sagemaker")
        answer = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    except (*failures, ValueError) as error:
        raise Unusable(name, f"cannot be read: {_sentence(error)}") from None
    refusal = None
    try:
        pages = client.get_paginator("list_tags").paginate(ResourceArn=answer["HyperParameterTuningJobArn"])
        answer["Tags"] = [tag for page in pages for tag in page["Tags"]]
    except failures as error:
        refusal = _sentence(error)
    reading = description(answer)
    if refusal is not None:
        reading.notes.lose(at(ROOT, "Tags"), f"not read: {refusal}")
    return reading


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
