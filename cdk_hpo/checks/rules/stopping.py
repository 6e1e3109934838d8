"""Time limits and managed spot training."""

from __future__ import annotations

from cdk_hpo.checks.images import takes_checkpoints
from cdk_hpo.checks.parts import Algorithm
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.registry import BUILT_IN, DEFINITION, rule
from cdk_hpo.checks.values import number
from cdk_hpo.checks.view import Definition

_STOPPING = "StoppingCondition"
_WAIT = "MaxWaitTimeInSeconds"
_TWENTY_EIGHT_DAYS = 2_419_200
_HOUR = 3_600
_ACCELERATED = ("ml.p", "ml.g", "ml.trn")


@rule("max-runtime-28-days", DEFINITION, when="StoppingCondition.MaxRuntimeInSeconds", above=_TWENTY_EIGHT_DAYS)
def long_training(definition: Definition, report: Report) -> None:
    """A training job runs at most 28 days."""
    runtime = definition.stopping["MaxRuntimeInSeconds"]
    path = at(definition.path, _STOPPING, "MaxRuntimeInSeconds")
    found, advice = f"{runtime} seconds for one training job", f"Lower it to {_TWENTY_EIGHT_DAYS}."
    report(path, found, f"at most {_TWENTY_EIGHT_DAYS} (28 days)", advice, runtime)


@rule("spot-needs-max-wait", DEFINITION, when="EnableManagedSpotTraining", equals=True)
def spot_without_wait(definition: Definition, report: Report) -> None:
    """Spot training says how long to wait."""
    known = definition.data.get(_STOPPING).__class__ is dict
    if known and _WAIT not in definition.stopping:
        path = at(definition.path, _STOPPING)
        found = f"managed spot training without {_WAIT}"
        report(
            path,
            found,
            f"{_WAIT} of at least MaxRuntimeInSeconds",
            f"Add {_WAIT}: the time for waiting and training together.",
        )


@rule("max-wait-needs-spot", DEFINITION, when="StoppingCondition.MaxWaitTimeInSeconds")
def wait_without_spot(definition: Definition, report: Report) -> None:
    """Only spot training waits."""
    if definition.spot is False:
        path = at(definition.path, _STOPPING, _WAIT)
        found = f"{_WAIT} without EnableManagedSpotTraining"
        advice = f"Set EnableManagedSpotTraining to True, or remove {_WAIT}."
        report(path, found, f"{_WAIT} with managed spot training", advice, definition.stopping[_WAIT])


@rule("max-wait-ge-max-runtime", DEFINITION, when="StoppingCondition.MaxWaitTimeInSeconds")
def wait_at_least_runtime(definition: Definition, report: Report) -> None:
    """The wait includes the run."""
    wait = number(definition.stopping, _WAIT)
    runtime = number(definition.stopping, "MaxRuntimeInSeconds")
    if wait is not None and runtime is not None and wait < runtime:
        path = at(definition.path, _STOPPING, _WAIT)
        found = f"{_WAIT} {wait} is less than MaxRuntimeInSeconds {runtime}"
        report(path, found, f"at least {runtime}", f"Raise it to {runtime} or more.", wait)


@rule("spot-builtin-max-wait", BUILT_IN)
def builtin_on_spot(algorithm: Algorithm, report: Report) -> None:
    """Built-in algorithms without checkpoints wait at most an hour."""
    definition = algorithm.definition
    wait = number(definition.stopping, _WAIT)
    if definition.spot is not True or wait is None or wait <= _HOUR:
        return
    if algorithm.image is not None and not takes_checkpoints(algorithm.image):
        path = at(definition.path, _STOPPING, _WAIT)
        found = f"{wait} seconds with {algorithm.builtin}, which takes no checkpoints"
        report(path, found, f"at most {_HOUR} on spot instances", f"Lower it to {_HOUR}.", wait)


@rule("spot-without-checkpoint", DEFINITION, when="EnableManagedSpotTraining", equals=True)
def long_spot_without_checkpoint(definition: Definition, report: Report) -> None:
    """Long spot training can continue after an interruption."""
    wait = number(definition.stopping, _WAIT)
    if wait is not None and wait > _HOUR and "CheckpointConfig" not in definition.data:
        found = f"spot training of up to {wait} seconds without CheckpointConfig"
        advice = "Add CheckpointConfig, so that an interruption loses little."
        report(definition.path, found, "checkpoints for runs of more than an hour", advice)


@rule("max-pending-accelerated-only", DEFINITION, when="StoppingCondition.MaxPendingTimeInSeconds")
def pending_without_accelerator(definition: Definition, report: Report) -> None:
    """Waiting for capacity has an effect for accelerated types only."""
    types = [name for _, name in definition.instance_types()]
    if types and all(isinstance(name, str) and not name.startswith(_ACCELERATED) for name in types):
        path = at(definition.path, _STOPPING, "MaxPendingTimeInSeconds")
        found = f"MaxPendingTimeInSeconds with {', '.join(dict.fromkeys(types))}"
        report(path, found, "accelerated types (ml.p*, ml.g*, ml.trn*)", "Remove it: it has no effect.")
