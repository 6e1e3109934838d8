"""The role of a model that is made from a training job: to read the artifact, pull the image, and write logs."""

import dataclasses
from typing import Any, cast

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_hpo.access import ecr
from cdk_hpo.access.execution_role import only_from
from cdk_hpo.access.lint_findings import acknowledge, lint_findings_wanted
from cdk_hpo.access.partition import Place
from cdk_hpo.access.results import read_statements
from cdk_hpo.access.statements import Statement, document, merged
from cdk_hpo.definition.algorithm import Algorithm
from cdk_hpo.definition.request_parts import definitions_of
from cdk_hpo.definition.tuning import TuningJobDefinition

#: What linters of templates find in the role, and why it stands.
_FINDINGS = {
    "AwsSolutions-IAM5": (
        "Artifacts are known by their prefix only, log groups are named by SageMaker, and IAM knows no narrower "
        "resource for ecr:GetAuthorizationToken and cloudwatch:PutMetricData."
    )
}


def model_statements(
    definition: TuningJobDefinition, request: dict[str, Any], image: str | None, place: Place
) -> list[Statement]:
    """Return what a model needs whose container is the training image, or another one.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html#sagemaker-roles-createmodel-perms
    """
    return merged(
        [
            *read_statements(definition, place),
            *_image(definition, request, image, place),
            *_observability(place),
        ]
    )


def create_model_role(scope: Construct, id: str, statements: list[Statement]) -> iam.Role:
    """Make the role; its permissions stand in itself: a model is made only when SageMaker can use the role."""
    here = only_from(Place.of(Stack.of(scope)))
    role = iam.Role(
        scope,
        id,
        assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com", conditions=here),
        description="SageMaker models of one tuning job",
        inline_policies={"Model": iam.PolicyDocument.from_json(document(statements))},
    )
    if lint_findings_wanted(Stack.of(scope)):
        acknowledge(cast(CfnResource, role.node.default_child), _FINDINGS)
    return role


def _image(
    definition: TuningJobDefinition, request: dict[str, Any], image: str | None, place: Place
) -> list[Statement]:
    jobs = definition.training_jobs
    if image is None:
        return ecr.statements(jobs, [part["AlgorithmSpecification"] for part in definitions_of(request)], place)
    job = dataclasses.replace(jobs[0], algorithm=Algorithm.from_image(image))
    return ecr.statements((job,), [{"TrainingImage": image}], place)


def _observability(place: Place) -> list[Statement]:
    groups = [place.arn("logs", f"log-group:/aws/sagemaker/{each}*") for each in ("Endpoints/", "TransformJobs")]
    return [
        Statement(
            "WriteLogs",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            groups,
        ),
        # Metrics have no ARN; the namespace is the narrowest that IAM allows.
        Statement(
            "WriteMetrics",
            ["cloudwatch:PutMetricData"],
            ["*"],
            {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"]}},
        ),
    ]
