"""The execution role that an experienced user writes for one job: grants where there are some, statements else."""

from typing import Any

from aws_cdk import Aws, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from benchmarks.request import DATA, MODELS


def sources(stack: Stack) -> tuple[Any, Any, Any, str]:
    """Return the buckets, the repository and the logs that all jobs use."""
    return (
        s3.Bucket.from_bucket_name(stack, "Data", DATA),
        s3.Bucket.from_bucket_name(stack, "Models", MODELS),
        ecr.Repository.from_repository_attributes(
            stack,
            "Images",
            repository_name="train",
            repository_arn="arn:aws:ecr:eu-west-1:111122223333:repository/train",
        ),
        f"arn:aws:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:log-group:/aws/sagemaker/TrainingJobs:*",
    )


def granted_role(stack: Stack, id: str, sources: tuple[Any, Any, Any, str]) -> iam.Role:
    """Return the role of one job."""
    data, models, images, logs = sources
    role = iam.Role(stack, id, assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    data.grant_read(role)
    models.grant_put(role, "penguins/*")
    images.grant_pull(role)
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources=[logs],
        )
    )
    role.add_to_policy(iam.PolicyStatement(actions=["cloudwatch:PutMetricData"], resources=["*"]))
    return role
