"""What CloudFormation computes, as text."""

from typing import Any

import pytest

from cdk_hpo.testing.readable import readable

BUCKET = {"Fn::GetAtt": ["Models", "Arn"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "AWS::Region"}, "${AWS::Region}"),
        (BUCKET, "${Models.Arn}"),
        ({"Fn::GetAtt": "Models.Arn"}, "${Models.Arn}"),
        ({"Fn::GetAtt": ["Nested", "Outputs.Arn"]}, "${Nested.Outputs.Arn}"),
        ({"Fn::GetAtt": ["Models", {"Ref": "Attribute"}]}, '${GetAtt("Models", Attribute)}'),
        ({"Fn::Join": ["", [BUCKET, "/a/*"]]}, "${Models.Arn}/a/*"),
        ({"Fn::Join": ["-", ["a", {"Ref": "B"}, 3]]}, "a-${B}-3"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, '${Join(",", List)}'),
        ({"Fn::Join": ["", ["s3://", {"Fn::Select": [0, {"Fn::Split": ["/", BUCKET]}]}]]},
         's3://${Select(0, Split("/", Models.Arn))}'),
        ({"Fn::Select": [5, {"Fn::Split": [":", {"Fn::Join": ["", ["x", BUCKET]]}]}]},
         '${Select(5, Split(":", "x${Models.Arn}"))}'),
        ({"Fn::Sub": "a ${B} ${!Literal}"}, "a ${B} ${Literal}"),
        ({"Fn::Sub": ["${A}/${B}", {"A": BUCKET}]}, "${Models.Arn}/${B}"),
        ({"Fn::Sub": {"Ref": "Text"}}, "${Sub(Text)}"),
        ({"Fn::If": ["Prod", 20, {"Ref": "AWS::NoValue"}]}, '${If("Prod", 20, AWS::NoValue)}'),
        ({"Fn::If": ["Prod", ["a", BUCKET], []]}, '${If("Prod", ["a", "${Models.Arn}"], [])}'),
        ({"Fn::FindInMap": ["Images", {"Ref": "AWS::Region"}, "xgboost"]},
         '${FindInMap("Images", AWS::Region, "xgboost")}'),
        ({"Fn::ImportValue": "Base:Bucket"}, '${ImportValue("Base:Bucket")}'),
        ({"Fn::GetAZs": ""}, '${GetAZs("")}'),
        ({"Fn::Base64": {"Fn::Sub": "${A} b"}}, '${Base64("${A} b")}'),
        ({"Fn::Equals": [{"Ref": "Env"}, "prod"]}, '${Equals(Env, "prod")}'),
    ],
)  # fmt: skip
def test_functions(value: Any, text: str) -> None:
    assert readable(value) == text
    assert readable({"Key": [value]}) == {"Key": [text]}


@pytest.mark.parametrize("value", [3, 0.5, True, None, "text", [], {}, {"Ref": "A", "B": 1}, {"Reference": "A"}])
def test_other_values_stay(value: Any) -> None:
    assert readable(value) == value
    assert type(readable(value)) is type(value)
