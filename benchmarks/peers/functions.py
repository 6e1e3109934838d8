"""The function behind the jobs of a stack, as an experienced user writes it."""

from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

HANDLER = Path(__file__).parent / "handler"


def tuning_function(stack: Stack) -> lambda_.Function:
    """Return the one function of a stack."""
    function = lambda_.Function(
        stack,
        "TuningFunction",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_asset(str(HANDLER), exclude=["__pycache__"]),
        timeout=Duration.minutes(5),
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["sagemaker:CreateHyperParameterTuningJob", "sagemaker:StopHyperParameterTuningJob"],
            resources=["*"],
        )
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=["*"],
            conditions={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        )
    )
    return function
