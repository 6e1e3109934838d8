"""An app with some jobs of one way, built and synthesized."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack

ROOT = Path(__file__).resolve().parent.parent
STACK = "Tuning"
#: What tells the jobs in a template from other resources.
JOB_TYPES = ("Custom::TuningJob", "Custom::AWS", "Custom::SageMakerHyperParameterTuningJob")


@contextmanager
def empty(way: str) -> Iterator[tuple[App, Callable[[int], None]]]:
    """Return an app without jobs, and what adds one."""
    module = import_module(f"benchmarks.peers.{way}")
    # With the feature flags of `cdk.json`, as an app that is deployed has them.
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    with tempfile.TemporaryDirectory() as directory:
        made = App(context=context, outdir=directory, analytics_reporting=False)
        stack = Stack(made, STACK)
        shared = module.prepare(stack)
        yield made, lambda index: module.add(stack, index, shared)


@contextmanager
def app(way: str, jobs: int) -> Iterator[App]:
    """Return an app in which everything is defined, but not synthesized."""
    with empty(way) as (made, add):
        for index in range(jobs):
            add(index)
        yield made


def template(way: str, jobs: int) -> str:
    """Return the template of an app as the CDK writes it.

    Raises
    ------
    RuntimeError
        When the template does not hold as many jobs: whatever was measured would be worth nothing.
    """
    with app(way, jobs) as made:
        text = Path(made.synth().directory, f"{STACK}.template.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    found = sum(each["Type"] in JOB_TYPES for each in content.get("Resources", {}).values())
    if found != jobs:
        raise RuntimeError(f"{way}: expected {jobs} jobs in the template, found {found}")
    return text
