"""States that call a service and hand their data on as they are, also to the state that catches their error."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

UNCHANGED = "{% $states.input %}"
#: The jobs in the answer of the call that lists them.
_LISTED = "$states.result.HyperParameterTuningJobSummaries"


class Step(sfn.CustomState):
    """A call of a service, for workflows in JSONata.

    Parameters
    ----------
    scope, id
        As of any construct.
    action
        The service's integration and its action: ``dynamodb:putItem``, ``aws-sdk:sfn:describeExecution``.
    arguments
        The request.
    assign
        The variables that are set when the call has succeeded.
    retry
        The errors that pass by themselves, after which the call is sent again.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        action: str,
        arguments: Mapping[str, Any],
        *,
        assign: Mapping[str, Any] | None = None,
        retry: tuple[str, ...] = (),
    ) -> None:
        state = {
            "Type": "Task",
            "Resource": f"arn:{Stack.of(scope).partition}:states:::{action}",
            "Arguments": dict(arguments),
            "Output": UNCHANGED,
            **({"Assign": dict(assign)} if assign else {}),
            **({"Retry": [_again(retry)]} if retry else {}),
        }
        super().__init__(scope, id, state_json=state)

    def to_state_json(self, query_language: sfn.QueryLanguage | None = None) -> Mapping[Any, Any]:
        """Return the state in Amazon States Language; the CDK calls this, and knows no output of its catchers."""
        state = dict(super().to_state_json(query_language))
        if "Catch" in state:
            state["Catch"] = [{**each, "Output": UNCHANGED} for each in state["Catch"]]
        return state


def _again(errors: tuple[str, ...]) -> dict[str, Any]:
    return {
        "ErrorEquals": [*errors],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxAttempts": 6,
        "JitterStrategy": "FULL",
    }


def look_for_jobs(
    scope: Construct, id: str, *, contained: str, status: str | None = None, assign: Mapping[str, str]
) -> Step:
    """Return a state that lists tuning jobs, the newest first, a hundred at most.

    Parameters
    ----------
    scope, id
        As of any construct.
    contained
        What their names contain, anywhere.
    status
        Only jobs with this status.
    assign
        The variables that are made of the answer.
    """
    arguments = {"NameContains": contained, "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 100}
    return Step(
        scope,
        id,
        "aws-sdk:sagemaker:listHyperParameterTuningJobs",
        {**arguments, **({} if status is None else {"StatusEquals": status})},
        assign=assign,
        retry=("SageMaker.SageMakerException", "SageMaker.SdkClientException"),
    )


def names_with(prefix: str) -> str:
    """Return the JSONata for the names of a list that a launcher has made; the list has the prefix anywhere."""
    return f"{_LISTED}.HyperParameterTuningJobName[$contains($, /^{prefix}-[0-9a-f]{{8}}-[0-9a-f]{{4}}$/)]"


def jobs_with(statuses: tuple[str, ...]) -> str:
    """Return the JSONata for the jobs of a list that have one of some statuses."""
    return f"{_LISTED}[HyperParameterTuningJobStatus in {list(statuses)}]"
