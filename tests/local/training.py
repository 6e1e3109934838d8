"""Tuning jobs that really train, for tests that look at what they leave behind."""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdk_hpo.local import LocalCloud
from tests.local.requests import make_role, tuning_request

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
# Starts a process that leaves its group, tells the numbers of both, and hangs.
HANGS = (
    "import os, subprocess, sys, time\n"
    "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
    "print('pids', os.getpid(), other.pid, flush=True)\n"
    "open('model/pids.half', 'w').write(f'{os.getpid()} {other.pid}')\n"
    "os.rename('model/pids.half', 'model/pids')\n"
    "time.sleep(600)"
)
TRAINS = "import os; open('model/model', 'w').write('weights'); print('rmse=0.25')"


def table(folder: Path, programs: Mapping[str, str]) -> Path:
    """Write a table of images; each stands for some Python code, which runs in ``/opt/ml``."""
    lines = [f'"{REGISTRY}/{name}:1" = {json.dumps([sys.executable, "-c", code])}' for name, code in programs.items()]
    path = folder / "images.toml"
    path.write_text("\n".join(["[images]", *lines, ""]))
    return path


def prepare(cloud: LocalCloud) -> None:
    """Make the bucket and the role that the tuning jobs of these tests use."""
    cloud.client("s3").create_bucket(Bucket="models")
    make_role(cloud, "hpo-exec")
    statement = {"Effect": "Allow", "Action": ["s3:PutObject", "logs:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("iam").put_role_policy(RoleName="hpo-exec", PolicyName="training", PolicyDocument=document)


def tune(cloud: LocalCloud, name: str, image: str, *, jobs: int = 1, seconds: int = 600, **changes: Any) -> None:
    """Start a tuning job whose training jobs run an image of the table."""
    request = tuning_request(name, limits=(jobs, jobs), **changes)
    definition = request["TrainingJobDefinition"]
    definition.pop("InputDataConfig")
    definition["AlgorithmSpecification"]["TrainingImage"] = f"{REGISTRY}/{image}:1"
    definition["StoppingCondition"] = {"MaxRuntimeInSeconds": seconds}
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**request)


def described(cloud: LocalCloud, name: str) -> dict[str, Any]:
    """Describe a tuning job."""
    found: dict[str, Any] = cloud.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name
    )
    del found["ResponseMetadata"]
    return found


def trained(cloud: LocalCloud, name: str) -> list[dict[str, Any]]:
    """Describe the training jobs of a tuning job, oldest first."""
    sagemaker = cloud.client("sagemaker")
    listed = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, MaxResults=100, SortBy="Name"
    )["TrainingJobSummaries"]
    return [sagemaker.describe_training_job(TrainingJobName=each["TrainingJobName"]) for each in listed]


def folders_of_jobs(home: Path) -> list[Path]:
    """Return the folders of training jobs in the private folder of a local cloud."""
    place = home / "training-jobs"
    return list(place.iterdir()) if place.exists() else []


def processes_of(folder: Path) -> dict[int, str]:
    """Return the processes whose command or environment names a folder, with their commands; zombies are none."""
    found = {}
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command, variables = each.joinpath("cmdline").read_bytes(), each.joinpath("environ").read_bytes()
            if int(each.name) != os.getpid() and os.fsencode(folder) in command + variables:
                found[int(each.name)] = command.decode()
    return found
