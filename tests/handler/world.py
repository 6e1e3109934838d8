"""A small SageMaker for tests: a state machine behind botocore's HTTP layer, with a clock of its own.

Calls go through the handler's real client: serialized by the model beside it, answered here, parsed again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from tuning_job.service import make_client

ACCOUNT, REGION = "123456789012", "us-east-1"
START = 1_780_000_000.0


class Crash(BaseException):
    """The process is killed: nothing of the handler may catch it."""


class FakeClock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def spread(self) -> float:
        return 0.5


@dataclass
class Record:
    name: str
    request: dict[str, Any]
    tags: dict[str, str]
    created: float
    ends: float
    outcome: str = "Completed"
    stop_asked: float | None = None
    erase_asked: float | None = None
    reason: str | None = None


@dataclass
class Fault:
    """An error that the next calls of an operation are answered with."""

    operation: str
    code: str
    message: str = ""
    times: int = 1
    status: int = 400
    after: bool = False
    """Whether the call takes effect all the same (a lost response)."""


class ApiError(Exception):
    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


def _few(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > 50:
        raise ApiError("ValidationException", "Tag limit exceeded: a resource has at most 50 tags")
    return tags


_connected: list[Any] = [None]


@cache
def _client() -> Any:
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    session.set_config_variable("region", REGION)
    client = make_client(session)
    client.meta.events.register("before-send.sagemaker", lambda **sent: _connected[0]._send(**sent))
    return client


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]

    def read(self, *_: Any) -> bytes:
        return self._body


@dataclass
class SageMaker:
    clock: FakeClock
    job_seconds: float = 3000.0
    stop_seconds: float = 4.0
    erase_seconds: float = 1.0
    tag_page: int = 50
    records: dict[str, Record] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    before: Callable[[int, str], None] = lambda number, operation: None
    after: Callable[[int, str], None] = lambda number, operation: None

    def client(self) -> Any:
        """Return the client that the tests share, connected to this service from now on."""
        _connected[0] = self
        return _client()

    # ---- HTTP --------------------------------------------------------------------------------------------

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"]
        operation = (operation.decode() if isinstance(operation, bytes) else operation).split(".")[1]
        body = json.loads(request.body)
        self.calls.append((operation, body))
        number = len(self.calls)
        self.before(number, operation)
        try:
            status, answer = 200, self._answer(operation, body)
        except ApiError as error:
            status, answer = error.status, {"__type": error.code, "message": error.message}
        self.after(number, operation)
        headers = {"x-amzn-RequestId": f"request-{number}", "Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(answer).encode()))

    def _answer(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        fault = next((fault for fault in self.faults if fault.operation in (operation, "*") and fault.times), None)
        if fault is not None:
            fault.times -= 1
            if fault.after:
                getattr(self, operation)(body)
            raise ApiError(fault.code, fault.message, fault.status)
        return getattr(self, operation)(body) or {}

    # ---- state -------------------------------------------------------------------------------------------

    def status(self, name: str) -> str | None:
        record, now = self.records.get(name), self.clock.now()
        if record is None:
            return None
        if record.erase_asked is not None:
            if now >= record.erase_asked + self.erase_seconds:
                del self.records[name]
                return None
            return "Deleting"
        if record.stop_asked is not None:
            return "Stopped" if now >= record.stop_asked + self.stop_seconds else "Stopping"
        return record.outcome if now >= record.ends else "InProgress"

    def statuses(self) -> dict[str, str | None]:
        return {name: self.status(name) for name in list(self.records) if self.status(name)}

    def live(self) -> list[str]:
        return [name for name, status in self.statuses().items() if status == "InProgress"]

    def end(self, name: str, outcome: str = "Completed", reason: str | None = None) -> None:
        record = self.records[name]
        record.ends, record.outcome, record.reason = self.clock.now(), outcome, reason

    def count(self, operation: str) -> int:
        return sum(1 for called, _ in self.calls if called == operation)

    @staticmethod
    def arn(name: str) -> str:
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name.lower()}"

    def _record(self, body: dict[str, Any]) -> Record:
        name = body["HyperParameterTuningJobName"]
        if self.status(name) is None:
            raise ApiError("ResourceNotFound", f"Amazon SageMaker can't find a tuning job with the name {name}.")
        return self.records[name]

    def _by_arn(self, body: dict[str, Any]) -> Record:
        for name in list(self.records):
            if self.arn(name) == body["ResourceArn"] and self.status(name):
                return self.records[name]
        raise ApiError("ResourceNotFound", "no such resource")

    def _tagged(self, body: dict[str, Any]) -> Record:
        """As the function's policy has it: tags change only on jobs that bear the tag of the stack."""
        record = self._by_arn(body)
        if "cdk-hpo:stack" not in record.tags:
            raise ApiError("AccessDeniedException", "not authorized to perform: sagemaker:AddTags")
        return record

    # ---- operations --------------------------------------------------------------------------------------

    def CreateHyperParameterTuningJob(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = body["HyperParameterTuningJobName"]
        if self.status(name) is not None:
            raise ApiError("ResourceInUse", f"{name} already exists")
        now = self.clock.now()
        tags = _few({tag["Key"]: tag["Value"] for tag in body.pop("Tags", [])})
        self.records[name] = Record(name, body, tags, now, now + self.job_seconds)
        self.clock.time += 0.01
        return {"HyperParameterTuningJobArn": self.arn(name)}

    def DescribeHyperParameterTuningJob(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        record = self._record(body)
        status = self.status(record.name)
        answer = {**record.request, **self._line(record), "TrainingJobStatusCounters": {"Completed": 2}}
        if record.reason:
            answer["FailureReason"] = record.reason
        if status == "Completed":
            answer["BestTrainingJob"] = {
                "TrainingJobName": f"{record.name}-001-abc",
                "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/{record.name}-001-abc",
                "TunedHyperParameters": {"eta": "0.1", "max_depth": "5"},
                "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:auc", "Value": 0.5},
            }
        return answer

    def _line(self, record: Record) -> dict[str, Any]:
        return {
            "HyperParameterTuningJobName": record.name,
            "HyperParameterTuningJobArn": self.arn(record.name),
            "HyperParameterTuningJobStatus": self.status(record.name),
            "CreationTime": record.created,
        }

    def ListHyperParameterTuningJobs(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        found = [record for name, record in list(self.records.items()) if self.status(name)]
        found = [record for record in found if body.get("NameContains", "") in record.name]
        found.sort(key=lambda record: record.created, reverse=body.get("SortOrder") == "Descending")
        return {"HyperParameterTuningJobSummaries": [self._line(record) for record in found[: body["MaxResults"]]]}

    def StopHyperParameterTuningJob(self, body: dict[str, Any]) -> None:  # noqa: N802
        record = self._record(body)
        status = self.status(record.name)
        if status not in ("InProgress", "Stopping"):
            raise ApiError(
                "ValidationException", f"The request was rejected because the tuning job is in status {status}."
            )
        if record.stop_asked is None:
            record.stop_asked = self.clock.now()

    def DeleteHyperParameterTuningJob(self, body: dict[str, Any]) -> None:  # noqa: N802
        record = self._record(body)
        if self.status(record.name) not in ("Completed", "Failed", "Stopped"):
            raise ApiError("ValidationException", "The tuning job is still running.")
        record.erase_asked = self.clock.now()

    def AddTags(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        record = self._tagged(body)
        record.tags = _few(record.tags | {tag["Key"]: tag["Value"] for tag in body["Tags"]})
        return {"Tags": body["Tags"]}

    def DeleteTags(self, body: dict[str, Any]) -> None:  # noqa: N802
        record = self._tagged(body)
        for key in body["TagKeys"]:
            record.tags.pop(key, None)

    def ListTags(self, body: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        tags = sorted(self._by_arn(body).tags.items())
        start = int(body.get("NextToken", 0))
        page: dict[str, Any] = {
            "Tags": [{"Key": key, "Value": value} for key, value in tags[start : start + self.tag_page]]
        }
        return page | ({"NextToken": str(start + self.tag_page)} if start + self.tag_page < len(tags) else {})
