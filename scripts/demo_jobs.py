"""Tuning jobs as boto3 describes them, in a form to read."""

from collections.abc import Mapping
from typing import Any

LIVE = ("InProgress", "Stopping")
_COUNTERS = {
    "Completed": "completed",
    "InProgress": "in progress",
    "Stopped": "stopped",
    "RetryableError": "to be retried",
    "NonRetryableError": "failed",
}


def described(sagemaker: Any) -> list[dict[str, Any]]:
    """Return all tuning jobs of the account, oldest first."""
    listed = sagemaker.list_hyper_parameter_tuning_jobs(SortBy="CreationTime", SortOrder="Ascending")
    names = [each["HyperParameterTuningJobName"] for each in listed["HyperParameterTuningJobSummaries"]]
    return [sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name) for name in names]


def details(job: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a job is and how far it has come, as rows of a table."""
    config, training = job["HyperParameterTuningJobConfig"], job["TrainingJobDefinition"]
    objective = config["HyperParameterTuningJobObjective"]
    resources = training["ResourceConfig"]
    return [
        ("Name", job["HyperParameterTuningJobName"]),
        ("Status", job["HyperParameterTuningJobStatus"]),
        ("Strategy", config["Strategy"]),
        ("Objective", f"{objective['Type']} {objective['MetricName']}"),
        ("Searched", _ranges(config["ParameterRanges"])),
        ("Limits", _limits(config["ResourceLimits"])),
        ("Instances", f"{resources['InstanceCount']} x {resources['InstanceType']}, {resources['VolumeSizeInGB']} GiB"),
        ("Role", training["RoleArn"].split("/")[-1]),
        ("Training jobs", counters(job)),
        ("Best so far", _best(job)),
    ]


def summary(job: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Return a job in one row."""
    limits = job["HyperParameterTuningJobConfig"]["ResourceLimits"]
    return (
        job["HyperParameterTuningJobName"],
        job["HyperParameterTuningJobStatus"],
        str(limits["MaxNumberOfTrainingJobs"]),
        counters(job),
    )


def table_of(job: Mapping[str, Any], best: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a tuning job has found, and its best training job as it is described, as rows of a table."""
    metric = job["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    tuned = job["BestTrainingJob"]["TunedHyperParameters"]
    return [
        ("Best training job", best["TrainingJobName"]),
        ("Objective", f"{metric['MetricName']} {metric['Value']:.5f}"),
        *(("Hyperparameter", f"{name} {tuned[name]}") for name in sorted(tuned)),
        ("Model", best["ModelArtifacts"]["S3ModelArtifacts"]),
    ]


def counters(job: Mapping[str, Any]) -> str:
    """Return the numbers of training jobs by their state."""
    given = job["TrainingJobStatusCounters"]
    return ", ".join(f"{given[key]} {word}" for key, word in _COUNTERS.items() if given.get(key)) or "none yet"


def _ranges(ranges: Mapping[str, Any]) -> str:
    found = [each for kind in ranges.values() for each in kind if "MinValue" in each]
    return ", ".join(f"{each['Name']} {each['MinValue']} to {each['MaxValue']}" for each in found)


def _limits(limits: Mapping[str, Any]) -> str:
    return (
        f"{limits['MaxNumberOfTrainingJobs']} training jobs, {limits['MaxParallelTrainingJobs']} at once, "
        f"{limits['MaxRuntimeInSeconds'] // 60} minutes"
    )


def _best(job: Mapping[str, Any]) -> str:
    best = job.get("BestTrainingJob")
    if best is None:
        return "none yet"
    metric = best["FinalHyperParameterTuningJobObjectiveMetric"]
    tuned = ", ".join(f"{name} {float(value):.3g}" for name, value in sorted(best["TunedHyperParameters"].items()))
    return f"{metric['MetricName']} {metric['Value']:.4g} with {tuned}"
