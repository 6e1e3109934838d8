"""The attributes of a job that other resources of the stack can use. All are texts; none can be a secret."""

import json
from collections.abc import Mapping
from typing import Any

from .event import WaitFor
from .job import Job


def attributes_of(job: Job, wait_for: WaitFor) -> dict[str, str]:
    """Return the attributes; those of the best training job only for a job that was waited for."""
    basic = {"Name": job.name, "Arn": job.arn, "Status": job.status}
    return basic | _results(job.details) if wait_for is WaitFor.COMPLETED else basic


def _results(details: Mapping[str, Any]) -> dict[str, str]:
    best = details.get("BestTrainingJob") or {}
    objective = best.get("FinalHyperParameterTuningJobObjectiveMetric") or {}
    value = objective.get("Value")
    return {
        "BestTrainingJobName": best.get("TrainingJobName", ""),
        "BestTrainingJobArn": best.get("TrainingJobArn", ""),
        "ObjectiveMetricName": objective.get("MetricName", ""),
        "ObjectiveValue": "" if value is None else str(value),
        "ModelArtifact": _artifact(details, best),
        "HyperParameters": json.dumps(best.get("TunedHyperParameters") or {}, ensure_ascii=False),
        "TrainingJobStatusCounters": json.dumps(details.get("TrainingJobStatusCounters") or {}),
    }


def _artifact(details: Mapping[str, Any], best: Mapping[str, Any]) -> str:
    """Return where training leaves its model: a fixed path below the output path of the definition that was used."""
    definitions = [details.get("TrainingJobDefinition"), *(details.get("TrainingJobDefinitions") or [])]
    wanted = best.get("TrainingJobDefinitionName")
    for definition in definitions:
        if definition and (wanted is None or definition.get("DefinitionName") in (wanted, None)) and best:
            output = definition.get("OutputDataConfig") or {}
            leaf = "model/" if output.get("CompressionType") == "NONE" else "model.tar.gz"
            return f"{output.get('S3OutputPath', '').rstrip('/')}/{best['TrainingJobName']}/output/{leaf}"
    return ""
