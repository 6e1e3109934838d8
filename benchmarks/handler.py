"""The function behind the custom resource: from a new process to the answer that CloudFormation gets.

Both functions handle the same create event. SageMaker is a server on this machine that answers at once.
"""

import compileall
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
import botocore

from benchmarks.fresh import ROOT, Taken, in_turns, taken_by_processes
from benchmarks.loopback import ACCOUNT, REGION, Loopback
from benchmarks.request import request

#: The module of the handler and the folder that holds it, by way.
_CODE = {
    "cdk_hpo": ("tuning_job.handler", ROOT / "lambda"),
    "boto3": ("index", ROOT / "benchmarks" / "peers" / "handler"),
}
_RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from {module} import handler
class Context:
    function_name = "tuning"
    def get_remaining_time_in_millis(self):
        return 300_000
handler(json.loads(sys.argv[2]), Context())
"""


def start(rounds: int) -> dict[str, list[Taken]]:
    """Return what each handler takes: as it comes, and with its own code compiled before.

    Raises
    ------
    RuntimeError
        When a handler's answer is no success.
    """
    for library in (boto3, botocore):
        compileall.compile_dir(Path(str(library.__file__)).parent, quiet=2)
    with tempfile.TemporaryDirectory() as directory, Loopback() as server:
        folders = {}
        for way, (_, source) in _CODE.items():
            for kind in ("source", "compiled"):
                folder = Path(directory, f"{way}-{kind}")
                shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
                if kind == "compiled":
                    compileall.compile_dir(folder, quiet=2)
                folders[f"{way} {kind}"] = folder
        return in_turns(list(folders), rounds, lambda name: _answered(name.split()[0], folders[name], server))


def _answered(way: str, folder: Path, server: Loopback) -> Taken:
    server.forget()
    code = _RUN.format(module=_CODE[way][0])
    variables = {
        **os.environ,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        "AWS_ENDPOINT_URL_SAGEMAKER": server.url,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-c", code, str(folder), json.dumps(_event(server.url))]
    begun = time.perf_counter()
    taken = taken_by_processes(lambda: subprocess.run(command, env=variables, check=False, capture_output=True))
    if server.answer.get("Status") != "SUCCESS":
        raise RuntimeError(f"{way}: {server.answer}")
    return Taken(taken.cpu, (server.answered_at - begun) * 1000)


def _event(url: str) -> dict[str, Any]:
    return {
        "RequestType": "Create",
        "ResponseURL": f"{url}/answer?signature=none",
        "StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Tuning/6f1e0a10-0000-11ef-8000-0affd1a2b3c4",
        "RequestId": "0b6e4f1a-1111-4222-8333-444455aabbcc",
        "ResourceType": "Custom::SageMakerHyperParameterTuningJob",
        "LogicalResourceId": "Job",
        "ResourceProperties": {
            "ServiceToken": "function",
            "ServiceTimeout": "3600",
            "NamePrefix": "job",
            "WaitFor": "created",
            "OnDelete": "stop",
            "Request": _as_text(request(f"arn:aws:iam::{ACCOUNT}:role/training")),
        },
    }


def _as_text(value: Any) -> Any:
    """Return a value as CloudFormation hands it to a function: numbers as text."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value)
