"""Letting one execution of a workflow run at a time.

A table holds whose turn it is. Taking a turn is one conditional write, so two executions that begin at the same moment
cannot both succeed. A holder that has ended without giving its turn back (its execution was stopped, say) is replaced.
"""

from collections.abc import Sequence
from typing import Any

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

_ME = "{% $states.context.Execution.Id %}"
_KEY = {"Id": {"S": "turn"}}
_TAKEN = "DynamoDB.ConditionalCheckFailedException"
_UNCHANGED = "{% $states.input %}"


def retried(*errors: str) -> list[dict[str, Any]]:
    """Return the retries of a call that may be sent again, for errors that pass by themselves."""
    return [
        {
            "ErrorEquals": list(errors),
            "IntervalSeconds": 2,
            "BackoffRate": 2,
            "MaxAttempts": 6,
            "JitterStrategy": "FULL",
        }
    ]


_RETRY = retried("DynamoDB.AmazonDynamoDBException", "DynamoDB.InternalServerErrorException", "Sfn.SdkClientException")


class Turns(Construct):
    """The table, and the states (of a workflow in JSONata) around those that only one execution may run.

    Parameters
    ----------
    scope, id
        As of any construct.
    wait_seconds
        How long an execution waits before it looks again whether it is its turn; it ends at once if ``None``.
    """

    def __init__(self, scope: Construct, id: str, *, wait_seconds: int | None) -> None:
        super().__init__(scope, id)
        self._table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="Id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._wait_seconds = wait_seconds

    def around(self, first: sfn.IChainable, last: Sequence[sfn.TaskStateBase]) -> sfn.IChainable:
        """Put the states that take a turn before ``first``, and those that give it back after each of ``last``.

        These lead to them also when they fail, and then the workflow fails as well.
        """
        self._give_back_after(last)
        return self._take_before(first)

    def grant(self, machine: sfn.StateMachine) -> iam.Policy:
        """Allow the state machine what the states do."""
        self._table.grant(machine, "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem")
        # Not in the machine's own policy: the machine waits for that one, and this one names the machine.
        executions = Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{machine.state_machine_name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        return iam.Policy(
            self,
            "LookAtHolder",
            roles=[machine.role],
            statements=[iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions])],
        )

    def _take_before(self, first: sfn.IChainable) -> sfn.State:
        take = self._put("Take the turn", "attribute_not_exists(Id) OR Holder = :known", _ME, {"failure": {}})
        look = self._state(
            "Whose turn is it",
            "dynamodb:getItem",
            {"Key": _KEY, "ConsistentRead": True},
            Assign={"holder": "{% $exists($states.result.Item) ? $states.result.Item.Holder.S : '' %}"},
        )
        describe = sfn.CustomState(
            self,
            "Look at the holder",
            state_json={
                "Type": "Task",
                "Resource": f"arn:{Stack.of(self).partition}:states:::aws-sdk:sfn:describeExecution",
                "Arguments": {"ExecutionArn": "{% $holder %}"},
                "Assign": {"busy": "{% $states.result.Status = 'RUNNING' %}"},
                "Output": _UNCHANGED,
                "Retry": _RETRY,
            },
        )
        replace = self._put("Replace the holder", "Holder = :known", "{% $holder %}", {})
        take.next(first)
        replace.next(first)
        take.add_catch(look, errors=[_TAKEN], outputs=_UNCHANGED)
        replace.add_catch(look, errors=[_TAKEN], outputs=_UNCHANGED)
        describe.add_catch(replace, errors=["Sfn.ExecutionDoesNotExistException"], outputs=_UNCHANGED)
        look.next(
            sfn.Choice(self, "Is it free by now")
            .when(sfn.Condition.jsonata("{% $holder = '' %}"), take)
            .otherwise(describe)
        )
        describe.next(
            sfn.Choice(self, "Is the holder busy")
            .when(sfn.Condition.jsonata("{% $busy %}"), self._when_busy(take))
            .otherwise(replace)
        )
        return take

    def _when_busy(self, take: sfn.State) -> sfn.IChainable:
        if self._wait_seconds is None:
            return sfn.Succeed(self, "Skipped", comment="An earlier execution is still running")
        wait = sfn.CustomState(
            self, "Wait for the turn", state_json={"Type": "Wait", "Seconds": self._wait_seconds, "Output": _UNCHANGED}
        )
        return wait.next(take)

    def _give_back_after(self, last: Sequence[sfn.TaskStateBase]) -> None:
        give_back = self._state(
            "Give the turn back",
            "dynamodb:deleteItem",
            {
                "Key": _KEY,
                "ConditionExpression": "Holder = :me",
                "ExpressionAttributeValues": {":me": {"S": _ME}},
            },
        )
        end = (
            sfn.Choice(self, "Has it failed")
            .when(
                sfn.Condition.jsonata("{% $exists($failure.Error) %}"),
                sfn.CustomState(
                    self,
                    "Failed",
                    state_json={"Type": "Fail", "Error": "{% $failure.Error %}", "Cause": "{% $failure.Cause %}"},
                ),
            )
            .otherwise(sfn.Succeed(self, "Done"))
        )
        give_back.add_catch(end, errors=[_TAKEN], outputs=_UNCHANGED)
        give_back.next(end)
        for task in last:
            task.add_catch(give_back, errors=["States.ALL"], assign={"failure": "{% $states.errorOutput %}"})
            task.next(give_back)

    def _put(self, name: str, condition: str, known: str, assigned: dict[str, Any]) -> sfn.CustomState:
        """Return a state that writes this execution down as the holder, if the condition holds."""
        arguments = {
            "Item": {**_KEY, "Holder": {"S": _ME}},
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":known": {"S": known}},
        }
        return self._state(name, "dynamodb:putItem", arguments, **({"Assign": assigned} if assigned else {}))

    def _state(self, name: str, action: str, arguments: dict[str, Any], **more: Any) -> sfn.CustomState:
        return sfn.CustomState(
            self,
            name,
            state_json={
                "Type": "Task",
                "Resource": f"arn:{Stack.of(self).partition}:states:::{action}",
                "Arguments": {"TableName": self._table.table_name, **arguments},
                "Output": _UNCHANGED,
                "Retry": _RETRY,
                **more,
            },
        )
