"""Results of distributed maps in S3, which the emulator does not write.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

_MEMBERS = (
    "executionArn",
    "input",
    "inputDetails",
    "name",
    "output",
    "outputDetails",
    "startDate",
    "status",
    "stopDate",
)
_MORE = ("error", "cause", "stateMachineArn")


def install() -> None:
    """Write the results of every distributed map that asks for it; the workflow gets their place instead of them."""
    from ministack.services import stepfunctions

    run = stepfunctions._run_distributed_map

    def run_and_write(state: dict[str, Any], *rest: Any) -> Any:
        writer = state.get("ResultWriter")
        if writer is None:
            return run(state, *rest)
        known = set(stepfunctions._map_runs)
        try:
            _, following = run(state, *rest)
        except stepfunctions._ExecutionError:
            _write(writer, _new_run(known))
            raise
        return _write(writer, _new_run(known)), following

    stepfunctions._run_distributed_map = run_and_write


def _new_run(known: set[str]) -> str:
    from ministack.services import stepfunctions

    (arn,) = set(stepfunctions._map_runs) - known
    return str(arn)


def _write(writer: Mapping[str, Any], map_run: str) -> dict[str, Any]:
    """Write one file for each outcome, and the manifest that lists them."""
    from ministack.services import stepfunctions

    place = writer.get("Arguments") or writer.get("Parameters") or {}
    bucket, folder = place["Bucket"], f"{place.get('Prefix', '').rstrip('/')}/{uuid.uuid4()}".lstrip("/")
    children = [each for each in stepfunctions._executions.values() if each.get("mapRunArn") == map_run]
    files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for status, written in files.items():
        found = [_described(each) for each in children if each["status"] == status]
        if found:
            key = f"{folder}/{status}_0.json"
            written.append({"Key": key, "Size": _put(bucket, key, found)})
    manifest = {"DestinationBucket": bucket, "MapRunArn": map_run, "ResultFiles": files}
    _put(bucket, f"{folder}/manifest.json", manifest)
    details = {"Bucket": bucket, "Key": f"{folder}/manifest.json"}
    return {"MapRunArn": map_run, "ResultWriterDetails": details}


def _described(child: Mapping[str, Any]) -> dict[str, Any]:
    wanted = [name for name in _MEMBERS if name in child] + [name for name in _MORE if child.get(name)]
    return {name[0].upper() + name[1:]: child[name] for name in wanted}


def _put(bucket: str, key: str, content: Any) -> int:
    from ministack.services import s3, stepfunctions

    body = json.dumps(content, default=str).encode()
    status, *_ = s3._put_object(bucket, key, body, {"content-type": "application/json"})
    if status >= 300:
        error: Exception = stepfunctions._ExecutionError(
            "States.ResultWriterFailed", f"The results could not be written to s3://{bucket}/{key}"
        )
        raise error
    return len(body)
