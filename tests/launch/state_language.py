"""State machines of templates, and what the states language's schema says of them."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.cdk import resources
from tests.shared import ROOT

#: What CloudFormation fills in, where the schema looks at it; all else is some name.
_FILLED_IN = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}
_SCRIPT = """
const validate = require("asl-validator");
const machines = JSON.parse(require("fs").readFileSync(0, "utf8"));
const told = (definition) => validate(definition).errors.map(
    (each) => `${each["Error code"]}: ${each.Message} ${JSON.stringify(each["Schema Error"] ?? each.path ?? "")}`);
console.log(JSON.stringify(Object.fromEntries(
    Object.entries(machines).map(([name, definition]) => [name, told(definition)]))));
"""


def machines_of(template: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the definitions of all state machines of a template."""
    found = resources(dict(template), "AWS::StepFunctions::StateMachine")
    return [json.loads(_text(each["Properties"]["DefinitionString"])) for each in found]


def _text(part: Any) -> str:
    if isinstance(part, str):
        return part
    if "Fn::Join" in part:
        separator, parts = part["Fn::Join"]
        return str(separator).join(_text(each) for each in parts)
    return _FILLED_IN.get(part.get("Ref", ""), "name")


def problems_of(machines: Mapping[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Return what is wrong with each definition, all of them looked at by one process."""
    node = shutil.which("node")
    assert node is not None, "node is missing: `make setup` brings it"
    ran = subprocess.run(
        [node, "-e", _SCRIPT], cwd=ROOT, input=json.dumps(machines), capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, f"asl-validator did not run (`npm ci` installs it): {ran.stderr}"
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return found
