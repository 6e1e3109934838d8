"""The execution role is enough for a training job and no more; so is the function's role for the function."""

from collections.abc import Iterator
from typing import Any

import pytest
from aws_cdk import Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.integration.access_cases import CASES, accepted_definitions, build_cases
from tests.integration.deployment import Deployer
from tests.integration.grants import grants_of, statements_of, uses
from tests.integration.neighbours import neighbours
from tests.shared import accepted_requests
from tests.training_access import Outcome, act_as_training_job, rows, sources

BUCKETS = ("model-bucket", "inputs", "outputs", "checkpoints", "code", "hub-models", "hpo-corpus-111122223333")
#: No narrower resource exists, and nothing but the action is decided about.
UNSCOPED = {
    "ecr:GetAuthorizationToken",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
}
#: The function's statements that grow with its jobs.
FOR_EACH_JOB = ("CreateTuningJobs", "TagNewJobs", "PassExecutionRoles")
Suite = dict[str, list[Outcome]]


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A cloud of this file's own: others' tests look for denials, and here there are thousands."""
    with LocalCloud(job_seconds=300, stop_seconds=0.0) as running:
        yield running


@pytest.fixture(scope="module")
def deployed(cloud: LocalCloud) -> Iterator[Deployer]:
    deployer = Deployer(cloud)
    for name in BUCKETS:
        cloud.client("s3").create_bucket(Bucket=name)
    deployer.deploy("AccessAccepted", _accepted)
    deployer.deploy("AccessKinds", build_cases(_keys(cloud)))
    yield deployer
    deployer.destroy_all()


@pytest.fixture(scope="module")
def suite(cloud: LocalCloud, deployed: Deployer) -> Suite:
    """What became of the calls of a training job, by the tuning job's name."""
    return {
        request["HyperParameterTuningJobName"].rsplit("-", 2)[0]: act_as_training_job(cloud, request)
        for request in deployed.created()
    }


def _accepted(stack: Stack) -> None:
    for index, definition in enumerate(accepted_definitions(accepted_requests())):
        hpo.HyperParameterTuningJob(stack, f"Job{index}", definition, tuning_job_name_prefix=f"accepted-{index}")


def _keys(cloud: LocalCloud) -> dict[str, str]:
    kms = cloud.client("kms")
    keys = {name: kms.create_key()["KeyMetadata"]["KeyId"] for name in ("output", "alias", "volume")}
    kms.create_alias(AliasName="alias/access-output", TargetKeyId=keys["alias"])
    return keys


def by_role(suite: Suite) -> dict[str, list[Outcome]]:
    out: dict[str, list[Outcome]] = {}
    for outcomes in suite.values():
        for outcome in outcomes:
            out.setdefault(outcome.role_arn, []).append(outcome)
    return out


def names(suite: Suite) -> dict[str, str]:
    return {outcome.role_arn: name for name, outcomes in suite.items() for outcome in outcomes}


def told(problems: list[str]) -> str:
    return "\n".join(["", *sorted(set(problems))])


def test_every_row_has_a_source_and_is_used(suite: Suite) -> None:
    assert all(set(row.sources) <= set(sources()) and row.sources for row in rows())
    used = {outcome.call.row.resource for outcomes in suite.values() for outcome in outcomes}
    assert {row.resource for row in rows() if row.actions} == used
    assert len(suite) == len(accepted_requests()) + len(CASES) + 1


def test_no_call_is_denied(suite: Suite) -> None:
    outcomes = [outcome for each in suite.values() for outcome in each]
    sent = sum(outcome.requested for outcome in outcomes)
    denied = [
        f"{name}: {outcome.call.action} on {outcome.call.resource} {dict(outcome.call.context) or ''}"
        for name, each in suite.items()
        for outcome in each
        if not outcome.allowed
    ]
    print(f"{len(outcomes)} calls of {len(by_role(suite))} roles, {sent} of them sent; {len(denied)} denied")
    assert denied == [], told(denied)


def test_every_decision_was_recorded(cloud: LocalCloud, suite: Suite) -> None:
    recorded = {
        (each["principal"].split("/")[1], each["action"], each["resource"], each["decision"] == "Allow")
        for each in cloud.iam_decisions()
        if ":assumed-role/" in each["principal"]
    }
    for role, outcomes in by_role(suite).items():
        for outcome in outcomes:
            decided = (role.rsplit("/", 1)[-1], outcome.call.action, outcome.call.resource, outcome.allowed)
            assert decided in recorded


def test_no_grant_is_useless(cloud: LocalCloud, suite: Suite) -> None:
    called, useless, count = names(suite), [], 0
    for role, outcomes in by_role(suite).items():
        for statement in statements_of(cloud, role):
            for grant in grants_of(statement):
                count += 1
                calls = [each.call for each in outcomes]
                if not any(uses(statement, grant, each.action, each.resource, each.context) for each in calls):
                    useless.append(f"{called[role]}: {grant}")
    print(f"{count} grants of {len(by_role(suite))} roles, {len(useless)} never used")
    assert useless == [], told(useless)


def test_every_neighbour_is_denied(cloud: LocalCloud, suite: Suite) -> None:
    called, allowed, count, alone = names(suite), [], 0, set()
    for role, outcomes in by_role(suite).items():
        for call in {(each.call.action, each.call.resource): each.call for each in outcomes}.values():
            beside = list(neighbours(call))
            alone |= set() if beside else {call.action}
            for what, resource, context in beside:
                count += 1
                if cloud.decide(role, call.action, resource, context)["decision"] == "Allow":
                    allowed.append(f"{called[role]}: {call.action} on {what}: {resource} {dict(context) or ''}")
    print(f"{count} neighbours, {len(allowed)} allowed")
    assert alone <= UNSCOPED
    assert allowed == [], told(allowed)


def test_the_role_is_sagemakers_in_this_account_and_region_only(cloud: LocalCloud, suite: Suite) -> None:
    role = next(iter(by_role(suite)))
    for service, source in (
        ("sagemaker.amazonaws.com", "arn:aws:sagemaker:us-east-1:111122223333:training-job/a"),
        ("sagemaker.amazonaws.com", "arn:aws:sagemaker:eu-west-1:123456789012:training-job/a"),
        ("lambda.amazonaws.com", "arn:aws:sagemaker:us-east-1:123456789012:training-job/a"),
    ):
        with pytest.raises(ValueError, match="does not trust"):
            cloud.assume_role_as(service, role, source_arn=source, session_name="other")


def test_every_name_and_role_of_the_function_is_used(cloud: LocalCloud, deployed: Deployer) -> None:
    decisions = [each for each in cloud.iam_decisions() if each["decision"] == "Allow"]
    useless, count = [], 0
    for stack in ("AccessAccepted", "AccessKinds"):
        arn = _function_role(cloud, stack)
        calls = [each for each in decisions if f"/{arn.rsplit('/', 1)[-1]}/" in each["principal"]]
        for statement in statements_of(cloud, arn):
            # Updates and deletions, which use the others, are the life cycle's tests.
            if statement["Sid"].rstrip("x").rstrip("0123456789") in (
                "CreateTuningJobs",
                "TagNewJobs",
                "PassExecutionRoles",
            ):
                for grant in grants_of(statement):
                    count += 1
                    if not any(uses(statement, grant, e["action"], e["resource"], e["context"]) for e in calls):
                        useless.append(f"{stack}: {grant}")
    print(f"{count} names and roles of functions, {len(useless)} never used")
    assert count > 2 * len(CASES)
    assert useless == [], told(useless)


def test_the_function_leaves_jobs_of_others_alone(cloud: LocalCloud, deployed: Deployer) -> None:
    own, other = (deployed.cloud.stack(name) for name in ("AccessKinds", "AccessAccepted"))
    assert own and other
    role, job = _function_role(cloud, "AccessKinds"), f"arn:aws:sagemaker:us-east-1:{cloud.account}:{_JOB}"

    def may(action: str, resource: str, context: dict[str, Any]) -> bool:
        return cloud.decide(role, action, resource, context)["decision"] == "Allow"

    for action in ("StopHyperParameterTuningJob", "DeleteHyperParameterTuningJob", "AddTags", "DeleteTags"):
        mine = {"aws:ResourceTag/cdk-hpo:stack": own["StackId"]}
        assert may(f"sagemaker:{action}", f"{job}/several-a-b", mine), action
        for context in ({"aws:ResourceTag/cdk-hpo:stack": other["StackId"]}, {"aws:ResourceTag/team": "a"}, {}):
            assert not may(f"sagemaker:{action}", f"{job}/accepted-0-a-b", context), (action, context)
    tag, creating = "aws:RequestTag/cdk-hpo:stack", {"sagemaker:TaggingAction": "CreateHyperParameterTuningJob"}
    tagged = {tag: own["StackId"], **creating}
    for action in ("CreateHyperParameterTuningJob", "AddTags"):
        assert may(f"sagemaker:{action}", f"{job}/several-a-b", tagged)
        assert not may(f"sagemaker:{action}", f"{job}/accepted-0-a-b", tagged)
        assert not may(f"sagemaker:{action}", f"{job}/several-a-b", creating)
        assert not may(f"sagemaker:{action}", f"{job}/several-a-b", {**tagged, tag: other["StackId"]})
    # A job of somebody else does not become this stack's by a tag.
    assert not may("sagemaker:AddTags", f"{job}/several-a-b", {tag: own["StackId"]})


def test_the_function_passes_its_stacks_roles_to_sagemaker_only(cloud: LocalCloud, deployed: Deployer) -> None:
    function, sagemaker = _function_role(cloud, "AccessKinds"), {"iam:PassedToService": "sagemaker.amazonaws.com"}
    arns: dict[bool, str] = {}
    for request in deployed.created():
        parts = request.get("TrainingJobDefinitions") or [request["TrainingJobDefinition"]]
        arns[":role/AccessKinds-" in parts[0]["RoleArn"]] = parts[0]["RoleArn"]
    assert cloud.decide(function, "iam:PassRole", arns[True], sagemaker)["decision"] == "Allow"
    for role, context in (
        (arns[False], sagemaker),
        (function, sagemaker),
        (f"arn:aws:iam::{cloud.account}:role/Admin", sagemaker),
        (arns[True], {"iam:PassedToService": "lambda.amazonaws.com"}),
        (arns[True], {}),
    ):
        assert cloud.decide(function, "iam:PassRole", role, context)["decision"] == "ImplicitDeny"
    assert cloud.decide(function, "sts:AssumeRole", arns[True])["decision"] == "ImplicitDeny"


def test_the_function_calls_and_logs_as_itself_only(cloud: LocalCloud, deployed: Deployer) -> None:
    role, place = _function_role(cloud, "AccessKinds"), f"{cloud.region}:{cloud.account}"
    for action, resource in (
        ("lambda:InvokeFunction", f"arn:aws:lambda:{place}:function:other"),
        ("logs:PutLogEvents", f"arn:aws:logs:{place}:log-group:other:log-stream:a"),
        ("logs:CreateLogStream", f"arn:aws:logs:{place}:log-group:/aws/sagemaker/TrainingJobs:log-stream:a"),
        ("sagemaker:CreateTrainingJob", f"arn:aws:sagemaker:{place}:training-job/a"),
        ("s3:GetObject", "arn:aws:s3:::inputs/a"),
    ):
        assert cloud.decide(role, action, resource)["decision"] == "ImplicitDeny", action


_JOB = "hyper-parameter-tuning-job"


def _function_role(cloud: LocalCloud, stack: str) -> str:
    found = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    (name,) = [
        each["PhysicalResourceId"]
        for each in found
        if each["ResourceType"] == "AWS::IAM::Role" and "TuningJobFunction" in each["LogicalResourceId"]
    ]
    return f"arn:aws:iam::{cloud.account}:role/{name}"
