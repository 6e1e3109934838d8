"""The roles of workflows, schedules and fleets: enough for what they do, and no more."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions
from tests.integration.grants import Grant, grants_of, statements_of, uses
from tests.launch.test_fleet import by_customer

#: What the services use behind the scenes, or only when an execution is redriven or stopped, by their documentation:
#: https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html#sagemaker-iam
#: https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
BEHIND_THE_SCENES = {
    "events:DescribeRule",
    "events:PutRule",
    "events:PutTargets",
    "sagemaker:ListTags",
    "states:DescribeExecution",
    "states:RedriveExecution",
    "states:StopExecution",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
}
#: Calls of other services, which the local cloud makes without asking IAM; other tests show that they are needed.
ELSEWHERE = {
    "AccessWorkflow": set(),
    "AccessSchedule": {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"},
    "AccessFleet": {"s3:GetObject", "s3:PutObject", "states:StartExecution"},
}
#: No narrower resource exists.
UNSCOPED = {"sagemaker:ListHyperParameterTuningJobs"}


def _outputs(stack: Stack, machine: sfn.IStateMachine, **roles: iam.IRole | None) -> None:
    CfnOutput(stack, "Arn", value=machine.state_machine_arn)
    for name, role in roles.items():
        assert role is not None
        CfnOutput(stack, name, value=role.role_arn)


def _workflow(stack: Stack) -> None:
    task = hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition())
    machine = sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(task))
    _outputs(stack, machine, MachineRole=machine.role)


def _schedule(stack: Stack) -> None:
    made = hpo.TuningSchedule(
        stack,
        "Weekly",
        minimal_definition(),
        schedule=scheduler.ScheduleExpression.rate(Duration.days(7)),
        warm_start=hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM,
        run_timeout=Duration.hours(1),
    )
    _outputs(stack, made.state_machine, MachineRole=made.state_machine.role)


def _fleet(stack: Stack) -> None:
    results = s3.Bucket(stack, "Results", removal_policy=RemovalPolicy.DESTROY)
    variants = [{"data": f"s3://customers/{number}/", "jobs": 1} for number in range(2)]
    made = hpo.TuningFleet(stack, "Fleet", by_customer(), max_concurrency=2, results_bucket=results, variants=variants)
    _outputs(stack, made.state_machine, MachineRole=made.state_machine.role)
    CfnOutput(stack, "Bucket", value=results.bucket_name)


Used = dict[str, dict[str, list[dict[str, Any]]]]
BUILDS = {"AccessWorkflow": _workflow, "AccessSchedule": _schedule, "AccessFleet": _fleet}


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud of this file's own: others' tests look for denials, and here there are many."""
    with LocalCloud(job_seconds=300, stop_seconds=0.2) as running:
        yield running


@pytest.fixture(scope="module")
def used(cloud: LocalCloud) -> Iterator[Used]:
    """What each role has done, by stack and role: two runs, and one that is stopped."""
    cloud.configure(job_seconds=1, stop_seconds=0.2)
    deployer = Deployer(cloud)
    found = {}
    for name, build in BUILDS.items():
        outputs = deployer.outputs(deployer.deploy(name, build))
        executions = Executions(cloud, outputs.pop("Arn"))
        bucket = outputs.pop("Bucket", None)
        for _ in range(2):
            assert executions.run()["status"] == "SUCCEEDED"
        before = len(deployer.created())
        cloud.configure(job_seconds=300)
        stopped = executions.start()
        deployer.wait_for(lambda before=before: len(deployer.created()) > before)
        executions.stop(stopped)
        executions.result(stopped)
        deployer.wait_for(lambda: deployer.statuses()[-1] == "Stopped")
        cloud.configure(job_seconds=1)
        decisions = cloud.iam_decisions()
        found[name] = {
            arn: [each for each in decisions if f"/{arn.rsplit('/', 1)[-1]}/" in each["principal"]]
            for arn in outputs.values()
        }
        if bucket:
            _empty(cloud, bucket)
    yield found
    deployer.destroy_all()


def _empty(cloud: LocalCloud, bucket: str) -> None:
    client = cloud.client("s3")
    for each in client.list_objects_v2(Bucket=bucket).get("Contents", ()):
        client.delete_object(Bucket=bucket, Key=each["Key"])


@pytest.mark.parametrize("stack", BUILDS)
def test_enough(used: Used, stack: str) -> None:
    for calls in used[stack].values():
        assert {"sagemaker:CreateHyperParameterTuningJob", "iam:PassRole"} <= {each["action"] for each in calls}
        assert [each for each in calls if each["decision"] != "Allow"] == []


@pytest.mark.parametrize("stack", BUILDS)
def test_every_grant_is_used(cloud: LocalCloud, used: Used, stack: str) -> None:
    useless: set[Grant] = set()
    for role, calls in used[stack].items():
        for statement in statements_of(cloud, role):
            for grant in grants_of(statement):
                if not any(uses(statement, grant, e["action"], e["resource"], e["context"]) for e in calls):
                    useless.add(grant)
    assert {each.action for each in useless} - BEHIND_THE_SCENES == ELSEWHERE[stack]
    assert {each.resource for each in useless} & {"*"} == set()


@pytest.mark.parametrize("stack", BUILDS)
def test_nothing_beside_it_is_allowed(cloud: LocalCloud, used: Used, stack: str) -> None:
    count, allowed = 0, []
    for role, calls in used[stack].items():
        for call in {(each["action"], each["resource"]): each for each in calls}.values():
            if call["action"] in UNSCOPED:
                continue
            for other in beside(call["resource"]):
                count += 1
                if cloud.decide(role, call["action"], other, call["context"])["decision"] == "Allow":
                    allowed.append(f"{call['action']} on {other}")
    assert count > 5
    assert allowed == []


def beside(arn: str) -> list[str]:
    """Return resources of the same kind that are somebody else's."""
    last = re.search(r"[^:/]*$", arn.removesuffix("/*"))
    assert last is not None
    others = [arn[: last.start()] + "other-" + arn[last.start() :]]
    return [*others, arn.replace("123456789012", "111122223333")] if "123456789012" in arn else others


@pytest.mark.parametrize("stack", BUILDS)
def test_a_role_is_handed_to_sagemaker_only(cloud: LocalCloud, used: Used, stack: str) -> None:
    for role, calls in used[stack].items():
        (passed,) = {each["resource"] for each in calls if each["action"] == "iam:PassRole"}
        assert (
            cloud.decide(role, "iam:PassRole", passed, {"iam:PassedToService": "sagemaker.amazonaws.com"})["decision"]
            == "Allow"
        )
        for service in ("lambda.amazonaws.com", "ec2.amazonaws.com"):
            assert cloud.decide(role, "iam:PassRole", passed, {"iam:PassedToService": service})["decision"] != "Allow"
