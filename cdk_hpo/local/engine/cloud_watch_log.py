"""The logs of training jobs in CloudWatch.

https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

LOG_GROUP = "/aws/sagemaker/TrainingJobs"
# CloudWatch takes no more at once.
MOST_EVENTS = 10_000
MOST_BYTES = 1_048_576
_EVENT_BYTES = 26
# The local cloud keeps its logs in memory: a program that writes without end must not fill it.
MOST_LINES = 100_000
MOST_KEPT_BYTES = 64 * 1024**2


class CloudWatchLog:
    """Writes the lines of a training job to the log group of training jobs.

    Without the permission to write there is no log, as in the service; the training job runs on.

    Parameters
    ----------
    client
        Returns a boto3 client for CloudWatch Logs.
    stream
        The name of the log stream.
    """

    def __init__(self, client: Callable[[], Any], stream: str) -> None:
        self._make, self._stream = client, stream
        self._client: Any = None
        self._off, self._lines, self._bytes = False, 0, 0

    def __call__(self, lines: list[str]) -> None:
        """Write some lines."""
        if self._off:
            return
        self._lines += len(lines)
        self._bytes += sum(len(line.encode()) for line in lines)
        if self._lines > MOST_LINES:
            lines, self._off = [f"The log ends here: it has {MOST_LINES} lines."], True
        elif self._bytes > MOST_KEPT_BYTES:
            lines, self._off = [f"The log ends here: it has {MOST_KEPT_BYTES // 1024**2} MiB."], True
        try:
            if self._client is None:
                self._client = self._open()
            for events in _batches(lines, int(time.time() * 1000)):
                self._client.put_log_events(logGroupName=LOG_GROUP, logStreamName=self._stream, logEvents=events)
        except Exception:  # whatever the log has, the training goes on
            self._off = True

    def _open(self) -> Any:
        client = self._make()
        for create, names in (
            (client.create_log_group, {"logGroupName": LOG_GROUP}),
            (client.create_log_stream, {"logGroupName": LOG_GROUP, "logStreamName": self._stream}),
        ):
            try:
                create(**names)
            except client.exceptions.ResourceAlreadyExistsException:
                continue
        return client


def _batches(lines: list[str], now: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for line in lines:
        message = line or " "  # an empty message is none
        more = len(message.encode()) + _EVENT_BYTES
        if batch and (size + more > MOST_BYTES or len(batch) == MOST_EVENTS):
            yield batch
            batch, size = [], 0
        batch.append({"timestamp": now, "message": message})
        size += more
    if batch:
        yield batch
