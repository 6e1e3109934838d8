"""What the CDK itself takes for this library's constructs: the same ones, made from documents that are ready.

No other way of this library can be faster; the difference to the library is its own Python.
"""

from typing import Any

from aws_cdk import CfnResource, Resource, Stack
from aws_cdk import aws_iam as iam

from benchmarks.request import DATA, MODELS, request

_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:tuning"
_PARTITION = "arn:${AWS::Partition}"


def prepare(stack: Stack) -> CfnResource:
    """Make what each job comes after."""
    return CfnResource(stack, "Before", type="AWS::CloudFormation::WaitConditionHandle")


def add(stack: Stack, index: int, shared: CfnResource) -> None:
    """Make one job and its role."""
    construct = Resource(stack, f"Job{index}")
    role = iam.CfnRole(
        construct,
        "Role",
        assume_role_policy_document=_trust(),
        policies=[iam.CfnRole.PolicyProperty(policy_name="TuningJob", policy_document=_policy())],
        managed_policy_arns=["arn:aws:iam::111122223333:policy/logs"],
    )
    resource = CfnResource(
        construct,
        "Resource",
        type="Custom::TuningJob",
        properties={"ServiceToken": _FUNCTION, "NamePrefix": f"job{index}", "Request": request(role.attr_arn)},
    )
    resource.add_resource_dependency(shared)


def _trust() -> dict[str, Any]:
    source = {"Fn::Sub": f"{_PARTITION}:sagemaker:${{AWS::Region}}:${{AWS::AccountId}}:*"}
    return _document(
        {
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
                "ArnLike": {"aws:SourceArn": source},
            },
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
        }
    )


def _policy() -> dict[str, Any]:
    data, models = f"{_PARTITION}:s3:::{DATA}", f"{_PARTITION}:s3:::{MODELS}"
    images = f"{_PARTITION}:ecr:eu-west-1:111122223333:repository/train"
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    return _document(
        _statement("ReadInputs", "s3:GetObject", [_sub(f"{data}/train/*"), _sub(f"{data}/validation/*")]),
        {
            **_statement("ListBucket", "s3:ListBucket", _sub(data)),
            "Condition": {"StringLike": {"s3:prefix": ["train/*", "validation/*"]}},
        },
        _statement("WriteOutput", ["s3:AbortMultipartUpload", "s3:PutObject"], _sub(f"{models}/penguins/*")),
        _statement("LogInToRegistry", "ecr:GetAuthorizationToken", "*"),
        _statement("PullImage", pull, _sub(images)),
    )


def _statement(sid: str, action: Any, resource: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def _sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
