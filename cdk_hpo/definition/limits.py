"""When a tuning job ends."""

from typing import TYPE_CHECKING

from cdk_hpo.definition._codec import Choice, Nested, Number
from cdk_hpo.definition._measure import SECONDS, Measure
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import CompleteOnConvergence

if TYPE_CHECKING:
    from aws_cdk import Duration


@value
class ResourceLimits(Value):
    """How many training jobs a tuning job may start, how many at once, and how long it may take.

    Parameters
    ----------
    max_parallel_training_jobs : int
        Training jobs that may run at the same time, at least 1; the account's default quota is 10.
    max_training_jobs : int, optional
        Training jobs in all (``MaxNumberOfTrainingJobs``), at least 1; the account's default quota is 750. Left out,
        the job ends by a completion criterion, by its run time, or as a Grid search by itself.
    max_runtime : Duration or int, optional
        The longest run time (``MaxRuntimeInSeconds``; an ``int`` is in seconds), 120 seconds to 182.5 days.

    Raises
    ------
    ValidationError
        When a number is not whole or below its minimum.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceLimits.html
    """

    _shape = "ResourceLimits"

    max_training_jobs: int | None = wire(
        "MaxNumberOfTrainingJobs", Number(at_least=1, rule="max-number-min"), default=None
    )
    max_parallel_training_jobs: int = wire("MaxParallelTrainingJobs", Number(at_least=1, rule="max-parallel-min"))
    max_runtime: "Duration | int | None" = wire(
        "MaxRuntimeInSeconds", Measure(*SECONDS, at_least=120, rule="tuning-runtime-range"), default=None
    )


@value
class BestObjectiveNotImproving(Value):
    """End the tuning job when training jobs no longer improve the best objective.

    Parameters
    ----------
    max_training_jobs : int, optional
        Training jobs without improvement (``MaxNumberOfTrainingJobsNotImproving``), at least 3.

    Raises
    ------
    ValidationError
        When the number is not whole or below 3.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BestObjectiveNotImproving.html
    """

    _shape = "BestObjectiveNotImproving"

    max_training_jobs: int | None = wire(
        "MaxNumberOfTrainingJobsNotImproving", Number(at_least=3, rule="not-improving-min"), default=None, kw_only=False
    )


@value
class ConvergenceDetected(Value):
    """End the tuning job when it has converged.

    Parameters
    ----------
    complete_on_convergence : CompleteOnConvergence, optional
        Whether to end; the service takes ``Disabled`` when it is left out.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ConvergenceDetected.html
    """

    _shape = "ConvergenceDetected"

    complete_on_convergence: CompleteOnConvergence | str | None = wire(
        "CompleteOnConvergence", Choice(CompleteOnConvergence), default=None, kw_only=False
    )


@value
class CompletionCriteria(Value):
    """What ends a tuning job before its limits are reached (``TuningJobCompletionCriteria``).

    Parameters
    ----------
    target_objective_metric_value : float, optional
        The objective value that is good enough; a finite number.
    best_objective_not_improving : BestObjectiveNotImproving, optional
        End after training jobs without improvement.
    convergence_detected : ConvergenceDetected, optional
        End on convergence.

    Raises
    ------
    ValidationError
        When the target is not a finite number.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TuningJobCompletionCriteria.html
    """

    _shape = "TuningJobCompletionCriteria"

    target_objective_metric_value: float | None = wire(
        "TargetObjectiveMetricValue", Number(integer=False, rule="target-metric-finite"), default=None
    )
    best_objective_not_improving: BestObjectiveNotImproving | None = wire(
        "BestObjectiveNotImproving", Nested(BestObjectiveNotImproving), default=None
    )
    convergence_detected: ConvergenceDetected | None = wire(
        "ConvergenceDetected", Nested(ConvergenceDetected), default=None
    )


@value
class StoppingCondition(Value):
    """How long each training job may run and wait.

    Parameters
    ----------
    max_runtime : Duration or int, optional
        The longest run time (``MaxRuntimeInSeconds``; an ``int`` is in seconds), 1 second to 28 days; the service
        takes one day when it is left out.
    max_wait : Duration or int, optional
        With managed spot training, the longest time to run and to wait for capacity together
        (``MaxWaitTimeInSeconds``); at least ``max_runtime``.
    max_pending : Duration or int, optional
        The longest time that a job may be pending (``MaxPendingTimeInSeconds``), 30 minutes to 28 days.

    Raises
    ------
    ValidationError
        When a time is not whole or below its minimum.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html
    """

    _shape = "StoppingCondition"

    max_runtime: "Duration | int | None" = wire(
        "MaxRuntimeInSeconds", Measure(*SECONDS, at_least=1, rule="max-runtime-min"), default=None
    )
    max_wait: "Duration | int | None" = wire(
        "MaxWaitTimeInSeconds", Measure(*SECONDS, at_least=1, rule="max-wait-min"), default=None
    )
    max_pending: "Duration | int | None" = wire(
        "MaxPendingTimeInSeconds", Measure(*SECONDS, at_least=1800, rule="max-pending-range"), default=None
    )
