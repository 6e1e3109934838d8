"""The local cloud's SageMaker behind the handler's real client, in this process and with a clock of its own.

Calls are serialized by the model beside the handler, carried out by the service under the permissions that the
function's policy gives, and parsed again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from tuning_job.service import make_client, request_shape
from tuning_job.wire import restore

from cdk_hpo.local.sagemaker import Caller, Outcome, ServiceError, Settings, SimulatedEngine, TuningJob, TuningService
from cdk_hpo.local.sagemaker.errors import access_denied, tuning_job_not_found
from cdk_hpo.local.sagemaker.faults import Faults

ACCOUNT, REGION = "123456789012", "us-east-1"
STACK_ID = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Models/6f1e0a10-0000-11ef-8000-0affd1a2b3c4"
START = 1_780_000_000.0
FUNCTION = Caller(arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/Function/handler")
SOMEBODY = Caller(arn=f"arn:aws:iam::{ACCOUNT}:user/somebody")
_BY_TAG = {
    f"sagemaker:{action}" for action in ("AddTags", "DeleteTags", "StopHyperParameterTuningJob")
} | {"sagemaker:DeleteHyperParameterTuningJob"}  # fmt: skip


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


def request(**changes: Any) -> dict[str, Any]:
    """A small request as CloudFormation hands it over; keyword arguments change its limits."""
    limits = {"MaxNumberOfTrainingJobs": "2", "MaxParallelTrainingJobs": "1"} | changes
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "ResourceLimits": limits,
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}],
                "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "3", "MaxValue": "9"}],
            },
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": {"num_round": "100"},
            "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/Execution",
            "OutputDataConfig": {"S3OutputPath": "s3://models/hpo/"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": "1", "VolumeSizeInGB": "1"},
            "StoppingCondition": {"MaxRuntimeInSeconds": "3600"},
            "EnableNetworkIsolation": "true",
        },
    }


@dataclass(kw_only=True)
class Policy:
    """The function's permissions, as ``cdk_hpo.access.function_role`` writes them; everybody else may do everything."""

    denied: Callable[[str], bool] = lambda action: False
    """Tells of an action whether it is denied for now, whatever the policy says."""

    def authorize(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        request_tags: Mapping[str, str] | None = None,
        resource_tags: Mapping[str, str] | None = None,
        creating: str | None = None,
    ) -> None:
        if caller != FUNCTION:
            return
        if self.denied(action):
            raise access_denied(caller.arn, action, resource, explicit=True)
        tags = request_tags if creating or action.endswith(":CreateHyperParameterTuningJob") else resource_tags
        conditioned = action in _BY_TAG or action.endswith(":CreateHyperParameterTuningJob")
        if conditioned and (tags or {}).get("cdk-hpo:stack") != STACK_ID:
            raise access_denied(caller.arn, action, resource)

    def pass_role(self, caller: Caller, role_arn: str, source_arns: tuple[str, ...]) -> None:
        if caller == FUNCTION and self.denied("iam:PassRole"):
            raise access_denied(caller.arn, "iam:PassRole", role_arn, explicit=True)


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
class Visibility:
    """Seconds after its creation until a job is shown, by kind of look."""

    described: float = 0.0
    tags: float = 0.0
    listed: float = 0.0


@dataclass
class SageMaker:
    clock: FakeClock
    settings: Settings = field(default_factory=lambda: Settings(job_seconds=3000.0, stop_seconds=4.0))
    erase_seconds: float = 1.0
    tag_page: int | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    stops: dict[str, float] = field(default_factory=dict)
    """When a stop of each job was first asked for."""
    policy: Policy = field(default_factory=Policy)
    visibility: Visibility = field(default_factory=Visibility)
    before: Callable[[int, str], None] = lambda number, operation: None
    after: Callable[[int, str], None] = lambda number, operation: None

    def __post_init__(self) -> None:
        self.service = TuningService(SimulatedEngine(self.settings), self.policy, lambda: self.clock.now())
        self._endings: list[tuple[float, str, Outcome]] = []
        self._erasing: dict[str, float] = {}

    @property
    def faults(self) -> list[Fault]:
        """The errors that are planned."""
        raise AttributeError("faults can only be set")

    @faults.setter
    def faults(self, faults: list[Fault]) -> None:
        self.service.faults.set([vars(fault) for fault in faults])

    def client(self) -> Any:
        """Return the client that the tests share, connected to this service from now on."""
        _connected[0] = self
        return _client()

    # ---- HTTP ----------------------------------------------------------------------------------------------------

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"]
        operation = (operation.decode() if isinstance(operation, bytes) else operation).split(".")[1]
        body = json.loads(request.body)
        self.calls.append((operation, body))
        number = len(self.calls)
        self.before(number, operation)
        try:
            status, answer = 200, self.answer(operation, body)
        except ServiceError as error:
            status, answer = error.status, {"__type": error.code, "message": error.message}
        self.after(number, operation)
        headers = {"x-amzn-RequestId": f"request-{number}", "Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, _Raw(json.dumps(answer).encode()))

    def answer(self, operation: str, body: dict[str, Any], caller: Caller = FUNCTION) -> dict[str, Any]:
        self._advance()
        if operation == "ListTags" and self.tag_page:
            return self._few_tags(body, caller, self.tag_page)
        name = body.get("HyperParameterTuningJobName", "")
        if operation == "DeleteHyperParameterTuningJob" and (job := self.records.get(name)):
            self.service.call(operation, body, caller)
            self._erase_slowly(job)
            return {}
        if caller != FUNCTION:
            return self._undisturbed(operation, body, caller)
        answer = self._visible(operation, body, self.service.call(operation, body, caller))
        if operation == "StopHyperParameterTuningJob":
            self.stops.setdefault(name, self.clock.now())
        return answer

    def _undisturbed(self, operation: str, body: dict[str, Any], caller: Caller) -> dict[str, Any]:
        faults, self.service.faults = self.service.faults, Faults()
        try:
            return self.service.call(operation, body, caller)
        finally:
            self.service.faults = faults

    def _visible(self, operation: str, body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        seconds, now = self.visibility, self.clock.now()
        if operation == "DescribeHyperParameterTuningJob" and answer["CreationTime"] + seconds.described > now:
            raise tuning_job_not_found(body["HyperParameterTuningJobName"])
        if operation == "ListTags" and self.service.jobs.find_by_arn(body["ResourceArn"]).created + seconds.tags > now:
            return {"Tags": []}
        if operation == "ListHyperParameterTuningJobs":
            lines = answer["HyperParameterTuningJobSummaries"]
            shown = [line for line in lines if line["CreationTime"] + seconds.listed <= now]
            return {**answer, "HyperParameterTuningJobSummaries": shown}
        return answer

    def _few_tags(self, body: dict[str, Any], caller: Caller, size: int) -> dict[str, Any]:
        """Give the tags in smaller pages than the service's smallest."""
        tags = self.service.call("ListTags", {"ResourceArn": body["ResourceArn"]}, caller)["Tags"]
        start = int(body.get("NextToken", 0))
        rest = {"NextToken": str(start + size)} if start + size < len(tags) else {}
        return {"Tags": tags[start : start + size], **rest}

    def _erase_slowly(self, job: TuningJob) -> None:
        """Let a record be ``Deleting`` for a while, which the service of the local cloud leaves out."""
        if self.erase_seconds:
            job.run._outcome = Outcome(status="Deleting", at=self.clock.now())  # type: ignore[attr-defined, arg-type]
            self.service.jobs.add(job)
            self._erasing[job.name] = self.clock.now() + self.erase_seconds

    # ---- state ---------------------------------------------------------------------------------------------------

    def _advance(self) -> None:
        now = self.clock.now()
        for ending in [ending for ending in self._endings if ending[0] <= now]:
            self._endings.remove(ending)
            if (job := self._jobs().get(ending[1])) is not None:
                job.advance(ending[0])
                job.run.end(ending[2])
        self.service.advance()
        for name in [name for name, gone in self._erasing.items() if gone <= now]:
            self.service.jobs.remove(self._jobs()[name])
            del self._erasing[name]

    def _jobs(self) -> dict[str, TuningJob]:
        return {job.name: job for job in self.service.jobs}

    @property
    def records(self) -> dict[str, TuningJob]:
        """The records by name, oldest first."""
        self._advance()
        return self._jobs()

    def status(self, name: str) -> str | None:
        job = self.records.get(name)
        return None if job is None else job.status

    def statuses(self) -> dict[str, str]:
        return {name: job.status for name, job in self.records.items()}

    def live(self) -> list[str]:
        return [name for name, status in self.statuses().items() if status == "InProgress"]

    def end(self, name: str, outcome: str = "Completed", reason: str | None = None, *, after: float = 0.0) -> None:
        """Let a job end by itself, now or some seconds later; nothing happens to one that has ended by then."""
        at = self.clock.now() + after
        self._endings.append((at, name, Outcome(status=outcome, at=at, reason=reason)))  # type: ignore[arg-type]
        self._endings.sort(key=lambda ending: ending[0])
        self._advance()

    def make(self, name: str, tags: Mapping[str, str] | None = None) -> None:
        """Let somebody else make a job."""
        body = restore(request_shape(self.client()), request())
        given = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
        named = {"HyperParameterTuningJobName": name}
        self.answer("CreateHyperParameterTuningJob", body | named | ({"Tags": given} if given else {}), SOMEBODY)

    def stop(self, name: str) -> None:
        """Let somebody else stop a job."""
        self.answer("StopHyperParameterTuningJob", {"HyperParameterTuningJobName": name}, SOMEBODY)

    def describe(self, name: str) -> dict[str, Any]:
        """Look at a job as somebody else."""
        return self.answer("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": name}, SOMEBODY)

    def forget(self, name: str) -> None:
        """Let a record be gone at once."""
        self.service.jobs.remove(self.records[name])

    def count(self, operation: str) -> int:
        return sum(1 for called, _ in self.calls if called == operation)

    @staticmethod
    def arn(name: str) -> str:
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name.lower()}"
