"""Running the command inside the test's own process."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cdk_hpo.checks.examples import base_request
from cdk_hpo.cli import main

INSTANCE_TYPE = "TrainingJobDefinition.ResourceConfig.InstanceType"


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def rules(self) -> list[str]:
        return [each["rule"] for each in self.json["findings"]]


class Command:
    """The command, and a folder for its input."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def __call__(self, *words: str | Path) -> Outcome:
        self._capture.readouterr()
        try:
            status = main([str(word) for word in words])
        except SystemExit as left:
            status = int(left.code or 0)
        return Outcome(status, *self._capture.readouterr())

    def file(self, name: str, content: Any) -> str:
        """Write a file (JSON unless it is text) and return its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2), encoding="utf-8")
        return str(path)


def wrong_request() -> dict[str, Any]:
    """Return a request with one error: an unknown instance type."""
    request = base_request()
    request["TrainingJobDefinition"]["ResourceConfig"]["InstanceType"] = "ml.m5.xlage"
    return request


def doubtful_request() -> dict[str, Any]:
    """Return a request with one warning: more parallel jobs than jobs."""
    request = base_request()
    request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] = 1
    return request


def resource(request: dict[str, Any], **other: Any) -> dict[str, Any]:
    """Return a request as a resource of a template."""
    members = {name: each for name, each in request.items() if name not in ("HyperParameterTuningJobName", "Tags")}
    return {
        "Type": "Custom::SageMakerHyperParameterTuningJob",
        "Properties": {"ServiceToken": {"Ref": "F"}, "NamePrefix": "tuning", "Request": members},
        **other,
    }


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a bucket and these resources."""
    return {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}, **resources}}
