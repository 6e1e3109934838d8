"""The attributes of a job that other resources of the stack can use. All are texts; none can be a secret."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from .event import WaitFor
from .job import Job
from .redact import looks_secret

# An answer has room for 4,096 bytes, and results matter more than a long story.
_LONGEST_REASON = 512  # characters
# The service adds its own to the static hyperparameters, e.g. _tuning_objective_metric.
_RESERVED = "_tuning_"


def attributes_of(job: Job, wait_for: WaitFor, shown: Callable[[str], str] = str) -> dict[str, str]:
    """Return the attributes; those of the best training job only for a job that was waited for.

    ``shown`` takes secrets out of a text: hyperparameters that it changes are left out.

    What a job does not have is there too, as an empty text: CloudFormation refuses a template that asks for an
    attribute that is missing.
    """
    reason = str(job.details.get("FailureReason") or "")[:_LONGEST_REASON]
    basic = {"Name": job.name, "Arn": job.arn, "Status": job.status, "FailureReason": reason}
    return basic | _results(job.details, shown) if wait_for is WaitFor.COMPLETED else basic


def _results(details: Mapping[str, Any], shown: Callable[[str], str]) -> dict[str, str]:
    best = details.get("BestTrainingJob") or {}
    definition = _definition(details, best) if best else {}
    objective = best.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
    value = objective.get("Value")
    tuned = best.get("TunedHyperParameters") or {}
    return {
        "BestTrainingJobName": best.get("TrainingJobName", ""),
        "BestTrainingJobArn": best.get("TrainingJobArn", ""),
        "ObjectiveMetricName": objective.get("MetricName", ""),
        "ObjectiveValue": "" if value is None else str(value),
        "ModelArtifact": _artifact(definition, best) if definition else "",
        "TunedHyperParameters": _text(tuned),
        # The tuned ones first: what an answer has no room for is dropped from the end.
        "HyperParameters": _text({**tuned, **_static(definition, tuned, shown)}),
        "TrainingJobStatusCounters": _text(details.get("TrainingJobStatusCounters") or {}),
        "ObjectiveStatusCounters": _text(details.get("ObjectiveStatusCounters") or {}),
    }


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _definition(details: Mapping[str, Any], best: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the training job definition that the best training job was made from."""
    wanted = best.get("TrainingJobDefinitionName")
    definitions = [details.get("TrainingJobDefinition"), *(details.get("TrainingJobDefinitions") or [])]
    fitting = (each for each in definitions if each and (not wanted or each.get("DefinitionName") in (wanted, None)))
    return next(fitting, {})


def _static(definition: Mapping[str, Any], tuned: Mapping[str, str], shown: Callable[[str], str]) -> dict[str, str]:
    """Return the static hyperparameters, but for the service's own and those that may be secrets."""
    static = definition.get("StaticHyperParameters") or {}
    return {
        name: value
        for name, value in static.items()
        if name not in tuned
        and not name.startswith(_RESERVED)
        and not looks_secret(name, str(value))
        and shown(str(value)) == str(value)
    }


def _artifact(definition: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    """Return where training leaves its model: a fixed path below the output path."""
    output = definition.get("OutputDataConfig") or {}
    leaf = "model/" if output.get("CompressionType") == "NONE" else "model.tar.gz"
    return f"{output.get('S3OutputPath', '').rstrip('/')}/{best['TrainingJobName']}/output/{leaf}"
