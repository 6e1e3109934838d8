"""CDK apps in tests: with the feature flags of ``cdk.json``, as the deployed app has them."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stack

import cdk_hpo as hpo
from cdk_hpo.testing.readable import readable as readable
from tests.examples import minimal_definition
from tests.shared import ROOT

JOB = "Custom::SageMakerHyperParameterTuningJob"
SNAPSHOTS = ROOT / "tests" / "snapshots"


@cache
def feature_flags() -> dict[str, Any]:
    """Return the context of ``cdk.json``."""
    flags: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return flags


def new_stack(name: str = "Stack", *, outdir: Path | None = None, region: str | None = None) -> Stack:
    """Return an empty stack in an app of its own."""
    app = App(context=feature_flags(), outdir=None if outdir is None else str(outdir), analytics_reporting=False)
    return Stack(app, name, env=None if region is None else Environment(region=region, account="111122223333"))


def template_of(stack: Stack) -> dict[str, Any]:
    """Synthesize the app of a stack and return the stack's template."""
    app = stack.node.root
    assert isinstance(app, App)
    template: dict[str, Any] = app.synth(force=True).get_stack_by_name(stack.stack_name).template
    return template


def resources(template: dict[str, Any], type: str) -> list[dict[str, Any]]:
    """Return the resources of a type."""
    return [each for each in template["Resources"].values() if each["Type"] == type]


def the_job(template: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of the only tuning job."""
    (job,) = resources(template, JOB)
    properties: dict[str, Any] = job["Properties"]
    return properties


def policy_of(template: dict[str, Any], type: str = "AWS::IAM::Role") -> dict[str, dict[str, Any]]:
    """Return the statements of the execution role (or of the function's policy), by their ids."""
    for resource in resources(template, type):
        properties = resource["Properties"]
        documents = [each["PolicyDocument"] for each in properties.get("Policies", ())]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        if documents:
            return {statement["Sid"]: statement for statement in documents[0]["Statement"]}
    raise AssertionError(f"no policy in a {type}")


def launched(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> dict[str, Any]:
    """Return the template of a stack that holds nothing but one job."""
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Job", definition or minimal_definition(), **options)
    return template_of(stack)


def assert_matches_snapshot(name: str, value: Any) -> None:
    """Compare with ``tests/snapshots/NAME.json``; ``UPDATE_SNAPSHOTS=1`` writes the file instead."""
    file = SNAPSHOTS / f"{name}.json"
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.is_file(), f"{file} is missing: write it with UPDATE_SNAPSHOTS=1"
    assert text == file.read_text(encoding="utf-8"), (
        f"{file.name} has changed: look, then write it with UPDATE_SNAPSHOTS=1"
    )


def masked(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template without what every stack has, and without the digest of the function's code."""
    out: dict[str, Any] = json.loads(json.dumps(template))
    out.pop("Parameters", None)
    out.pop("Rules", None)
    for function in resources(out, "AWS::Lambda::Function"):
        function["Properties"]["Code"]["S3Key"] = "<code>.zip"
    return readable(out)
