"""The calls that watching needs, all of which only read."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.request
from importlib import import_module
from typing import Any

from cdk_hpo.command.unusable import Unusable

from .job import TuningJob, tuning_job

#: Where ``python -m cdk_hpo.local`` listens unless it is told otherwise.
DEFAULT_URL = "http://127.0.0.1:4566"
_MOST_NAMES = 1000
_PAGE = 100


def account_client(region: str | None) -> Any:
    """Make a client for the account and region that boto3 finds in the environment."""
    boto3 = _boto3("report")
    try:
        return boto3.Session(region_name=region).client("sagemaker")
    except (import_module("botocore.exceptions").BotoCoreError, ValueError) as error:
        raise Unusable("AWS", _sentence(error)) from None


def local_client(url: str | None, extra: str = "local") -> Any:
    """Make a client for the local cloud.

    Parameters
    ----------
    url
        Its address; by default that of the variable ``AWS_ENDPOINT_URL``, else where it listens by itself.
    extra
        The extra to install when boto3 is missing.

    Raises
    ------
    Unusable
        When no local cloud answers there. Nothing is sent to anything else.
    """
    url = url or os.environ.get("AWS_ENDPOINT_URL") or DEFAULT_URL
    if re.fullmatch(r"[\w.-]+:\d+/?", url):  # as browsers take it
        url = f"http://{url}"
    boto3 = _boto3(extra)
    about = _about(url)
    # The credentials are those that the local cloud takes for its account's; nobody's real ones go there.
    return boto3.Session(
        aws_access_key_id=about["account"], aws_secret_access_key="local", region_name=about["region"]
    ).client(
        "sagemaker",
        endpoint_url=url,
        config=import_module("botocore.config").Config(
            proxies={}, connect_timeout=5, retries={"total_max_attempts": 2}
        ),
    )


def read(client: Any, name: str) -> TuningJob:
    """Read a tuning job and its training jobs.

    Raises
    ------
    Unusable
        When there is no such job, or it cannot be read; near names are told.
    """
    name = name.rpartition("/")[2]  # an ARN ends with the name
    exceptions = import_module("botocore.exceptions")
    try:
        answer = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        return tuning_job(answer, _training_jobs(client, name))
    except exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFound":
            raise Unusable(name, f"cannot be read: {_sentence(error)}") from None
        raise Unusable(name, f"there is no tuning job of this name{_near(client, name)}") from None
    except exceptions.BotoCoreError as error:
        raise Unusable(name, f"cannot be read: {_sentence(error)}") from None


def read_all(client: Any) -> list[TuningJob]:
    """Read all tuning jobs, oldest first, without their training jobs."""
    exceptions = import_module("botocore.exceptions")
    try:
        names = _names(client, SortBy="CreationTime", SortOrder="Ascending")
        return [
            tuning_job(client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)) for name in names
        ]
    except (exceptions.ClientError, exceptions.BotoCoreError) as error:
        raise Unusable("the tuning jobs", f"cannot be read: {_sentence(error)}") from None


def describe_training(client: Any, name: str) -> dict[str, Any]:
    """Describe a training job; nothing when it cannot be described any more, or must not be."""
    exceptions = import_module("botocore.exceptions")
    try:
        answer: dict[str, Any] = client.describe_training_job(TrainingJobName=name)
    except (exceptions.ClientError, exceptions.BotoCoreError):
        return {}
    return answer


def _training_jobs(client: Any, name: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=name, PaginationConfig={"PageSize": _PAGE}
    )
    return [each for page in pages for each in page["TrainingJobSummaries"]]


def _names(client: Any, **how: str) -> list[str]:
    pages = client.get_paginator("list_hyper_parameter_tuning_jobs").paginate(
        **how, PaginationConfig={"PageSize": _PAGE, "MaxItems": _MOST_NAMES}
    )
    return [each["HyperParameterTuningJobName"] for page in pages for each in page["HyperParameterTuningJobSummaries"]]


def _near(client: Any, name: str) -> str:
    from difflib import get_close_matches

    try:
        names = _names(client, SortBy="CreationTime", SortOrder="Descending")
    except Exception:  # the list is a help; whatever hinders it must not hide what is the matter
        return ""
    if not names:
        return "; there are no tuning jobs at all"
    near = [each for each in names if name and name.lower() in each.lower()]
    near += [each for each in get_close_matches(name, names) if each not in near]
    return f": did you mean {' or '.join(near[:3])}?" if near else f"; the latest is {names[0]}"


def _about(url: str) -> dict[str, Any]:
    """Ask the local cloud whose it is; only itself knows an answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url.rstrip('/')}/_hpo/info", timeout=5) as answer:
            about: dict[str, Any] = json.load(answer)
            return {"account": str(about["account"]), "region": str(about["region"])}
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        raise Unusable(
            url,
            "no local cloud answers here. Start one in another terminal: python -m cdk_hpo.local "
            "(with --train to really train); --url or AWS_ENDPOINT_URL say where it is if not here",
        ) from None


def _boto3(extra: str) -> Any:
    try:
        return import_module("boto3")
    except ImportError:
        raise Unusable("boto3", f"is not installed: pip install 'cdk-hpo[{extra}]'") from None


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())
