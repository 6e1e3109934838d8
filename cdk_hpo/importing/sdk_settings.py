"""What a tuner of the SDK is told beside definitions and ranges."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import ROOT, Path, at
from cdk_hpo.importing.arguments import Arguments, listed, mapping, told
from cdk_hpo.importing.notes import Notes
from cdk_hpo.importing.snake import SnakeReader

_TYPES = {
    "IDENTICAL_DATA_AND_ALGORITHM": "IdenticalDataAndAlgorithm",
    "TRANSFER_LEARNING": "TransferLearning",
}
_FLAT = ("max_number_of_training_jobs_not_improving", "complete_on_convergence")


def warm_start(given: Any, path: Path, notes: Notes) -> dict[str, Any]:
    """Return the warm start: ``WarmStartConfig`` of version 2, or the API's shape in version 3."""
    if "parents" not in mapping(given):
        return SnakeReader(notes).structure("HyperParameterTuningJobWarmStartConfig", told(given, path, notes), path)
    arguments = Arguments(given, path, notes)
    kind = arguments.take("warm_start_type") or arguments.take("type")
    parents = [{"HyperParameterTuningJobName": each} for each in listed(arguments.take("parents"))]
    arguments.report((), {})
    known = _TYPES.get(str(kind).rpartition(".")[2], kind)
    return {"ParentHyperParameterTuningJobs": parents} | ({} if known is None else {"WarmStartType": known})


def strategy_settings(given: Any, notes: Notes) -> dict[str, Any]:
    """Return the settings of Hyperband."""
    path = at(ROOT, "HyperParameterTuningJobConfig", "StrategyConfig")
    return SnakeReader(notes).structure("HyperParameterTuningJobStrategyConfig", told(given, path, notes), path)


def criteria(given: Any, notes: Notes) -> dict[str, Any]:
    """Return what ends the job: flat in version 2, the API's shape in version 3."""
    path = at(ROOT, "HyperParameterTuningJobConfig", "TuningJobCompletionCriteria")
    shaped = {name: each for name, each in told(given, path, notes).items() if name not in _FLAT}
    out = SnakeReader(notes).structure("TuningJobCompletionCriteria", shaped, path)
    patience, converged = (mapping(given).get(name) for name in _FLAT)
    if patience is not None:
        out["BestObjectiveNotImproving"] = {"MaxNumberOfTrainingJobsNotImproving": patience}
    if converged is not None:
        said = ("Enabled" if converged else "Disabled") if isinstance(converged, bool) else converged
        out["ConvergenceDetected"] = {"CompleteOnConvergence": said}
    return out


def tags(given: Any, path: Path, notes: Notes) -> dict[str, Any]:
    """Return tags by key, from a dictionary or a list of ``Key`` and ``Value`` in either case."""
    if isinstance(given, Mapping):
        return dict(given)
    found = [] if given is None else listed(given)
    read = [{str(name).lower(): each for name, each in mapping(tag).items()} for tag in found]
    if not all(isinstance(tag.get("key"), str) for tag in read):
        notes.lose(path, "holds something that is no tag, which has a Key and a Value; left out")
    return {tag["key"]: tag.get("value") for tag in read if isinstance(tag.get("key"), str)}
