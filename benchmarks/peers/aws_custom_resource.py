"""The CDK's `AwsCustomResource`, which makes one call of the API for each event."""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import custom_resources as cr

from benchmarks.peers.granted_role import granted_role, sources
from benchmarks.request import request


def prepare(stack: Stack) -> Any:
    """The function comes with the first job."""
    return sources(stack)


def add(stack: Stack, index: int, shared: Any) -> None:
    """Make one job and its role."""
    name = f"tuning-job-{index}"
    role = granted_role(stack, f"Role{index}", shared)
    role_arn = role.role_arn
    job = cr.AwsCustomResource(
        stack,
        f"Job{index}",
        install_latest_aws_sdk=False,
        on_create=cr.AwsSdkCall(
            service="SageMaker",
            action="createHyperParameterTuningJob",
            parameters={"HyperParameterTuningJobName": name, **request(role_arn)},
            physical_resource_id=cr.PhysicalResourceId.of(name),
        ),
        on_delete=cr.AwsSdkCall(
            service="SageMaker",
            action="stopHyperParameterTuningJob",
            parameters={"HyperParameterTuningJobName": name},
        ),
        policy=cr.AwsCustomResourcePolicy.from_statements(
            [
                iam.PolicyStatement(
                    actions=["sagemaker:CreateHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
                    resources=["*"],
                ),
                iam.PolicyStatement(actions=["iam:PassRole"], resources=[role_arn]),
            ]
        ),
    )
    job.node.add_dependency(role)
