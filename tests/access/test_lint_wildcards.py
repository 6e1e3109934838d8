"""Wildcards of policies, as cdk-nag names them."""

from typing import Any

import pytest

from cdk_hpo.access.lint_wildcards import wildcards


def policy(*, effect: str = "Allow", action: Any = "s3:GetObject", resource: Any = "one") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (policy(), []),
        (policy(effect="Deny", resource="*"), []),
        (policy(action=["s3:Get*", "s3:PutObject"], resource="*"), ["Action::s3:Get*", "Resource::*"]),
        (policy(resource=["a/*", "a/*"]), ["Resource::a/*"]),
        (policy(resource={"Fn::Join": ["", [{"Fn::GetAtt": ["Data", "Arn"]}, "/*"]]}), ["Resource::<Data.Arn>/*"]),
        (policy(resource={"Fn::Sub": "arn:${AWS::Partition}:s3:::*"}), ["Resource::arn:<AWS::Partition>:s3:::*"]),
        (policy(resource={"Fn::ImportValue": {"Fn::Join": ["-", ["a", "*"]]}}), ["Resource::a-*"]),
        (policy(resource={"Fn::Join": ["", [{"Ref": "Data"}, "*"]]}), ["Resource::<Data>*"]),
        (
            policy(resource={"Fn::Join": [":", [{"Fn::Select": [6, {"Fn::Split": [":", {"Ref": "A"}]}]}, "*"]]}),
            ['Resource::{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"A"}]}]}:*'],
        ),
        ({"Statement": {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}}, ["Resource::*"]),
    ],
    ids=["none", "denied", "lists", "once", "attribute", "sub", "import", "reference", "json", "one statement"],
)
def test_what_is_found_in_a_policy(given: dict[str, Any], found: list[str]) -> None:
    assert wildcards([given]) == found


def test_several_policies() -> None:
    assert wildcards([policy(resource="a*"), policy(resource="b*"), policy(resource="a*")]) == [
        "Resource::a*",
        "Resource::b*",
    ]
