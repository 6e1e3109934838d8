"""Training on this machine, for the local cloud: S3, credentials and logs are those of the cloud itself."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..training_jobs import Images, JobError, Order, S3Storage, Settings, Storage, TrainingJob
from ..training_jobs.lines import LogSink
from .cloud_watch_log import CloudWatchLog
from .engine import TrainingEngine

_MEMORY_SHARE = 0.8
_DISK_BYTES = 5 * 1024**3

# Returns credentials as arguments of boto3, for the role and the ARN of a training job; ValueError when there are none.
Credentials = Callable[[str, str], Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a training job may use of this machine.

    Parameters
    ----------
    grace_seconds
        How long it may take to stop.
    max_seconds
        The longest that it may run, whatever its definition says; None for no such limit.
    memory_bytes, disk_bytes
        None for no limit.
    """

    grace_seconds: float = 10.0
    max_seconds: float | None = None
    memory_bytes: int | None = None
    disk_bytes: int | None = None

    @classmethod
    def shared(cls, parallel: int) -> "Limits":
        """Return limits under which some training jobs at once leave the machine usable."""
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(memory_bytes=int(physical * _MEMORY_SHARE / parallel), disk_bytes=_DISK_BYTES)


def engine(
    url: str,
    folder: Path,
    credentials: Credentials,
    *,
    images: Images | None = None,
    limits: Limits | None = None,
    parallel: int | None = None,
) -> TrainingEngine:
    """Return an engine whose training jobs reach a cloud.

    Parameters
    ----------
    url
        The endpoint of the cloud.
    folder
        Where training jobs have their folders; it is made when the first one needs it.
    credentials
        What the role of a training job gives it.
    images
        Which programs stand for images.
    limits
        What a training job may use; by default an equal share of four fifths of the memory, and 5 GiB of disk.
    parallel
        The most training jobs that one tuning job may run at once; one for each processor by default.
    """
    clients = _Clients(url, credentials)
    processors = os.cpu_count() or 1
    most = parallel or processors
    given = limits or Limits.shared(most)
    settings = Settings(
        folder=folder,
        storage=clients.storage,
        images=images or Images(),
        log=clients.log,
        variables=clients.variables,
        grace_seconds=given.grace_seconds,
        max_seconds=given.max_seconds,
        memory_bytes=given.memory_bytes,
        disk_bytes=given.disk_bytes,
        cpus=max(processors // most, 1),
    )
    return TrainingEngine(lambda order: TrainingJob(order, settings), parallel=most)


class _Clients:
    """What reaches the cloud, as the role of a training job."""

    def __init__(self, url: str, credentials: Credentials) -> None:
        self._url, self._credentials = url, credentials
        self._lock = threading.Lock()

    def storage(self, order: Order) -> Storage:
        return S3Storage(self._client("s3", order))

    def log(self, order: Order) -> LogSink:
        return CloudWatchLog(lambda: self._client("logs", order), f"{order.name}/algo-1-{int(time.time())}")

    def variables(self, order: Order) -> dict[str, str]:
        given = self._given(order)
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return {"AWS_ENDPOINT_URL": self._url, **{name.upper(): given[name] for name in names if name in given}}

    def _given(self, order: Order) -> Mapping[str, str]:
        role = order.definition["RoleArn"]
        try:
            return self._credentials(role, order.arn)
        except ValueError as error:
            raise JobError(f"ClientError: Could not assume role {role}: {error}") from error

    def _client(self, service: str, order: Order) -> Any:
        import boto3
        from botocore.config import Config

        given: dict[str, Any] = dict(self._given(order))
        config = Config(proxies={}, retries={"total_max_attempts": 2}, s3={"addressing_style": "path"})
        with self._lock:  # boto3 makes clients in one thread only
            session: Any = boto3.Session(**given, region_name=order.region)
            return session.client(service, endpoint_url=self._url, config=config)
