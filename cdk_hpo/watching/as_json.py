"""Tuning jobs as JSON, for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .job import Training, TuningJob


def summary(job: TuningJob, now: datetime) -> dict[str, Any]:
    """Return how far a tuning job is."""
    left = job.left(now)
    return {
        "name": job.name,
        "status": job.status,
        "failure_reason": job.reason or None,
        "strategy": job.strategy,
        "objective": None if job.objective is None else str(job.objective),
        "done": job.done,
        "running": job.running,
        "failed": job.failed,
        "limit": job.limit,
        "best": None if job.best is None else _training(job.best),
        "seconds": round(job.elapsed(now), 3),
        "estimated_seconds_left": None if left is None else round(left, 3),
    }


def whole(job: TuningJob, now: datetime) -> dict[str, Any]:
    """Return a tuning job with its training jobs."""
    return {**summary(job, now), "training_jobs": [_training(each) for each in job.trainings]}


def _training(each: Training) -> dict[str, Any]:
    return {
        "name": each.name,
        "definition": each.definition or None,
        "status": each.status,
        "value": each.value,
        "hyper_parameters": dict(each.tuned),
        "seconds": each.seconds,
        "failure_reason": each.reason or None,
    }
