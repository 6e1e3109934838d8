"""Tuning jobs that really train, against the S3, IAM and logs of a local cloud."""

import io
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost

from cdk_hpo.local import LocalCloud
from cdk_hpo.local.engine.machine import Limits, engine
from cdk_hpo.local.sagemaker import TuningService
from cdk_hpo.local.training_jobs import Images
from tests.local.engine.penguins import PENGUINS, penguins
from tests.local.requests import make_role
from tests.local.training_jobs.bench import eventually

ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::penguins"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::penguins/*"},
        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::models/*"},
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
    ],
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as running:
        s3 = running.client("s3")
        for bucket in ("penguins", "models"):
            s3.create_bucket(Bucket=bucket)
        for name in ("train", "validation"):
            s3.put_object(Bucket="penguins", Key=f"{name}/{name}.csv", Body=(PENGUINS / f"{name}.csv").read_bytes())
        yield running


class Machine:
    """A service that trains here."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        def credentials(role: str, arn: str) -> Mapping[str, str]:
            return cloud.assume_role_as("sagemaker.amazonaws.com", role, source_arn=arn, session_name="SageMaker")

        self.cloud, self.folder = cloud, folder
        self.engine = engine(
            cloud.url, folder, credentials, images=Images(), limits=Limits(grace_seconds=1), parallel=2
        )
        self.service = TuningService(self.engine)

    def tune(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a tuning job to its end and return its description."""
        self.service.call("CreateHyperParameterTuningJob", request)
        name = {"HyperParameterTuningJobName": request["HyperParameterTuningJobName"]}
        found: dict[str, Any] = {}

        def ended() -> bool:
            found.update(self.service.call("DescribeHyperParameterTuningJob", name))
            return found["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping")

        eventually(ended, 120)
        return found


@pytest.fixture
def machine(cloud: LocalCloud, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(cloud, tmp_path / "jobs")
    yield made
    made.engine.close(0.0)
    assert not made.folder.exists() or not list(made.folder.iterdir())


def role(cloud: LocalCloud, name: str, policy: Mapping[str, Any]) -> str:
    arn = make_role(cloud, name)
    cloud.client("iam").put_role_policy(RoleName=name, PolicyName="training", PolicyDocument=json.dumps(policy))
    return arn


def test_a_tuning_job_really_trains_and_its_best_model_predicts(
    cloud: LocalCloud, machine: Machine, tmp_path: Path
) -> None:
    described = machine.tune(penguins("penguins", role(cloud, "allowed", ALLOWED)))
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert described["TrainingJobStatusCounters"]["Completed"] == 4
    best = described["BestTrainingJob"]
    name, value = best["TrainingJobName"], best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert 0 < value < 0.9

    body = cloud.client("s3").get_object(Bucket="models", Key=f"out/{name}/output/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as packed:
        packed.extractall(tmp_path, filter="data")
    table = np.loadtxt(PENGUINS / "validation.csv", delimiter=",")
    booster = xgboost.Booster(model_file=bytearray((tmp_path / "xgboost-model").read_bytes()))
    predicted = booster.predict(xgboost.DMatrix(table[:, 1:]))
    right = predicted[np.arange(len(table)), table[:, 0].astype(int)]
    assert -np.log(right).mean() == pytest.approx(value, rel=1e-3)  # the model is the one that was measured

    logs = cloud.client("logs")
    (stream,) = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=name)[
        "logStreams"
    ]
    events = logs.get_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamName=stream["logStreamName"], startFromHead=True
    )["events"]
    assert events[0]["message"].startswith("[0]#011train-mlogloss:")
    assert f"validation-mlogloss:{value:.5f}" in events[19]["message"]


@pytest.mark.parametrize(
    ("missing", "reason"),
    [("s3:GetObject", "Data download failed"), ("s3:PutObject", "Artifact upload failed"), ("logs:*", None)],
)
def test_the_role_counts(cloud: LocalCloud, machine: Machine, missing: str, reason: str | None) -> None:
    kept = [each for each in ALLOWED["Statement"] if each["Action"] != missing]  # type: ignore[index]
    name = f"without-{missing.split(':')[1].strip('*').lower() or 'logs'}"
    described = machine.tune(penguins(name, role(cloud, name, {**ALLOWED, "Statement": kept}), jobs=1))
    (listed,) = machine.service.call(
        "ListTrainingJobsForHyperParameterTuningJob", {"HyperParameterTuningJobName": name}
    )["TrainingJobSummaries"]
    if reason is None:
        assert described["HyperParameterTuningJobStatus"] == "Completed"
        return
    assert described["HyperParameterTuningJobStatus"] == "Failed"
    assert listed["FailureReason"].startswith(f"ClientError: {reason}: s3://")
    assert "AccessDenied" in listed["FailureReason"]


def test_many_may_ask_while_it_trains(cloud: LocalCloud, machine: Machine) -> None:
    names = [f"many-{number}" for number in range(2)]
    for name in names:
        machine.service.call("CreateHyperParameterTuningJob", penguins(name, role(cloud, name, ALLOWED), jobs=2))
    errors: list[Exception] = []

    def ask(name: str) -> None:
        try:
            for _ in range(50):
                machine.service.call("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": name})
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(name,)) for name in names * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    machine.engine.close(0.0)
    assert not machine.folder.exists() or not list(machine.folder.iterdir())
