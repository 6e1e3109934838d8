"""Records in the form of the API's answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from .jobs import TuningJob
from .training import TrainingJob, best, definitions, objective_of

_COUNTED = {
    "Completed": "Completed",
    "InProgress": "InProgress",
    "Stopping": "InProgress",
    "Stopped": "Stopped",
}
# What the service says about each secondary status.
_MESSAGES = {
    "Starting": "Preparing the instances for training",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Failed": "Training job failed",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds provided",
}
_SWITCHES = ("EnableNetworkIsolation", "EnableInterContainerTrafficEncryption", "EnableManagedSpotTraining")


def tuning_job(job: TuningJob, parents: Iterable[TuningJob] = ()) -> dict[str, Any]:
    """Write the answer of DescribeHyperParameterTuningJob.

    Parameters
    ----------
    job
        The job.
    parents
        The jobs that it was warm-started from, as far as they are known.
    """
    request = job.request
    answer: dict[str, Any] = {
        key: request[key]
        for key in ("HyperParameterTuningJobConfig", "WarmStartConfig", "Autotune")
        if request.get(key) is not None
    }
    completed = [_with_objective(request, definition) for definition in definitions(request)]
    if request.get("TrainingJobDefinition") is not None:
        answer["TrainingJobDefinition"] = completed[0]
    else:
        answer["TrainingJobDefinitions"] = completed
    answer |= _shared(job)
    counted = job.run.not_improving
    details: dict[str, Any] = {
        "NumberOfTrainingJobsObjectiveNotImproving": _not_improving(job) if counted is None else counted
    }
    if job.run.converged is not None:
        details["ConvergenceDetectedTime"] = _time(job.run.converged)
    answer["TuningJobCompletionDetails"] = details
    answer["ConsumedResources"] = {"RuntimeInSeconds": sum(_seconds(training) for training in job.run.training_jobs)}
    if (winner := best(request, job.run.training_jobs)) is not None:
        answer["BestTrainingJob"] = training_summary(job, winner)
        overall = _overall_best(job, winner, parents)
        if overall is not None:
            answer["OverallBestTrainingJob"] = overall
    if job.run.outcome is not None and job.run.outcome.reason is not None:
        answer["FailureReason"] = job.run.outcome.reason
    return answer


def tuning_job_summary(job: TuningJob) -> dict[str, Any]:
    """Write one line of ListHyperParameterTuningJobs."""
    config = job.request["HyperParameterTuningJobConfig"]
    return {**_shared(job), "Strategy": config["Strategy"], "ResourceLimits": config["ResourceLimits"]}


def training_summary(job: TuningJob, training: TrainingJob) -> dict[str, Any]:
    """Write one line of ListTrainingJobsForHyperParameterTuningJob."""
    summary: dict[str, Any] = {
        "TrainingJobName": training.name,
        "TrainingJobArn": training.arn,
        "TuningJobName": job.name,
        "CreationTime": _time(training.created),
        "TrainingJobStatus": training.status,
        "TunedHyperParameters": dict(training.tuned),
        "ObjectiveStatus": training.objective_status,
    }
    if (name := training.definition.get("DefinitionName")) is not None:
        summary["TrainingJobDefinitionName"] = name
    summary |= _times(training)
    if training.failure_reason is not None:
        summary["FailureReason"] = training.failure_reason
    objective = objective_of(job.request, training.definition)
    if training.objective is not None and objective is not None:
        summary["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "Type": objective["Type"],
            "MetricName": objective["MetricName"],
            "Value": training.objective,
        }
    return summary


def training_job(job: TuningJob, training: TrainingJob) -> dict[str, Any]:
    """Write the answer of DescribeTrainingJob."""
    definition = training.definition
    output = definition["OutputDataConfig"]
    answer: dict[str, Any] = {
        key: definition[key]
        for key in (
            "AlgorithmSpecification",
            "RoleArn",
            "InputDataConfig",
            "OutputDataConfig",
            "VpcConfig",
            "StoppingCondition",
            *_SWITCHES,
            "CheckpointConfig",
            "RetryStrategy",
            "Environment",
        )
        if definition.get(key) is not None
    }
    objective = objective_of(job.request, definition)
    answer |= {
        "TrainingJobName": training.name,
        "TrainingJobArn": training.arn,
        "TuningJobArn": job.arn,
        "ModelArtifacts": {
            "S3ModelArtifacts": f"{output['S3OutputPath'].rstrip('/')}/{training.name}/output/model.tar.gz"
        },
        "TrainingJobStatus": training.status,
        "SecondaryStatus": training.phases[-1][0],
        "HyperParameters": {
            **_with_objective(job.request, definition)["StaticHyperParameters"],
            **training.tuned,
        },
        "ResourceConfig": _resources(definition),
        "CreationTime": _time(training.created),
        "LastModifiedTime": _time(training.phases[-1][1]),
        "SecondaryStatusTransitions": _transitions(training),
        **_times(training),
    }
    for switch in _SWITCHES:
        answer.setdefault(switch, False)
    if training.ended is not None:
        answer |= dict.fromkeys(("TrainingTimeInSeconds", "BillableTimeInSeconds"), max(_seconds(training), 1))
    if training.failure_reason is not None:
        answer["FailureReason"] = training.failure_reason
    if training.objective is not None and objective is not None and training.ended is not None:
        answer["FinalMetricDataList"] = [
            {"MetricName": name, "Value": training.objective, "Timestamp": _time(training.ended)}
            for name in (objective["MetricName"], "ObjectiveMetric")
        ]
    return answer


def _shared(job: TuningJob) -> dict[str, Any]:
    status = dict.fromkeys(("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped"), 0)
    objective = dict.fromkeys(("Succeeded", "Pending", "Failed"), 0)
    for training in job.run.training_jobs:
        status[_counted(training)] += 1
        objective[training.objective_status] += 1
    shared: dict[str, Any] = {
        "HyperParameterTuningJobName": job.name,
        "HyperParameterTuningJobArn": job.arn,
        "HyperParameterTuningJobStatus": job.status,
        "CreationTime": _time(job.created),
        "LastModifiedTime": _time(job.modified),
        "TrainingJobStatusCounters": status,
        "ObjectiveStatusCounters": objective,
    }
    if job.ended is not None:
        shared["HyperParameterTuningEndTime"] = _time(job.ended)
    return shared


def _counted(training: TrainingJob) -> str:
    """Return where a training job counts; the service tries those again that failed by an error of its own."""
    retryable = (training.failure_reason or "").startswith("InternalServerError")
    return _COUNTED.get(training.status, "RetryableError" if retryable else "NonRetryableError")


def _with_objective(request: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """Add the reserved static hyperparameter by which the service tells the training job its objective."""
    static = dict(definition.get("StaticHyperParameters") or {})
    objective = objective_of(request, definition)
    if objective is not None:
        static["_tuning_objective_metric"] = objective["MetricName"]
    return {**definition, "StaticHyperParameters": static}


def _overall_best(job: TuningJob, winner: TrainingJob, parents: Iterable[TuningJob]) -> dict[str, Any] | None:
    """Find the best of this job and its parents; documented for identical data and algorithm only."""
    if (job.request.get("WarmStartConfig") or {}).get("WarmStartType") != "IdenticalDataAndAlgorithm":
        return None
    owner = {id(winner): job}
    candidates = [winner]
    for parent in parents:
        if (other := best(parent.request, parent.run.training_jobs)) is not None:
            owner[id(other)] = parent
            candidates.append(other)
    overall = best(job.request, candidates) or winner
    return training_summary(owner[id(overall)], overall)


def _not_improving(job: TuningJob) -> int:
    """Count the training jobs that ended after the best one."""
    winner = best(job.request, job.run.training_jobs)
    if winner is None or winner.ended is None:
        return 0
    return sum(1 for training in job.run.training_jobs if training.ended is not None and training.ended > winner.ended)


def _resources(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Write the training job's resources from either form that a tuning job's definition may hold."""
    if definition.get("ResourceConfig") is not None:
        return dict(definition["ResourceConfig"])
    flexible = dict(definition.get("HyperParameterTuningResourceConfig") or {})
    flexible.pop("AllocationStrategy", None)
    instances = flexible.pop("InstanceConfigs", None) or [{}]
    return {"VolumeSizeInGB": 1, **flexible, **instances[0]}


def _transitions(training: TrainingJob) -> list[dict[str, Any]]:
    """Write the secondary statuses; each but the present one of a running job has an end."""
    ends = [at for _, at in training.phases[1:]]
    if training.ended is not None:
        ends.append(training.phases[-1][1])
    return [
        {
            "Status": phase,
            "StartTime": _time(began),
            **({"EndTime": _time(ends[position])} if position < len(ends) else {}),
            "StatusMessage": _MESSAGES[phase],
        }
        for position, (phase, began) in enumerate(training.phases)
    ]


def _times(training: TrainingJob) -> dict[str, float]:
    times = {"TrainingStartTime": training.started, "TrainingEndTime": training.ended}
    return {key: _time(value) for key, value in times.items() if value is not None}


def _seconds(training: TrainingJob) -> int:
    if training.started is None or training.ended is None:
        return 0
    return round(training.ended - training.started)


def _time(seconds: float) -> float:
    """Round to milliseconds; times on the wire are seconds since the epoch."""
    return round(seconds, 3)
