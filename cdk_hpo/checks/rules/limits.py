"""Resource limits, quotas and completion criteria."""

from __future__ import annotations

from math import prod

from cdk_hpo.checks.numbers import integers_between, is_integer
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.registry import CONFIG, REQUEST, rule
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import Data, items, number, struct, structs, text
from cdk_hpo.checks.view import Config, Ranges, Request

_MOST_JOBS = 750
_MOST_RANDOM_JOBS = 10_000
_MOST_PARALLEL = 100
_USUAL_PARALLEL = 10
_THIRTY_DAYS = 2_592_000


def categorical_combinations(ranges: list[Ranges]) -> int | None:
    """Multiply the numbers of distinct values; None when some are unknown or there is no range."""
    counts = []
    for one in ranges:
        if len(structs(one.data, "CategoricalParameterRanges")) != len(one.categorical):
            return None
        for item in one.categorical:
            values = items(item, "Values")
            if not values or UNKNOWN in values:
                return None
            counts.append(len(set(values)))
    return prod(counts) if counts else None


@rule("max-jobs-quota", CONFIG, when="ResourceLimits.MaxNumberOfTrainingJobs", above=_MOST_JOBS)
def too_many_jobs(config: Config, report: Report) -> None:
    """At most 750 training jobs, 10,000 with random search."""
    jobs = config.limits["MaxNumberOfTrainingJobs"]
    unsure = config.strategy is None
    most = _MOST_RANDOM_JOBS if unsure or config.strategy == "Random" else _MOST_JOBS
    if jobs > most:
        path = at(config.path, "ResourceLimits", "MaxNumberOfTrainingJobs")
        found = f"{jobs} training jobs with strategy {config.strategy or 'unknown'}"
        report(path, found, f"at most {most:,}; this quota cannot be raised", f"Lower it to {most:,}.", jobs)


@rule("max-jobs-default-quota", CONFIG, when="ResourceLimits.MaxNumberOfTrainingJobs", above=_MOST_JOBS)
def many_random_jobs(config: Config, report: Report) -> None:
    """Random search above 750 jobs needs a raised quota."""
    jobs = config.limits["MaxNumberOfTrainingJobs"]
    if config.strategy == "Random" and jobs <= _MOST_RANDOM_JOBS:
        path = at(config.path, "ResourceLimits", "MaxNumberOfTrainingJobs")
        advice = f"Lower it to {_MOST_JOBS}, or have the quota raised."
        report(path, f"{jobs} training jobs", f"{_MOST_JOBS} unless the account's quota was raised", advice, jobs)


@rule("max-parallel-quota", CONFIG, when="ResourceLimits.MaxParallelTrainingJobs", above=_MOST_PARALLEL)
def too_many_parallel(config: Config, report: Report) -> None:
    """Never more than 100 parallel training jobs."""
    parallel = config.limits["MaxParallelTrainingJobs"]
    path = at(config.path, "ResourceLimits", "MaxParallelTrainingJobs")
    allowed = f"at most {_MOST_PARALLEL}; this quota cannot be raised further"
    report(path, f"{parallel} parallel training jobs", allowed, f"Lower it to {_MOST_PARALLEL}.", parallel)


@rule("max-parallel-default-quota", CONFIG, when="ResourceLimits.MaxParallelTrainingJobs", above=_USUAL_PARALLEL)
def many_parallel(config: Config, report: Report) -> None:
    """More than 10 parallel training jobs need a raised quota."""
    parallel = config.limits["MaxParallelTrainingJobs"]
    if parallel <= _MOST_PARALLEL:
        path = at(config.path, "ResourceLimits", "MaxParallelTrainingJobs")
        allowed = f"{_USUAL_PARALLEL} unless the account's quota was raised"
        report(
            path,
            f"{parallel} parallel training jobs",
            allowed,
            f"Lower it to {_USUAL_PARALLEL}, or have the quota raised.",
            parallel,
        )


@rule("max-parallel-le-max-jobs", CONFIG, when="ResourceLimits")
def more_parallel_than_jobs(config: Config, report: Report) -> None:
    """There are at least as many jobs as run in parallel."""
    parallel = number(config.limits, "MaxParallelTrainingJobs")
    if parallel is not None and config.max_jobs is not None and parallel > config.max_jobs:
        path = at(config.path, "ResourceLimits", "MaxParallelTrainingJobs")
        found = f"{parallel} parallel training jobs, but only {config.max_jobs} in all"
        report(path, found, "no more than MaxNumberOfTrainingJobs", f"Lower it to {config.max_jobs}.", parallel)


@rule("tuning-runtime-30-days", CONFIG, when="ResourceLimits.MaxRuntimeInSeconds", above=_THIRTY_DAYS)
def long_tuning(config: Config, report: Report) -> None:
    """A tuning job runs at most 30 days."""
    runtime = config.limits["MaxRuntimeInSeconds"]
    path = at(config.path, "ResourceLimits", "MaxRuntimeInSeconds")
    found, advice = f"{runtime} seconds for the whole tuning job", f"Lower it to {_THIRTY_DAYS}."
    report(path, found, f"at most {_THIRTY_DAYS} (30 days)", advice, runtime)


@rule("not-improving-lt-max-jobs", CONFIG, when="TuningJobCompletionCriteria")
def endless_patience(config: Config, report: Report) -> None:
    """The patience can run out before the jobs do."""
    criterion = struct(struct(config.data, "TuningJobCompletionCriteria"), "BestObjectiveNotImproving")
    patience = number(criterion, "MaxNumberOfTrainingJobsNotImproving")
    if patience is not None and config.max_jobs is not None and patience >= config.max_jobs:
        path = at(config.path, "TuningJobCompletionCriteria", "BestObjectiveNotImproving")
        found = f"{patience} jobs without improvement cannot be seen in {config.max_jobs} jobs"
        advice = f"Lower MaxNumberOfTrainingJobsNotImproving below {config.max_jobs}, or leave it out."
        path = at(path, "MaxNumberOfTrainingJobsNotImproving")
        report(path, found, "less than MaxNumberOfTrainingJobs", advice, patience)


@rule("combinations-ge-max-jobs", REQUEST, when="TrainingJobDefinition")
def enough_combinations(request: Request, report: Report) -> None:
    """Discrete ranges have at least as many combinations as there are training jobs."""
    config = request.config
    if not request.single_mode or request.autotune or config.max_jobs is None or config.strategy in (None, "Grid"):
        return
    count = _combinations(request)
    if count is not None and count < config.max_jobs and request.all_known():
        report(
            at(config.path, "ResourceLimits", "MaxNumberOfTrainingJobs"),
            f"{config.max_jobs} training jobs, but the ranges have only {count} combinations",
            f"at most {count}, or a continuous range",
            f"Lower it to {count}, or widen the ranges.",
            config.max_jobs,
        )


def _combinations(request: Request) -> int | None:
    """Multiply the sizes of discrete ranges; None when there are others, none, or unknown ones."""
    total, count = 1, 0
    ranges = [one for definition in request.definitions for one in definition.ranges]
    for one in ranges:
        if one.continuous or one.auto:
            return None
        count += one.count
        for item in one.integer:
            size = _size(item) if item.__class__ is dict else None
            if size is None:
                return None
            total *= size
    if len(ranges) == sum(not one.categorical for one in ranges):
        return total if count else None
    values = categorical_combinations(ranges)
    return None if values is None else total * values


def _size(item: Data) -> int | None:
    """Count the integers of a range; None when a bound is unknown or malformed."""
    low, high = text(item, "MinValue"), text(item, "MaxValue")
    if low is None or high is None or not is_integer(low) or not is_integer(high):
        return None
    return integers_between(low, high)
