"""Models, and versions of models in the registry."""

from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from tests.local.requests import ROLE
from tests.local.sagemaker.conftest import Bench

CONTAINER = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/train:1", "ModelDataUrl": "s3://models/x.tar.gz"}


def make(bench: Bench, name: str = "Winner-1", **more: Any) -> str:
    request = {"ModelName": name, "PrimaryContainer": CONTAINER, "ExecutionRoleArn": ROLE} | more
    arn: str = bench.call("CreateModel", **request)["ModelArn"]
    return arn


def register(bench: Bench, **more: Any) -> str:
    request = {"ModelPackageGroupName": "Churn", "InferenceSpecification": {"Containers": [CONTAINER]}} | more
    arn: str = bench.call("CreateModelPackage", **request)["ModelPackageArn"]
    return arn


def test_a_model_is_kept() -> None:
    bench = Bench()
    arn = make(bench, Tags=[{"Key": "team", "Value": "risk"}])
    assert arn == "arn:aws:sagemaker:us-east-1:123456789012:model/winner-1"
    found = bench.call("DescribeModel", ModelName="Winner-1")
    assert found["PrimaryContainer"] == CONTAINER and found["ModelArn"] == arn and "Tags" not in found


def test_a_name_is_taken_once() -> None:
    bench = Bench()
    make(bench)
    with pytest.raises(ServiceError, match="Cannot create already existing model") as caught:
        make(bench, "winner-1")
    assert caught.value.code == "ValidationException"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"ModelName": "x" * 64}, "length less than or equal to 63"),
        ({"ModelName": "a_b"}, "regular expression pattern"),
        ({"PrimaryContainer": None}, "needs a primary container"),
    ],
    ids=["long", "underscore", "empty"],
)
def test_what_is_refused(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        make(Bench(), **request_)


def test_what_is_not_there() -> None:
    bench = Bench()
    for operation, request in (
        ("DescribeModel", {"ModelName": "none"}),
        ("DescribeModelPackage", {"ModelPackageName": "arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1"}),
    ):
        with pytest.raises(ServiceError, match=r"Could not find|does not exist"):
            bench.service.call(operation, request)
    with pytest.raises(ServiceError, match="Could not find model package group"):
        register(bench)


def test_versions_are_counted_and_a_token_gives_the_same_one() -> None:
    bench = Bench()
    bench.call("CreateModelPackageGroup", ModelPackageGroupName="Churn")
    first, again, second = (register(bench, ClientToken=token) for token in ("a", "a", "b"))
    assert first == again == "arn:aws:sagemaker:us-east-1:123456789012:model-package/churn/1"
    assert second.endswith("/churn/2") and register(bench).endswith("/churn/3")
    found = bench.call("DescribeModelPackage", ModelPackageName=second)
    assert found["InferenceSpecification"] == {"Containers": [CONTAINER]}
    with pytest.raises(ServiceError, match="has the tags of its group"):
        register(bench, Tags=[{"Key": "a", "Value": "b"}])
