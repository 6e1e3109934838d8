"""A local cloud that really trains: with the rights of the roles, and without leaving anything behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from tests.local.engine.penguins import PENGUINS, penguins
from tests.local.requests import make_role, tuning_request
from tests.local.training_jobs.bench import eventually, lives
from tests.shared import ROOT

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/TrainingJobs"
ALLOWED = [
    {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::penguins"},
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::penguins/*"},
    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::models/*"},
    {"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:CreateLogStream"], "Resource": GROUP},
    {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"{GROUP}:log-stream:*"},
]


def allowed(cloud: LocalCloud, name: str = "allowed") -> str:
    arn = make_role(cloud, name)
    document = json.dumps({"Version": "2012-10-17", "Statement": ALLOWED})
    cloud.client("iam").put_role_policy(RoleName=name, PolicyName="training", PolicyDocument=document)
    return arn


def described(cloud: LocalCloud, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name
    )
    return found


def test_a_tuning_job_trains_as_its_role_and_its_log_is_there() -> None:
    with LocalCloud(train=True) as cloud:
        s3, logs = cloud.client("s3"), cloud.client("logs")
        for bucket in ("penguins", "models"):
            s3.create_bucket(Bucket=bucket)
        for name in ("train", "validation"):
            s3.put_object(Bucket="penguins", Key=f"{name}/{name}.csv", Body=(PENGUINS / f"{name}.csv").read_bytes())
        cloud.client("sagemaker").create_hyper_parameter_tuning_job(**penguins("penguins", allowed(cloud), jobs=2))
        eventually(lambda: described(cloud, "penguins")["HyperParameterTuningJobStatus"] != "InProgress", 120)
        found = described(cloud, "penguins")
        assert found["HyperParameterTuningJobStatus"] == "Completed"
        assert found["TuningJobCompletionDetails"]["NumberOfTrainingJobsObjectiveNotImproving"] in (0, 1)
        best = found["BestTrainingJob"]["TrainingJobName"]
        assert s3.head_object(Bucket="models", Key=f"out/{best}/output/model.tar.gz")["ContentLength"] > 1000
        (stream,) = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=best)[
            "logStreams"
        ]
        events = logs.get_log_events(
            logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream["logStreamName"], startFromHead=True
        )["events"]
        assert events[0]["message"].startswith("[0]#011train-mlogloss:")


def test_a_wrong_table_of_images_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "images.toml").write_text("[image]\n")
    with pytest.raises(ValueError, match=r"must hold one table, \[images\]"):
        LocalCloud(train=True, images=tmp_path / "images.toml")


HOLDER = """
import sys, time
sys.path[:0] = [{root!r}]
from cdk_hpo.local import LocalCloud
from tests.local.test_training import start_hanging
with LocalCloud(train=True, images={images!r}) as cloud:
    start_hanging(cloud)
    print(cloud._process._process.pid, cloud._process.home, flush=True)
    {then}
"""


def start_hanging(cloud: LocalCloud) -> None:
    """Start a tuning job whose training jobs hang, and wait until two of them do."""
    request = tuning_request("hangs", limits=(2, 2))
    request["TrainingJobDefinition"] |= {"RoleArn": make_role(cloud, "hangs")}
    request["TrainingJobDefinition"].pop("InputDataConfig")
    request["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingImage"] = IMAGE
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**request)
    home = cloud._process.home  # type: ignore[union-attr]
    eventually(lambda: len(list(home.glob("training-jobs/*/opt/ml/model/pid"))) == 2)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize(
    ("then", "how"),
    [
        ("time.sleep(60)", signal.SIGKILL),
        ("time.sleep(60)", signal.SIGINT),
        ("__import__('os').kill(cloud._process._process.pid, 9)", None),
        ("pass", None),
    ],
)
def test_nothing_of_its_training_outlives_it(tmp_path: Path, then: str, how: signal.Signals | None) -> None:
    hang = "import os, time; open('model/pid', 'w').write(str(os.getpid())); time.sleep(600)"
    images = tmp_path / "images.toml"
    images.write_text(f'[images]\n"{IMAGE}" = {json.dumps([sys.executable, "-c", hang])}\n')
    code = HOLDER.format(root=str(ROOT), images=str(images), then=then)
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert holder.stdout is not None
        server, home = holder.stdout.readline().split()
        place = Path(home.decode())
        trained = [int(path.read_text() or 0) for path in place.glob("training-jobs/*/opt/ml/model/pid")]
        if how is not None:
            assert len(trained) == 2
            os.kill(holder.pid, how)
        holder.wait(60)
        eventually(lambda: not any(map(lives, [*trained, int(server)])))
        eventually(lambda: not place.exists())
        eventually(lambda: not keepers(place))
    finally:
        holder.kill()
        holder.communicate()


def keepers(place: Path) -> list[str]:
    """Return the command lines of processes that keep something in a folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = each.read_bytes().decode()
        except OSError:
            continue
        if "keeper.py" in line and str(place) in line:
            found.append(line)
    return found
