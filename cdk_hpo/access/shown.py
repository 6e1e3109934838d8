"""Parts of policies as a person can read and paste them."""

import json
from typing import Any

from aws_cdk import Stack


def as_text(stack: Stack, value: Any) -> str:
    """Return a statement or policy as JSON in which nothing of the CDK or CloudFormation is left."""
    return json.dumps(_plain(stack.resolve(value)), indent=2)


def as_words(stack: Stack, text: str) -> str:
    """Return a text in which tokens are written as ``${…}``."""
    return str(_plain(stack.resolve(text)))


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, argument),) = value.items()
        if name == "Ref":
            return f"${{{argument}}}"
        if name == "Fn::GetAtt":
            return f"${{{'.'.join(argument)}}}"
        if name == "Fn::Join":
            return str(argument[0]).join(str(_plain(each)) for each in argument[1])
        if name.startswith("Fn::"):
            return f"${{{name.removeprefix('Fn::')} {json.dumps(_plain(argument))}}}"
    return {name: _plain(each) for name, each in value.items()}
