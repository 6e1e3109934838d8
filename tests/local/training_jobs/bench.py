"""A place to run training jobs in tests: S3 is a folder, an image's program is what the test says."""

import contextlib
import os
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cdk_hpo.local.training_jobs import Images, Order, Result, Settings, StorageError, TrainingJob

IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/train:1"
XGBOOST = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:1.7-1"
Prepare = Callable[["Bench"], None]


@dataclass
class FolderStorage:
    """Buckets as folders; a bucket that is none does not exist."""

    root: Path
    kms_keys: dict[str, str | None] = field(default_factory=dict)

    def list(self, bucket: str, prefix: str) -> Iterator[str]:
        folder = self._bucket(bucket)
        keys = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        yield from (key for key in keys if key.startswith(prefix))

    def download(self, bucket: str, key: str, path: Path) -> None:
        source = self._bucket(bucket) / key
        if not source.is_file():
            raise StorageError("An error occurred (NoSuchKey): The specified key does not exist.")
        path.write_bytes(source.read_bytes())

    def upload(self, path: Path, bucket: str, key: str, kms_key: str | None = None) -> None:
        target = self._bucket(bucket) / key
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
        self.kms_keys[key] = kms_key

    def _bucket(self, bucket: str) -> Path:
        if not (self.root / bucket).is_dir():
            raise StorageError("An error occurred (NoSuchBucket): The specified bucket does not exist")
        return self.root / bucket


@dataclass
class Bench:
    """Runs training jobs below a folder."""

    root: Path
    limits: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    images: Images = field(default_factory=Images)

    def __post_init__(self) -> None:
        self.storage = FolderStorage(self.root / "s3")
        self.jobs = self.root / "jobs"
        for bucket in ("in", "out"):
            (self.storage.root / bucket).mkdir(parents=True)

    def put(self, path: str, content: str | bytes) -> None:
        """Put an object, ``bucket/key``."""
        target = self.storage.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def start(self, order: Order) -> TrainingJob:
        settings = Settings(
            folder=self.jobs,
            storage=lambda _: self.storage,
            images=self.images,
            log=lambda _: self.lines.extend,
            grace_seconds=5.0,
        )
        return TrainingJob(order, replace(settings, **self.limits))

    def python(self, code: str, **changes: Any) -> TrainingJob:
        """Start a job whose image stands for some Python code."""
        self.images = Images({IMAGE: [sys.executable, "-c", code]})
        return self.start(order(**changes))

    def run(self, code: str, **changes: Any) -> Result:
        """Run a job whose image stands for some Python code, to its end."""
        return wait(self.python(code, **changes))

    def artifact(self, name: str = "model.tar.gz", job: str = "job-001") -> dict[str, str]:
        """Return the files of an artifact with their content."""
        path = self.storage.root / "out" / "models" / job / "output" / name
        with tarfile.open(path) as packed:
            return {
                member.name: packed.extractfile(member).read().decode()  # type: ignore[union-attr]
                for member in packed.getmembers()
                if member.isfile()
            }

    def until(self, line: str) -> None:
        """Wait until the log has a line."""
        eventually(lambda: line in self.lines)


def order(
    image: str = IMAGE,
    *,
    name: str = "job-001",
    hyperparameters: Mapping[str, str] | None = None,
    objective: str | None = "loss",
    **changes: Any,
) -> Order:
    """Return an order; changes are members of the training job definition."""
    definition: dict[str, Any] = {
        "AlgorithmSpecification": {
            "TrainingImage": image,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(\\S+)"}],
        },
        "RoleArn": "arn:aws:iam::123456789012:role/hpo-exec",
        "OutputDataConfig": {"S3OutputPath": "s3://out/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        **changes,
    }
    return Order(
        name=name,
        arn=f"arn:aws:sagemaker:eu-west-1:123456789012:training-job/{name}",
        region="eu-west-1",
        definition=definition,
        hyperparameters=hyperparameters or {},
        objective=objective,
    )


def channel(name: str, uri: str, **source: str) -> dict[str, Any]:
    """Return a channel from S3."""
    return {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri, **source}}}


def wait(job: TrainingJob) -> Result:
    """Wait until a job has ended."""
    eventually(lambda: job.result is not None)
    assert job.result is not None
    return job.result


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def lives(process: int) -> bool:
    """Tell whether a process is there and no zombie."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return not Path("/proc/self").exists()
