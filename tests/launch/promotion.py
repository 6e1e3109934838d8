"""Promotions that several tests look at."""

import json
import re
from functools import cache
from typing import Any

import cdk_hpo as hpo
from tests.cdk import new_stack, template_of
from tests.examples import minimal_definition

LOOK, COMPARE, WINNER = "P: Describe the tuning job", "P: Is it better", "P: Describe the winner"
CREATE, REGISTER, WRITE = "P: Create the model", "P: Register the model", "P: Write the parameter"
PRODUCTION, YES, NO = "P: Look at production", "P: Promoted", "P: Not promoted"


@cache
def _on_completion(options: str) -> str:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.BestModel(stack, "P", job, **json.loads(options)).run_on_completion()
    return json.dumps(template_of(stack))


def on_completion(**options: Any) -> dict[str, Any]:
    """Return the template of a job, and of what becomes of its winner when it has completed."""
    template: dict[str, Any] = json.loads(_on_completion(json.dumps(options)))
    return template


def arn_of(resource: Any) -> str:
    text = json.dumps(resource)
    return re.sub(r'", \{"Ref": "AWS::(\w+)"\}, "', r"<\1>", text).removeprefix('{"Fn::Join": ["", ["').rstrip('"]}')
