"""Durations, numbers and failures in words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

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


def reasons(job: TuningJob) -> list[tuple[str, int]]:
    """Return why training jobs failed, the most frequent reason first, and how many failed for it.

    Reasons that differ in nothing but the training job's name, as in the paths of its folder, are one.
    """
    found = Counter[str]()
    first: dict[str, str] = {}
    for each in job.trainings:
        if each.reason:
            same = re.sub(rf"{re.escape(each.name)}[\w.-]*", "", each.reason)
            found[same] += 1
            first.setdefault(same, each.reason)
    return [(first[same], number) for same, number in found.most_common()]


def visible(text: str) -> str:
    """Return a text with what cannot be seen, such as control characters, written out; lines stay lines."""
    return "".join(
        each if each in "\n\t" or not unicodedata.category(each).startswith("C") else ascii(each)[1:-1] for each in text
    )
