"""Text with pseudo parameters, written as ``Fn::Sub``: a third as long as the ``Fn::Join`` that the CDK makes of it.

A template may have 1 MB, and the policies of jobs are most of it.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_cdk import Aws

_TOKEN = re.compile(r"(\$\{Token\[[^\]]*\]\})")


#: The pseudo parameters that may stand in policies.
_PARAMETERS = {
    "PARTITION": "AWS::Partition",
    "REGION": "AWS::Region",
    "ACCOUNT_ID": "AWS::AccountId",
    "STACK_ID": "AWS::StackId",
    "URL_SUFFIX": "AWS::URLSuffix",
}


@cache
def pseudo_parameter(name: str) -> str:
    """Return the token of a pseudo parameter by its name in `Aws`, asked for once: each time is a round trip."""
    token: str = getattr(Aws, name)
    return token


@cache
def _names() -> dict[str, str]:
    """Return the pseudo parameters by the tokens that stand for them in text."""
    return {pseudo_parameter(name): written for name, written in _PARAMETERS.items()}


def substituted(value: Any) -> Any:
    """Return a policy in which text that depends on pseudo parameters only is written as ``Fn::Sub`` or ``Ref``."""
    if isinstance(value, Mapping):
        return {key: substituted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [substituted(each) for each in value]
    return _text(value) if isinstance(value, str) and "${Token[" in value else value


def _text(text: str) -> Any:
    # Every second part is a token.
    parts = _TOKEN.split(text)
    literals, tokens = parts[::2], parts[1::2]
    if any(token not in _names() for token in tokens):
        return text  # another token, which only the CDK can write
    names = [_names()[token] for token in tokens]
    if not any(literals):
        return {"Ref": names[0]} if len(names) == 1 else text
    # What is no parameter, such as IAM's own variables, has to be told apart.
    first, *rest = (literal.replace("${", "${!") for literal in literals)
    return {"Fn::Sub": first + "".join(f"${{{name}}}{after}" for name, after in zip(names, rest, strict=True))}
