"""The records of tuning jobs and models as files, so that they outlive the process."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .jobs import TuningJob
from .past import PastRun
from .training import Outcome, TrainingJob, definitions

# What of a training job is written as it is.
_PLAIN = (
    "name",
    "arn",
    "tuned",
    "created",
    "started",
    "ended",
    "status",
    "objective",
    "objective_status",
    "failure_reason",
)


class Records:
    """A folder with a file for each tuning job, and one for all models.

    A file is there whole or not at all, however the process ends.

    Parameters
    ----------
    folder
        It is made when it is not there.
    lost
        When the process that wrote what is there was last known to live, in seconds since the epoch.
    """

    def __init__(self, folder: Path, lost: float) -> None:
        self._folder, self._lost = folder, lost
        self._states: dict[str, object] = {}
        self._models = folder / "models"
        self._models_text = "{}"
        folder.mkdir(parents=True, exist_ok=True)

    def load(self) -> Iterator[TuningJob]:
        """Return the jobs that are there, as the earlier process left them; ValueError names a file that is broken."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                job = _read(json.loads(path.read_text(encoding="utf-8")), self._lost)
            except (KeyError, TypeError, ValueError, IndexError) as error:
                raise ValueError(f"The record of a tuning job cannot be read: {path}: {error!r}") from error
            self._states[job.arn] = _state(job)
            yield job

    def keep(self, job: TuningJob) -> None:
        """Write a job when it has changed since it was last written."""
        state = _state(job)
        if self._states.get(job.arn) == state:
            return
        _replace(self._path(job), json.dumps(_written(job)))
        self._states[job.arn] = state

    def forget(self, job: TuningJob) -> None:
        """Remove a job's file."""
        self._path(job).unlink(missing_ok=True)
        self._states.pop(job.arn, None)

    def load_models(self) -> dict[str, dict[str, Any]]:
        """Return the models, groups and versions that are there; ValueError names a file that is broken."""
        if not self._models.exists():
            return {}
        self._models_text = self._models.read_text(encoding="utf-8")
        try:
            found: dict[str, dict[str, Any]] = json.loads(self._models_text)
        except ValueError as error:
            raise ValueError(f"The records of models cannot be read: {self._models}: {error!r}") from error
        return found

    def keep_models(self, kept: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the models, groups and versions when they have changed."""
        text = json.dumps(kept)
        if text != self._models_text:
            _replace(self._models, text)
            self._models_text = text

    def _path(self, job: TuningJob) -> Path:
        return self._folder / f"{job.account}.{job.region}.{job.name.lower()}.json"


def _replace(path: Path, text: str) -> None:
    half = path.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    os.replace(half, path)  # noqa: PTH105


def _state(job: TuningJob) -> object:
    """Return what is different whenever the record is; the training jobs of an ended tuning job do not change."""
    own = (job.created, job.status, job.modified, tuple(job.tags.items()), job.run.converged, job.run.not_improving)
    if job.ended is not None:
        return own
    return own, tuple((each.status, len(each.phases)) for each in job.run.training_jobs)


def _written(job: TuningJob) -> dict[str, Any]:
    known = definitions(job.request)
    outcome = job.run.outcome
    return {
        "name": job.name,
        "arn": job.arn,
        "account": job.account,
        "region": job.region,
        "request": job.request,
        "tags": job.tags,
        "created": job.created,
        "modified": job.modified,
        "stopping": job.stopping,
        "outcome": None if outcome is None else {"status": outcome.status, "at": outcome.at, "reason": outcome.reason},
        "not_improving": job.run.not_improving,
        "converged": job.run.converged,
        "training_jobs": [
            {
                **{name: getattr(each, name) for name in _PLAIN},
                "phases": each.phases,
                "definition": known.index(each.definition),
            }
            for each in job.run.training_jobs
        ],
    }


def _read(found: Mapping[str, Any], lost: float) -> TuningJob:
    known = definitions(found["request"])
    training_jobs = [
        TrainingJob(
            **{name: each[name] for name in _PLAIN},
            phases=[(phase, at) for phase, at in each["phases"]],
            definition=known[each["definition"]],
        )
        for each in found["training_jobs"]
    ]
    run = PastRun(
        training_jobs,
        None if found["outcome"] is None else Outcome(**found["outcome"]),
        stopping=found["stopping"],
        lost=max(lost, found["modified"]),
        not_improving=found["not_improving"],
        converged=found["converged"],
    )
    own = ("name", "arn", "account", "region", "request", "tags", "created", "modified", "stopping")
    return TuningJob(**{name: found[name] for name in own}, run=run)
