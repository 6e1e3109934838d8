"""The state machine of a launcher."""

from typing import cast

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_hpo.access.lint_findings import acknowledge, acknowledge_wildcards, lint_findings_wanted

#: What linters of templates find here, and why it stands.
_FINDINGS = {
    "AwsSolutions-SF1": "Step Functions keeps the events of an execution for 90 days; logs= writes them to a log, too.",
    "AwsSolutions-SF2": "A run is hours in one job, of which a trace tells nothing; tracing_enabled= turns it on.",
    "W3005": "The CDK writes the dependency of a state machine on its role.",
}
_WILDCARDS = (
    "Names of jobs and of executions end in random characters, versions of a model in a number; IAM knows no narrower "
    "resource for lists of jobs, logs and traces; and the CDK lets a fleet use all objects of its buckets."
)


def new_workflow(
    scope: Construct, first: sfn.IChainable, *, logs: sfn.LogOptions | None, tracing_enabled: bool | None
) -> sfn.StateMachine:
    """Return a state machine in JSONata.

    Parameters
    ----------
    scope
        The construct that holds it.
    first
        Where it begins.
    logs, tracing_enabled
        As of any state machine.
    """
    return sfn.StateMachine(
        scope,
        "Workflow",
        definition_body=sfn.DefinitionBody.from_chainable(first),
        query_language=sfn.QueryLanguage.JSONATA,
        logs=logs,
        tracing_enabled=tracing_enabled,
    )


def acknowledge_workflow(machine: sfn.StateMachine, *others: Construct) -> None:
    """Tell linters about a state machine and its policies, where the app asks for all reasons.

    Parameters
    ----------
    machine
        The state machine, with all permissions that its launcher gives it.
    *others
        What holds more of its policies.
    """
    if not lint_findings_wanted(Stack.of(machine)):
        return
    acknowledge(cast(CfnResource, machine.node.default_child), _FINDINGS)
    for holder in (machine, *others):
        for each in holder.node.find_all():
            if isinstance(each, iam.CfnPolicy):
                acknowledge_wildcards(each, _WILDCARDS)
