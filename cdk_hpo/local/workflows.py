"""Step Functions' way to SageMaker: the emulator runs the workflows, and their calls come here.

Calls are made as the state machine's role. The integration that waits (``.sync``) marks the job with a tag, looks at it
until it has ended, and stops it when the execution is stopped, as the service documents it:
https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
"""

import json
import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from . import map_results, model_types, role_sessions
from .sagemaker import Caller, ServiceError, TuningService
from .sagemaker.errors import access_denied
from .traffic import CallLog

_OPTIMIZED, _ANY_CALL = "arn:aws:states:::sagemaker:", "arn:aws:states:::aws-sdk:sagemaker:"
_WAITING = ".sync"
_POLL_SECONDS = 0.1
_RULE = "rule/StepFunctionsGetEventsForSageMakerTuningJobsRule"
_RULE_ACTIONS = ("events:DescribeRule", "events:PutRule", "events:PutTargets")
_MARK = {"Key": "MANAGED_BY_AWS", "Value": "STARTED_BY_STEP_FUNCTIONS"}
#: Errors that keep their own name; all others of the service have one in common.
_NAMED = ("ResourceInUse", "ResourceLimitExceeded", "ResourceNotFound", "ConflictException")

_execution: ContextVar[str] = ContextVar("execution")


class Workflows:
    """Carries out what workflows ask of SageMaker.

    Parameters
    ----------
    service
        Whose jobs they are.
    calls
        Where the calls are recorded.
    iam
        Whether the permissions of the state machine's role are enforced.
    """

    def __init__(self, service: TuningService, calls: CallLog, *, iam: bool) -> None:
        self._service, self._calls, self._iam = service, calls, iam

    def install(self) -> None:
        """Let the emulator's workflows call SageMaker here."""
        from ministack.services import stepfunctions

        run = stepfunctions._run_execution

        def run_known(execution_arn: str) -> Any:
            _execution.set(execution_arn)
            return run(execution_arn)

        stepfunctions._run_execution = run_known
        for prefix in (_OPTIMIZED, _ANY_CALL):
            stepfunctions._SERVICE_DISPATCH[prefix] = self._carry_out
        map_results.install()
        model_types.install(self._service)
        # As the SDK names it, by which workflows know errors.
        names = stepfunctions._AWS_SDK_ERROR_CODE_OVERRIDES.setdefault("ssm", {})
        names["ParameterNotFound"] = "ParameterNotFoundException"

    def _carry_out(self, resource: str, given: Mapping[str, Any]) -> dict[str, Any]:
        own = resource.startswith(_OPTIMIZED)
        action = resource.removeprefix(_OPTIMIZED if own else _ANY_CALL)
        name, waits = action.removesuffix(_WAITING), action.endswith(_WAITING)
        operation = name[0].upper() + name[1:]
        try:
            caller = self._caller()
            if not waits:
                return _output(self._call(operation, given, caller))
            return self._run_job(operation, given, caller)
        except ServiceError as error:
            raise _failure(error, own=own) from error

    def _run_job(self, operation: str, given: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        self._need_rule(caller)
        name = given.get("HyperParameterTuningJobName")
        self._call(operation, {**given, "Tags": [*(given.get("Tags") or []), _MARK]}, caller)
        while True:
            found = self._call("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": name}, caller)
            status = found["HyperParameterTuningJobStatus"]
            if status == "Completed":
                return _output(found)
            if status in ("Failed", "Stopped"):
                raise _execution_error("States.TaskFailed", json.dumps(_output(found)))
            if not _running() and status == "InProgress":
                self._call("StopHyperParameterTuningJob", {"HyperParameterTuningJobName": name}, caller)
            time.sleep(_POLL_SECONDS)

    def _call(self, operation: str, request: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        try:
            answer = self._service.call(operation, request, caller)
        except ServiceError as error:
            self._calls.add(operation, request, caller, error)
            raise
        self._calls.add(operation, request, caller, None)
        return answer

    def _caller(self) -> Caller:
        """Return the state machine's role as it calls the service."""
        from ministack.core import iam_evaluator
        from ministack.core.responses import get_account_id, get_region
        from ministack.services import stepfunctions

        account, region = get_account_id(), get_region()
        machine = stepfunctions._state_machines[stepfunctions._executions[_execution.get()]["stateMachineArn"]]
        if not self._iam:
            return Caller(account=account, region=region, arn=machine["roleArn"])
        try:
            session = role_sessions.assume(
                "states.amazonaws.com",
                machine["roleArn"],
                machine["stateMachineArn"],
                session_name=_execution.get().rsplit(":", 1)[-1],
                account=account,
                region=region,
            )
        except ValueError as error:
            raise ServiceError(
                "AccessDeniedException", f"Neither the global service principal can assume: {error}"
            ) from error
        found: Any = iam_evaluator.resolve_principal(session["aws_access_key_id"], account, None)
        return Caller(account=account, region=region, arn=found.arn, identity=found)

    def _need_rule(self, caller: Caller) -> None:
        """Make sure that the role may make the rule by which the service learns of the job's end."""
        if not self._iam:
            return
        from ministack.services import stepfunctions

        machine = stepfunctions._state_machines[stepfunctions._executions[_execution.get()]["stateMachineArn"]]
        partition = machine["roleArn"].split(":")[1]
        rule = f"arn:{partition}:events:{caller.region}:{caller.account}:{_RULE}"
        for action in _RULE_ACTIONS:
            decided = role_sessions.decide(
                machine["roleArn"], action, rule, {}, account=caller.account, region=caller.region
            )
            if decided["decision"] != "Allow":
                raise access_denied(caller.arn, action, rule)


def _running() -> bool:
    from ministack.services import stepfunctions

    return bool(stepfunctions._executions[_execution.get()]["status"] == "RUNNING")


def _failure(error: ServiceError, *, own: bool) -> Exception:
    """Return the error of the workflow for one of the service."""
    common = "AmazonSageMakerException" if own else "SageMakerException"
    name = f"{error.code.removesuffix('Exception')}Exception" if error.code in _NAMED else common
    return _execution_error(
        f"SageMaker.{name}", f"{error.message} (Service: AmazonSageMaker; Error Code: {error.code})"
    )


def _execution_error(name: str, cause: str) -> Exception:
    from ministack.services import stepfunctions

    error: Exception = stepfunctions._ExecutionError(name, cause)
    return error


def _output(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as workflows see it: with its times in milliseconds."""
    return {name: _in_milliseconds(name, each) for name, each in answer.items()}


def _in_milliseconds(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _output(value)
    if isinstance(value, list):
        return [_in_milliseconds(name, each) for each in value]
    return round(value * 1000) if name.endswith("Time") and isinstance(value, int | float) else value
