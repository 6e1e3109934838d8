"""The function that an experienced user writes behind a custom resource: it creates the job and answers."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import boto3

_NUMBERS = {
    "MaxNumberOfTrainingJobs",
    "MaxParallelTrainingJobs",
    "MaxRuntimeInSeconds",
    "InstanceCount",
    "VolumeSizeInGB",
}


def handler(event: dict[str, Any], context: Any) -> None:
    """Handle an event of CloudFormation."""
    name = event.get("PhysicalResourceId") or f"tuning-{event['RequestId'][:20]}"
    client = boto3.client("sagemaker")
    try:
        if event["RequestType"] == "Create":
            request = _typed(event["ResourceProperties"]["Request"])
            client.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **request)
        elif event["RequestType"] == "Delete":
            client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        _answer(event, {"Status": "SUCCESS", "PhysicalResourceId": name})
    except Exception as error:
        _answer(event, {"Status": "FAILED", "PhysicalResourceId": name, "Reason": str(error)})


def _typed(value: Any, member: str = "") -> Any:
    """CloudFormation makes text of numbers."""
    if isinstance(value, dict):
        return {key: _typed(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_typed(each) for each in value]
    return int(value) if member in _NUMBERS else value


def _answer(event: dict[str, Any], answer: dict[str, Any]) -> None:
    answer |= {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    url = urlsplit(event["ResponseURL"])
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.netloc)
    connection.request("PUT", f"{url.path}?{url.query}", body=json.dumps(answer))
    connection.getresponse().read()
