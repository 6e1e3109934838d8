"""The role that training jobs run as: exactly what one definition needs."""

from typing import Any

from aws_cdk import CfnResource, Names
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_hpo.access import ecr, kms, s3
from cdk_hpo.access.partition import Place
from cdk_hpo.access.policy_size import split
from cdk_hpo.access.statements import Statement, document
from cdk_hpo.definition.algorithm import AlgorithmResource
from cdk_hpo.definition.tuning import TuningJobDefinition

_PRINCIPAL = "sagemaker.amazonaws.com"
_LOG_GROUP = "log-group:/aws/sagemaker/TrainingJobs"


def execution_statements(definition: TuningJobDefinition, request: dict[str, Any], place: Place) -> list[Statement]:
    """Return the statements of the identity policy that a definition's training jobs need.

    What SageMaker calls with the role is listed under "CreateHyperParameterTuningJob API: Execution Role Permissions":
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    jobs = definition.training_jobs
    parts = request.get("TrainingJobDefinitions") or [request["TrainingJobDefinition"]]
    return [
        *s3.statements(jobs, place),
        *kms.statements(jobs, place),
        *ecr.statements(jobs, [part["AlgorithmSpecification"] for part in parts], place),
        *_algorithms(definition, place),
        *_observability(place),
        *_network(parts, place),
    ]


def _algorithms(definition: TuningJobDefinition, place: Place) -> list[Statement]:
    names = [job.algorithm.name for job in definition.training_jobs if isinstance(job.algorithm, AlgorithmResource)]
    arns = [name if name.startswith("arn:") else place.arn("sagemaker", f"algorithm/{name}") for name in names]
    return [Statement("DescribeAlgorithm", ["sagemaker:DescribeAlgorithm"], arns)]


def _observability(place: Place) -> list[Statement]:
    group = place.arn("logs", _LOG_GROUP)
    return [
        Statement(
            "WriteLogs",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [group, f"{group}:*"],
        ),
        # Metrics have no ARN; the namespace is the narrowest that IAM allows.
        Statement(
            "WriteMetrics",
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringLike": {"cloudwatch:namespace": "/aws/sagemaker/*"}},
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


def create_execution_role(scope: Construct, id: str, statements: list[Statement], place: Place) -> iam.Role:
    """Create the role: SageMaker may take it only on behalf of this account, for jobs of this region."""
    trusted = iam.ServicePrincipal(
        _PRINCIPAL,
        conditions={
            "StringEquals": {"aws:SourceAccount": place.account},
            "ArnLike": {"aws:SourceArn": place.arn("sagemaker", "*")},
        },
    )
    parts = split(statements)
    inline = {"TuningJob": iam.PolicyDocument.from_json(document(parts[0]))} if len(parts) == 1 else None
    role = iam.Role(
        scope,
        id,
        assumed_by=trusted,
        description="SageMaker training jobs of one tuning job",
        inline_policies=inline,
    )
    if inline is None:
        attach(role, f"{id}Policy", role.role_name, parts)
    return role


def attach(scope: Construct, id: str, role_name: str, parts: list[list[Statement]]) -> list[CfnResource]:
    """Attach statements to a role of this app, as one inline policy or as several managed ones."""
    if len(parts) == 1:
        return [
            iam.CfnPolicy(
                scope,
                id,
                policy_name=Names.unique_id(scope)[-64:],
                roles=[role_name],
                policy_document=document(parts[0]),
            )
        ]
    return [
        iam.CfnManagedPolicy(scope, f"{id}{index}", roles=[role_name], policy_document=document(part))
        for index, part in enumerate(parts)
    ]
