"""The most that a tuning job can use: an upper bound from its limits, in instance hours and in money.

With at most N training jobs, P of them at once, R seconds for each, T seconds for all, and I instances for each:

    hours ≤ min(N · (R + 120), P · (T + 120)) · I / 3600

120 seconds is what SageMaker gives a training job to end when its time is up. R holds for all tries of a training job
together. Of several definitions or kinds of instances the dearest counts. Managed spot training makes it cheaper only.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceLimits.html
"""

from collections.abc import Iterator, Mapping
from math import inf, prod
from typing import Any

from cdk_hpo.checks.unknown import is_unknown
from cdk_hpo.definition.request_parts import definitions_of

_GRACE = 120  # seconds between the signal to end and the end
_DAY = 86_400  # the default of a training job's MaxRuntimeInSeconds


def max_instance_hours(request: Mapping[str, Any]) -> float:
    """Return the bound for a request in boto3 form, in hours of one instance.

    Raises
    ------
    ValueError
        When the request has no limit, or one that only a deployment knows.
    """
    return _most(request, None)


def max_cost(request: Mapping[str, Any], prices: Mapping[str, float]) -> float:
    """Return the bound for a request in boto3 form, in the currency of the prices.

    Parameters
    ----------
    request : mapping
        The request.
    prices : mapping of str to float
        The price of an hour of each instance type that the request names.

    Raises
    ------
    ValueError
        When the request has no limit, or one that only a deployment knows, or a type has no price.
    """
    return _most(request, prices)


def _most(request: Mapping[str, Any], prices: Mapping[str, float] | None) -> float:
    """Return the bound; without prices each instance counts as one."""
    jobs = definitions_of(request)
    config = request["HyperParameterTuningJobConfig"]
    limits = config.get("ResourceLimits") or {}
    count = _job_count(config, jobs)
    parallel = min(_known(limits, "MaxParallelTrainingJobs", "ResourceLimits", inf), count)
    together = _known(limits, "MaxRuntimeInSeconds", "ResourceLimits", inf)
    rates = [(_rate(job, prices), _seconds(job)) for job in jobs]
    by_number = count * max(rate * seconds for rate, seconds in rates)
    by_time = parallel * max(rate for rate, _ in rates) * (together + _GRACE)
    most = min(by_number, by_time)
    if most == inf:
        raise ValueError(
            "the tuning job has no bound: give its limits max_training_jobs, or max_runtime with "
            "max_parallel_training_jobs"
        )
    return most / 3600


def _seconds(job: Mapping[str, Any]) -> float:
    """Return the longest time of one training job, over all its tries."""
    stopping = job.get("StoppingCondition") or {}
    return _known(stopping, "MaxRuntimeInSeconds", "StoppingCondition", _DAY) + _GRACE


def _job_count(config: Mapping[str, Any], jobs: list[dict[str, Any]]) -> float:
    limits = config.get("ResourceLimits") or {}
    count = _known(limits, "MaxNumberOfTrainingJobs", "ResourceLimits", inf)
    if config.get("Strategy") == "Grid":
        # A grid search tries every combination once, with or without a limit.
        count = min(count, sum(_combinations(config, job) for job in jobs))
    return count


def _combinations(config: Mapping[str, Any], job: Mapping[str, Any]) -> float:
    ranges = job.get("HyperParameterRanges") or config.get("ParameterRanges") or {}
    values = [each.get("Values") for each in ranges.get("CategoricalParameterRanges") or ()]
    return inf if any(is_unknown(each) for each in values) else prod(len(each or ()) for each in values)


def _rate(job: Mapping[str, Any], prices: Mapping[str, float] | None) -> float:
    """Return what an hour of one training job costs, for the dearest choice of instances."""
    return max(sum(count * _price(kind, prices) for kind, count in instances) for instances in _choices(job))


def _price(kind: str, prices: Mapping[str, float] | None) -> float:
    if prices is None:
        return 1.0
    if kind not in prices:
        raise ValueError(f"no price for {kind}: there are prices for {', '.join(sorted(prices)) or 'nothing'}")
    return float(prices[kind])


def _choices(job: Mapping[str, Any]) -> Iterator[list[tuple[str, float]]]:
    """Yield the sets of instances that a training job may get, each as types with their numbers."""
    resources = job.get("ResourceConfig") or {}
    if groups := resources.get("InstanceGroups"):
        yield [_instances(group, "InstanceGroups") for group in groups]
    elif resources:
        yield [_instances(resources, "ResourceConfig")]
    tuned = job.get("HyperParameterTuningResourceConfig") or {}
    for config in tuned.get("InstanceConfigs") or ([tuned] if tuned else []):
        yield [_instances(config, "HyperParameterTuningResourceConfig")]


def _instances(config: Mapping[str, Any], path: str) -> tuple[str, float]:
    return str(config.get("InstanceType", "")), _known(config, "InstanceCount", path, 1)


def _known(held: Mapping[str, Any], member: str, path: str, default: float) -> float:
    """Return a number of the request, the default where it is left out."""
    number = held.get(member)
    if number is None:
        return default
    if is_unknown(number):
        raise ValueError(f"{path}.{member} is known only at deployment, so there is no bound to tell before")
    return float(number)
