"""The role that training jobs run as: exactly what one definition needs."""

from functools import cache
from typing import Any

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_hpo._remembered import remembered
from cdk_hpo.access import ecr, kms, s3
from cdk_hpo.access.lint_findings import acknowledge, lint_findings_wanted
from cdk_hpo.access.partition import Place
from cdk_hpo.access.policy_size import INLINE_LIMIT, size_of
from cdk_hpo.access.pseudo_parameters import substituted
from cdk_hpo.access.shared_role import POLICY_FINDINGS, SharedRolePolicies
from cdk_hpo.access.statements import Statement, document, merged, trust_document
from cdk_hpo.definition.algorithm import AlgorithmResource
from cdk_hpo.definition.request_parts import definitions_of
from cdk_hpo.definition.training import TrainingJobDefinition
from cdk_hpo.definition.tuning import TuningJobDefinition

_PRINCIPAL = "sagemaker.amazonaws.com"
_LOG_GROUP = "log-group:/aws/sagemaker/TrainingJobs"


def execution_statements(definition: TuningJobDefinition, request: dict[str, Any], place: Place) -> list[Statement]:
    """Return what the training jobs of a definition need that have no role of their own.

    What SageMaker calls with the role is listed under "CreateHyperParameterTuningJob API: Execution Role Permissions":
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    parts_of_all = zip(definition.training_jobs, definitions_of(request), strict=True)
    pairs = [pair for pair in parts_of_all if pair[0].role is None]
    jobs, parts = tuple(job for job, _ in pairs), [part for _, part in pairs]
    return [
        *s3.statements(jobs, place),
        *kms.statements(jobs, place),
        *ecr.statements(jobs, [part["AlgorithmSpecification"] for part in parts], place),
        *_algorithms(jobs, place),
        *_observability(place),
        *_network(parts, place),
    ]


def _algorithms(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Statement]:
    names = [job.algorithm.name for job in jobs if isinstance(job.algorithm, AlgorithmResource)]
    arns = [name if name.startswith("arn:") else place.arn("sagemaker", f"algorithm/{name}") for name in names]
    return [Statement("DescribeAlgorithm", ["sagemaker:DescribeAlgorithm"], arns)]


@cache
def _observability(place: Place) -> list[Statement]:
    group = place.arn("logs", _LOG_GROUP)
    return [
        # Which of the two forms CloudWatch Logs asks for differs from page to page.
        Statement(
            "PrepareLogs",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams"],
            [group, f"{group}:log-stream:*"],
        ),
        Statement("WriteLogs", ["logs:PutLogEvents"], [f"{group}:log-stream:*"]),
        # Metrics have no ARN; the namespace is the narrowest that IAM allows.
        Statement(
            "WriteMetrics",
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringEquals": {"cloudwatch:namespace": "/aws/sagemaker/TrainingJobs"}},
        ),
    ]


def _network(parts: list[dict[str, Any]], place: Place) -> list[Statement]:
    networks = [part["VpcConfig"] for part in parts if "VpcConfig" in part]
    if not networks:
        return []
    interface = place.arn("ec2", "network-interface/*")
    subnets = _arns("subnet", [each["Subnets"] for each in networks], place)
    groups = _arns("security-group", [each["SecurityGroupIds"] for each in networks], place)
    return [
        Statement("CreateNetworkInterface", ["ec2:CreateNetworkInterface"], [interface, *subnets, *groups]),
        Statement(
            "UseNetworkInterface",
            [
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            [interface],
        ),
        # EC2's describe calls take no resource.
        Statement(
            "DescribeNetwork",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            ["*"],
        ),
    ]


def _arns(kind: str, lists: list[Any], place: Place) -> list[str]:
    """Return the ARNs behind lists of ids; a list that is one token stands for any of its kind."""
    ids = [each for ids in lists for each in ids]
    if any("#{Token[" in each for each in ids):
        return [place.arn("ec2", f"{kind}/*")]
    return [place.arn("ec2", f"{kind}/{each}") for each in ids]


def create_execution_role(
    scope: Construct, id: str, statements: list[Statement], place: Place, stack: Stack
) -> tuple[iam.CfnRole, list[CfnResource]]:
    """Create the role: SageMaker may take it only on behalf of this account, for jobs of this region.

    It is an L1, whose two documents go to JavaScript by value: an L2 takes three round trips and twice the time.

    Returns the role, and the policies beside it where what it needs does not fit into it.
    """
    common = _observability(place)
    kept = merged([each for each in statements if each not in common])
    fits = size_of(kept) <= INLINE_LIMIT
    policy = (
        iam.CfnRole.PolicyProperty(policy_name="TuningJob", policy_document=substituted(document(kept)))
        if fits
        else None
    )
    role = iam.CfnRole(
        scope,
        id,
        assume_role_policy_document=_trust(place),
        policies=[policy] if policy else None,
        managed_policy_arns=[_common_policy(stack)],
    )
    if lint_findings_wanted(stack):
        acknowledge(role, POLICY_FINDINGS)
    return role, [] if fits else SharedRolePolicies.of(scope, role).add(kept)


@remembered
def _common_policy(stack: Stack) -> str:
    """Return what all training jobs need, as one policy of a stack: 1,300 bytes less for each role."""
    policy = iam.CfnManagedPolicy(
        stack,
        "TuningJobLogs",
        description="Logs and metrics of SageMaker training jobs",
        policy_document=substituted(document(_observability(Place.of(stack)))),
    )
    acknowledge(policy, POLICY_FINDINGS)
    return policy.ref


@cache
def _trust(place: Place) -> dict[str, Any]:
    return dict(substituted(trust_document(_PRINCIPAL, only_from(place))))


def only_from(place: Place) -> dict[str, dict[str, str]]:
    """Return the conditions under which SageMaker takes a role: for resources of one account and region."""
    return {
        "StringEquals": {"aws:SourceAccount": place.account},
        "ArnLike": {"aws:SourceArn": place.arn("sagemaker", "*")},
    }
