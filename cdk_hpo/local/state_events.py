"""The events that SageMaker sends to EventBridge when a tuning job changes its status."""

import json
import threading
from collections.abc import Callable
from typing import Any

from .sagemaker import TuningJob, TuningService
from .sagemaker.describe import tuning_job

DETAIL_TYPE = "SageMaker HyperParameter Tuning Job State Change"
_FIRST = "InProgress"
_TIMES = ("CreationTime", "LastModifiedTime", "HyperParameterTuningEndTime")

Emit = Callable[[TuningJob, dict[str, Any]], None]


class StateEvents:
    """Looks at all tuning jobs and emits an event for each change of status since the last look.

    Parameters
    ----------
    service
        Whose jobs to watch.
    emit
        Receives the job and the event's detail.
    """

    def __init__(self, service: TuningService, emit: Emit) -> None:
        self._service, self._emit = service, emit
        # What an earlier process left has been told of; how that ends now has not.
        self._known: dict[str, tuple[float, str]] = {job.arn: (job.created, job.status) for job in service.jobs}

    def look(self) -> None:
        """Emit what happened since the last look."""
        self._service.advance()
        for job in self._service.jobs:
            state = (job.created, job.status)
            before = self._known.get(job.arn)
            if before == state:
                continue
            self._known[job.arn] = state
            if job.status != _FIRST and (before is None or before[0] != job.created):
                self._emit(job, _at_first(detail(job)))  # it has gone on since the last look
            self._emit(job, detail(job))

    def watch(self, seconds: float, ended: threading.Event) -> None:
        """Look again and again until the event is set."""
        while not ended.wait(seconds):
            self.look()


def detail(job: TuningJob) -> dict[str, Any]:
    """Write an event's detail: the job as it is described, with times in milliseconds and its tags."""
    described = tuning_job(job)
    for name in _TIMES:
        if name in described:
            described[name] = round(described[name] * 1000)
    return {**described, "Tags": job.tags}


def _at_first(event_detail: dict[str, Any]) -> dict[str, Any]:
    """Return the detail of the event with which a job begins."""
    later = ("HyperParameterTuningEndTime", "BestTrainingJob", "FailureReason")
    kept = {name: each for name, each in event_detail.items() if name not in later}
    return {**kept, "HyperParameterTuningJobStatus": _FIRST}


def to_event_bridge(job: TuningJob, event_detail: dict[str, Any]) -> None:
    """Put the event on the default bus of the job's account and region."""
    from ministack.core.responses import set_request_account_id, set_request_region
    from ministack.services import eventbridge

    set_request_account_id(job.account)
    set_request_region(job.region)
    entry = {
        "Source": "aws.sagemaker",
        "DetailType": DETAIL_TYPE,
        "Resources": [job.arn],
        "Detail": json.dumps(event_detail),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
