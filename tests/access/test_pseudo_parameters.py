"""Text with pseudo parameters."""

from typing import Any

import pytest
from aws_cdk import Aws, CfnParameter

from cdk_hpo.access.pseudo_parameters import substituted
from tests.cdk import new_stack


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (f"arn:{Aws.PARTITION}:s3:::data", {"Fn::Sub": "arn:${AWS::Partition}:s3:::data"}),
        (f"{Aws.REGION}:{Aws.ACCOUNT_ID}", {"Fn::Sub": "${AWS::Region}:${AWS::AccountId}"}),
        (f"{Aws.PARTITION}/${{aws:username}}", {"Fn::Sub": "${AWS::Partition}/${!aws:username}"}),
        (Aws.STACK_ID, {"Ref": "AWS::StackId"}),
        ("s3:::${aws:username}", "s3:::${aws:username}"),
        ("*", "*"),
    ],
    ids=range(6),
)
def test_what_is_written(text: str, written: Any) -> None:
    assert substituted({"Resource": [text]}) == {"Resource": [written]}


def test_text_with_another_token_is_left_to_the_cdk() -> None:
    name = CfnParameter(new_stack(), "Name").value_as_string
    text = f"arn:{Aws.PARTITION}:s3:::{name}"
    assert substituted(text) is text


def test_both_forms_come_to_the_same() -> None:
    stack = new_stack()
    text = f"arn:{Aws.PARTITION}:logs:{Aws.REGION}:{Aws.ACCOUNT_ID}:x.{Aws.URL_SUFFIX}"
    parts = stack.resolve(text)["Fn::Join"][1]
    joined = "".join(part if isinstance(part, str) else f"${{{part['Ref']}}}" for part in parts)
    assert substituted(text) == {"Fn::Sub": joined}
