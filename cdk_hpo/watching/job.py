"""A tuning job and its training jobs, read from the answers of the service's describe and list calls."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .redaction import Redaction

LIVE = ("InProgress", "Stopping", "Deleting")
#: A range that the service scales by itself is drawn by magnitudes when its ends are this far apart.
_WIDE = 100


@dataclass(frozen=True)
class Objective:
    """What is measured, and which way is better."""

    metric: str
    maximize: bool

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Objective | None:
        """Return the objective of an answer, if it names one."""
        return None if given is None else cls(given["MetricName"], given.get("Type") == "Maximize")

    def better(self, one: float, other: float) -> bool:
        """Tell whether a value is better than another one."""
        return one > other if self.maximize else one < other

    def __str__(self) -> str:
        """Say it in words."""
        return f"{'maximize' if self.maximize else 'minimize'} {self.metric}"


@dataclass(frozen=True)
class Definition:
    """One of the training job definitions: its objective, and the ranges of its hyperparameters by their names.

    A range is ``"linear"``, ``"log"``, or the list of the choices.
    """

    name: str
    objective: Objective | None
    ranges: Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Training:
    """One training job. Its value is None as long as there is none, or if it is no finite number."""

    number: int
    name: str
    definition: str
    status: str
    tuned: Mapping[str, str]
    value: float | None
    shown_value: str
    seconds: float | None
    reason: str

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.status in LIVE


@dataclass(frozen=True)
class TuningJob:
    """A tuning job, with its training jobs in the order of their creation."""

    name: str
    status: str
    strategy: str
    objective: Objective | None
    definitions: Sequence[Definition]
    trainings: Sequence[Training]
    done: int
    running: int
    failed: int
    limit: int | None
    parallel: int
    max_seconds: float | None
    created: datetime
    ended: datetime | None
    changed: datetime
    reason: str
    best: Training | None

    @property
    def live(self) -> bool:
        """Whether it has not ended."""
        return self.status in LIVE

    @property
    def about(self) -> str:
        """The strategy and what it searches for."""
        objectives = dict.fromkeys(str(each.objective) for each in self.definitions if each.objective)
        return f"{self.strategy}, {' or '.join(objectives)}" if objectives else self.strategy

    def elapsed(self, now: datetime) -> float:
        """Return the seconds since its creation, or until its end."""
        return max(0.0, ((self.ended or now) - self.created).total_seconds())

    def left(self, now: datetime) -> float | None:
        """Estimate the seconds until its end from the pace so far; None when nothing can be said."""
        over = self.done + self.failed
        if self.status != "InProgress" or self.limit is None or not over:
            return None
        elapsed = self.elapsed(now)
        pace = elapsed / over * max(0, self.limit - over)
        return pace if self.max_seconds is None else min(pace, max(0.0, self.max_seconds - elapsed))

    def ranked(self) -> list[Training]:
        """Return the training jobs that have a value, the best first; the service's own choice leads.

        Definitions with an objective of the other direction are left out: their values cannot be compared.
        """
        maximize = self.objective is not None and self.objective.maximize
        by_value = [
            (each.value, each)
            for each in self.trainings
            if each.value is not None and (own := self.definition(each.definition).objective or self.objective)
            if own.maximize == maximize
        ]
        by_value.sort(key=lambda pair: (pair[1] != self.best, -pair[0] if maximize else pair[0], pair[1].number))
        return [each for _, each in by_value]

    def definition(self, name: str) -> Definition:
        """Return the definition of a training job."""
        return next((each for each in self.definitions if each.name == name), self.definitions[0])


def tuning_job(answer: Mapping[str, Any], summaries: Iterable[Mapping[str, Any]] = ()) -> TuningJob:
    """Read the answer of DescribeHyperParameterTuningJob, and the lines of the training jobs' list."""
    config, counters = answer["HyperParameterTuningJobConfig"], answer["TrainingJobStatusCounters"]
    limits, redaction = config["ResourceLimits"], Redaction(raw_definitions(answer))
    ordered = sorted(summaries, key=lambda each: (each["CreationTime"], each["TrainingJobName"]))
    trainings = [_training(number, each, redaction) for number, each in enumerate(ordered, 1)]
    definitions = [_definition(each, config) for each in raw_definitions(answer)] or [_definition({}, config)]
    best = answer.get("BestTrainingJob")
    found = None if best is None else next((t for t in trainings if t.name == best["TrainingJobName"]), None)
    if best is not None and found is None:
        found = _training(len(trainings) + 1, best, redaction)
    objective = Objective.of(config.get("HyperParameterTuningJobObjective"))
    if objective is None:  # several definitions may have one each
        objective = next((each.objective for each in definitions if found and each.name == found.definition), None)
    return TuningJob(
        name=answer["HyperParameterTuningJobName"],
        status=answer["HyperParameterTuningJobStatus"],
        strategy=config["Strategy"],
        objective=objective,
        definitions=definitions,
        trainings=trainings,
        done=counters.get("Completed", 0) + counters.get("Stopped", 0),
        running=counters.get("InProgress", 0),
        failed=counters.get("NonRetryableError", 0) + counters.get("RetryableError", 0),
        limit=limits.get("MaxNumberOfTrainingJobs"),
        parallel=limits["MaxParallelTrainingJobs"],
        max_seconds=limits.get("MaxRuntimeInSeconds"),
        created=answer["CreationTime"],
        ended=answer.get("HyperParameterTuningEndTime"),
        changed=max(_times([answer, *ordered])),
        reason=redaction(answer.get("FailureReason", "")),
        best=found,
    )


def raw_definitions(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the training job definitions of an answer, whichever of both members holds them."""
    one = answer.get("TrainingJobDefinition")
    return [one] if one else list(answer.get("TrainingJobDefinitions") or [])


def _times(records: Iterable[Mapping[str, Any]]) -> Iterator[datetime]:
    names = ("CreationTime", "LastModifiedTime", "TrainingStartTime", "TrainingEndTime")
    return (record[name] for record in records for name in names if record.get(name) is not None)


def _definition(given: Mapping[str, Any], config: Mapping[str, Any]) -> Definition:
    objective = given.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
    ranges = given.get("HyperParameterRanges") or config.get("ParameterRanges") or {}
    found: dict[str, str | Sequence[str]] = {}
    for kind in ("ContinuousParameterRanges", "IntegerParameterRanges"):
        found |= {each["Name"]: _scale(each) for each in ranges.get(kind) or []}
    found |= {each["Name"]: list(each["Values"]) for each in ranges.get("CategoricalParameterRanges") or []}
    return Definition(given.get("DefinitionName", ""), Objective.of(objective), found)


def _scale(given: Mapping[str, Any]) -> str:
    scaling, low, high = given.get("ScalingType", "Auto"), number(given["MinValue"]), number(given["MaxValue"])
    wide = low is not None and high is not None and low > 0 and high / low >= _WIDE
    return "log" if scaling == "Logarithmic" or (scaling == "Auto" and wide) else "linear"


def _training(order: int, given: Mapping[str, Any], redaction: Redaction) -> Training:
    metric = given.get("FinalHyperParameterTuningJobObjectiveMetric")
    value = None if metric is None else float(metric["Value"])
    start, end = given.get("TrainingStartTime"), given.get("TrainingEndTime")
    return Training(
        number=order,
        name=given["TrainingJobName"],
        definition=given.get("TrainingJobDefinitionName", ""),
        status=given["TrainingJobStatus"],
        tuned=dict(given.get("TunedHyperParameters") or {}),
        value=value if value is not None and math.isfinite(value) else None,
        shown_value="" if value is None else f"{value:.6g}",
        seconds=(end - start).total_seconds() if start and end else None,
        reason=redaction(given.get("FailureReason", "")),
    )


def number(text: str) -> float | None:
    """Return the finite number that a text is, else None."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
