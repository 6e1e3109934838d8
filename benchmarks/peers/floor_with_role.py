"""The least with a role for each job: both as raw resources."""

from typing import Any

from aws_cdk import CfnResource, Stack

from benchmarks.peers import floor
from benchmarks.request import DATA, MODELS


def prepare(stack: Stack) -> None:
    """Nothing is shared."""


def add(stack: Stack, index: int, shared: Any) -> None:
    """Make one job and its role."""
    id = f"Role{index}"
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    statements = [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{DATA}/*"},
        {"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": f"arn:aws:s3:::{MODELS}/*"},
    ]
    CfnResource(
        stack,
        id,
        type="AWS::IAM::Role",
        properties={
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [
                {"PolicyName": "Job", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}},
            ],
        },
    )
    floor.add(stack, index, shared, {"Fn::GetAtt": [id, "Arn"]})
