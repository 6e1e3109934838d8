"""Letting one execution of a workflow run at a time.

A table holds whose turn it is. Taking a turn is one conditional write, so two executions that begin at the same moment
cannot both succeed. A holder that has ended without giving its turn back (its execution was stopped, say) is replaced
once its job has ended as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from aws_cdk import ArnFormat, CfnResource, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_hpo.access.lint_findings import acknowledge, lint_findings_wanted
from cdk_hpo.launch.steps import Step, look_for_jobs, names_with
from cdk_hpo.launch.time_limit import FAILURE, failed

_ME = "{% $states.context.Execution.Id %}"
_KEY = {"Id": {"S": "turn"}}
_TAKEN = "DynamoDB.ConditionalCheckFailedException"
_RETRY = (
    "DynamoDB.AmazonDynamoDBException",
    "DynamoDB.InternalServerErrorException",
    "DynamoDB.ProvisionedThroughputExceededException",
    "DynamoDB.RequestLimitExceededException",
    "DynamoDB.SdkClientException",
)
_FIRST_WAIT_SECONDS = 60
#: A look takes 16 of the 25,000 events that an execution's history may have: half an hour apart they last for more than
#: a month. Looks while the job of a holder that has ended is being stopped take 28, but those are few.
#: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_LONGEST_WAIT_SECONDS = 1800
#: What linters of templates find at the table, and why it stands.
_TABLE_FINDINGS = {
    "AwsSolutions-DDB3": "It holds who runs now; what it held before is of no use.",
    "CKV_AWS_28": "It holds who runs now; what it held before is of no use.",
    "CKV_AWS_119": "It holds the ARN of an execution, under the key of DynamoDB; no data and no secrets.",
}


class Turns(Construct):
    """The table, and the states (of a workflow in JSONata) around those that only one execution may run.

    Parameters
    ----------
    scope, id
        As of any construct.
    prefix
        The beginning of the names of the jobs that those states make.
    waits
        Whether an execution whose turn it is not looks again later, after growing pauses; else it ends at once.
    """

    def __init__(self, scope: Construct, id: str, prefix: str, *, waits: bool) -> None:
        super().__init__(scope, id)
        self._table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="Id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy.DESTROY,
        )
        if lint_findings_wanted(Stack.of(self)):
            acknowledge(cast(CfnResource, self._table.node.default_child), _TABLE_FINDINGS)
        self._prefix, self._waits = prefix, waits
        #: The state that gives the turn back, and ends the workflow as its job has ended.
        self.give_back: sfn.State = self._give_back()

    def around(self, first: sfn.IChainable, last: Sequence[sfn.TaskStateBase]) -> sfn.IChainable:
        """Put the states that take a turn before ``first``, and those that give it back after each of ``last``.

        These lead to them also when they fail, and then the workflow fails as well.
        """
        for task in last:
            task.add_catch(self.give_back, errors=["States.ALL"], assign=FAILURE)
            task.next(self.give_back)
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
        take = self._put("Take the turn", "attribute_not_exists(Id) OR Holder = :known", _ME)
        look = self._on_table(
            "Whose turn is it",
            "getItem",
            {"Key": _KEY, "ConsistentRead": True},
            assign={"holder": "{% $exists($states.result.Item) ? $states.result.Item.Holder.S : '' %}"},
        )
        describe = Step(
            self,
            "Look at the holder",
            "aws-sdk:sfn:describeExecution",
            {"ExecutionArn": "{% $holder %}"},
            assign={"busy": "{% $states.result.Status = 'RUNNING' %}"},
            # Throttling has no name of its own.
            retry=("Sfn.SfnException", "Sfn.SdkClientException"),
        )
        replace = self._put("Replace the holder", "Holder = :known", "{% $holder %}")
        take.next(first)
        replace.next(first)
        later = self._when_busy(look)
        ended = self._when_no_job_goes_on(replace, later)
        take.add_catch(look, errors=[_TAKEN], assign={"wait": _FIRST_WAIT_SECONDS})
        replace.add_catch(look, errors=[_TAKEN])
        describe.add_catch(ended, errors=["Sfn.ExecutionDoesNotExistException"])
        look.next(
            sfn.Choice(self, "Is it free by now")
            .when(sfn.Condition.jsonata("{% $holder = '' %}"), take)
            .otherwise(describe)
        )
        describe.next(
            sfn.Choice(self, "Is the holder busy").when(sfn.Condition.jsonata("{% $busy %}"), later).otherwise(ended)
        )
        return take

    def _when_busy(self, look: sfn.State) -> sfn.State:
        if not self._waits:
            return sfn.Succeed(self, "Skipped", comment="An earlier run still goes on")
        wait = sfn.Wait.jsonata(
            self,
            "Wait for the turn",
            time=sfn.WaitTime.seconds("{% $wait %}"),
            assign={"wait": f"{{% $min([$wait * 2, {_LONGEST_WAIT_SECONDS}]) %}}"},
        )
        wait.next(look)
        return wait

    def _when_no_job_goes_on(self, replace: sfn.State, later: sfn.State) -> sfn.State:
        """Return the state that leads to ``replace`` when no job of the launcher runs or is being stopped.

        A job that is stopped between the two looks is seen by the second.
        """
        runs, stops = (
            look_for_jobs(
                self,
                id,
                contained=f"{self._prefix}-",
                status=status,
                assign={variable: f"{{% $exists({names_with(self._prefix)}) %}}"},
            )
            for id, status, variable in (
                ("Does a job run", "InProgress", "runs"),
                ("Does a job stop", "Stopping", "stops"),
            )
        )
        runs.next(stops)
        stops.next(
            sfn.Choice(self, "Does a job go on")
            .when(sfn.Condition.jsonata("{% $runs or $stops %}"), later)
            .otherwise(replace)
        )
        return runs

    def _give_back(self) -> sfn.State:
        give_back = self._on_table(
            "Give the turn back",
            "deleteItem",
            {
                "Key": _KEY,
                "ConditionExpression": "Holder = :me",
                "ExpressionAttributeValues": {":me": {"S": _ME}},
            },
        )
        end = (
            sfn.Choice(self, "Has it failed")
            .when(sfn.Condition.jsonata("{% $exists($failure.Error) %}"), failed(self, "Failed"))
            .otherwise(sfn.Succeed(self, "Done"))
        )
        give_back.add_catch(end, errors=[_TAKEN])
        give_back.next(end)
        return give_back

    def _put(self, name: str, condition: str, known: str) -> Step:
        """Return a state that writes this execution down as the holder, if the condition holds."""
        arguments = {
            "Item": {**_KEY, "Holder": {"S": _ME}},
            "ConditionExpression": condition,
            "ExpressionAttributeValues": {":known": {"S": known}},
        }
        return self._on_table(name, "putItem", arguments, assign={"failure": {}})

    def _on_table(
        self, name: str, action: str, arguments: Mapping[str, Any], *, assign: Mapping[str, Any] | None = None
    ) -> Step:
        request = {"TableName": self._table.table_name, **arguments}
        return Step(self, name, f"dynamodb:{action}", request, assign=assign, retry=_RETRY)
