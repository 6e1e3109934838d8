"""Values that a workflow knows only when it runs, so that no policy can name what they stand for."""

import re
import sys

_TOKEN = re.compile(r"\$\{Token\[[^\]]*\]\}")


def comes_later(text: str) -> bool:
    """Tell whether a text, an ARN for example, holds a value that comes when the workflow runs."""
    if "{%" in text:
        return True
    # Whoever has such a token has loaded the module that makes them; no other app needs to pay for it.
    stepfunctions = sys.modules.get("aws_cdk.aws_stepfunctions")
    # Looked at one by one: the CDK refuses to find them inside a longer text.
    tokens = {str(index): token for index, token in enumerate(_TOKEN.findall(text))}
    return bool(stepfunctions and tokens and stepfunctions.FieldUtils.find_referenced_paths(tokens))
