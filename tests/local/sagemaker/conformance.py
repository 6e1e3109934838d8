"""Holds answers against the service model, and records the ways that jobs go."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from botocore.parsers import create_parser
from botocore.validate import ParamValidator

from cdk_hpo.local.sagemaker import TuningService
from cdk_hpo.local.sagemaker.validation import _problems, service_model

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html: SecondaryStatus
SECONDARY = {
    "InProgress": {"Starting", "Downloading", "Training", "Uploading"},
    "Completed": {"Completed"},
    "Failed": {"Failed"},
    "Stopping": {"Stopping"},
    "Stopped": {"Stopped", "MaxRuntimeExceeded"},
}
# Where a job may go from each status; from one that is not here, nowhere.
TUNING_WAYS = {"InProgress": {"Completed", "Failed", "Stopping"}, "Stopping": {"Stopped"}}
TRAINING_WAYS = {
    "Starting": {"Downloading", "Stopping", "Failed"},
    "Downloading": {"Training", "Stopping", "Failed"},
    "Training": {"Uploading", "Stopping", "Failed"},
    "Uploading": {"Completed", "MaxRuntimeExceeded", "Stopping", "Failed"},
    "Stopping": {"Stopped", "Completed", "Failed"},
}
FINAL = {"Completed", "Failed", "Stopped"}


def require_conforming(operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Require that an answer fits the output shape: names, types, enumerations, limits, and nothing is unknown.

    Returns
    -------
    dict
        What a client of botocore makes of it.
    """
    shape = service_model().operation_model(operation).output_shape
    if shape is None:
        assert answer == {}
        return {}
    report = ParamValidator().validate(answer, shape)
    assert not report.has_errors(), report.generate_report()
    assert not list(_problems(shape, answer, ""))
    response = {"status_code": 200, "headers": {}, "body": json.dumps(answer, allow_nan=False).encode()}
    parsed: dict[str, Any] = create_parser("json").parse(response, shape)
    del parsed["ResponseMetadata"]
    assert _names(parsed) == _names(answer)
    return parsed


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _names(member) for name, member in value.items()}
    return [_names(member) for member in value] if isinstance(value, list) else None


@dataclass
class Recorder:
    """Looks at everything that a service says, again and again, and requires that each change is a documented one."""

    service: TuningService
    tuning: dict[str, list[str]] = field(default_factory=dict)
    training: dict[str, list[str]] = field(default_factory=dict)
    transitions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def look(self) -> None:
        """Ask for all that there is."""
        for job in self._pages("ListHyperParameterTuningJobs", "HyperParameterTuningJobSummaries"):
            name = {"HyperParameterTuningJobName": job["HyperParameterTuningJobName"]}
            self._tuning_job(self._ask("DescribeHyperParameterTuningJob", name))
            self._ask("ListTags", {"ResourceArn": job["HyperParameterTuningJobArn"]})
            for each in self._pages("ListTrainingJobsForHyperParameterTuningJob", "TrainingJobSummaries", name):
                self._training_job(each, self._ask("DescribeTrainingJob", {"TrainingJobName": each["TrainingJobName"]}))

    def _ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        answer = self.service.call(operation, request)
        require_conforming(operation, answer)
        return answer

    def _pages(self, operation: str, member: str, request: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        found, token = [], {}
        while True:
            page = self._ask(operation, {**(request or {}), **token})
            found += page[member]
            if "NextToken" not in page:
                return found
            token = {"NextToken": page["NextToken"]}

    def _tuning_job(self, found: dict[str, Any]) -> None:
        status = found["HyperParameterTuningJobStatus"]
        seen = self.tuning.setdefault(found["HyperParameterTuningJobName"], [])
        if not seen or seen[-1] != status:
            assert not seen or status in TUNING_WAYS.get(seen[-1], ()), (seen, status)
            seen.append(status)
        ended = "HyperParameterTuningEndTime" in found
        assert ended == (status in FINAL)
        counters = found["TrainingJobStatusCounters"]
        assert not ended or counters["InProgress"] == found["ObjectiveStatusCounters"]["Pending"] == 0
        assert sum(counters.values()) == sum(found["ObjectiveStatusCounters"].values())
        assert ("FailureReason" in found) == (status == "Failed")

    def _training_job(self, listed: dict[str, Any], found: dict[str, Any]) -> None:
        status, secondary, transitions = (
            found[name] for name in ("TrainingJobStatus", "SecondaryStatus", "SecondaryStatusTransitions")
        )
        assert listed["TrainingJobStatus"] == status
        assert secondary in SECONDARY[status]
        names = [each["Status"] for each in transitions]
        assert (names[0], names[-1]) == ("Starting", secondary)
        for before, after in itertools.pairwise(transitions):
            assert after["Status"] in TRAINING_WAYS.get(before["Status"], ()), names
            assert before["StartTime"] <= before["EndTime"] == after["StartTime"]
        assert ("EndTime" in transitions[-1]) == ("TrainingEndTime" in found) == (status in FINAL)
        seen = self.transitions.get(found["TrainingJobName"], [])
        assert [each["Status"] for each in seen] == names[: len(seen)]
        assert [each["StartTime"] for each in seen] == [each["StartTime"] for each in transitions[: len(seen)]]
        self.transitions[found["TrainingJobName"]] = transitions
        states = self.training.setdefault(found["TrainingJobName"], [])
        if not states or states[-1] != status:
            assert not states or states[-1] not in FINAL
            states.append(status)
        assert found["LastModifiedTime"] >= transitions[-1]["StartTime"]
        assert ("FailureReason" in found) == (status == "Failed")
