"""Durations and numbers in words."""

from __future__ import annotations

from .job import TuningJob, number


def duration(seconds: float) -> str:
    """Return a duration in its two largest units."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def counts(job: TuningJob) -> str:
    """Return how many training jobs are how far."""
    at_once = f"{job.parallel} at once"
    limit = f"at most {job.limit}, {at_once}" if job.limit is not None else at_once
    return f"{job.done} done, {job.running} running, {job.failed} failed; {limit}"


def short(value: str) -> str:
    """Return a number with few digits; any other text as it is."""
    found = number(value)
    return value if found is None or found.is_integer() else f"{found:.4g}"
