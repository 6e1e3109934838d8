"""The words that the construct writes and the handler reads are the same."""

import ast
from typing import Any

import pytest
from tuning_job import event as handler
from tuning_job import job as tags_of
from tuning_job import metric
from tuning_job.errors import PASSING
from tuning_job.service import request_shape

from cdk_hpo.launch import options
from tests.handler.cloudformation import CloudFormation, properties
from tests.shared import ROOT

#: Written only where they are asked for.
OPTIONAL = {"OnLimit": options.OnLimit.WAIT, "OnMissingData": options.OnMissingData.WAIT}


@pytest.mark.parametrize("name", ["WaitFor", "OnDelete"])
def test_choices(name: str) -> None:
    ours, theirs = getattr(handler, name), getattr(options, name)
    assert {each.name: each.value for each in ours} == {each.name: each.value for each in theirs}


def test_names_of_the_properties() -> None:
    assert asked_for() | {"ServiceToken"} == written() | set(OPTIONAL) | {"Retain"} | {"Name", "NamePrefix"}


def test_what_goes_without_saying() -> None:
    cloud = CloudFormation()
    event = handler.read(cloud.event("Create", {"Request": {}}), request_shape(cloud.sagemaker.client()))
    assert (event.wanted.wait_for, event.wanted.on_delete) == (options.WaitFor.CREATED, options.OnDelete.STOP)
    assert (event.timeout, event.patience) == (3600, frozenset())


def test_errors_that_can_be_waited_out() -> None:
    assert {line.option for line in PASSING if line.option} == set(OPTIONAL)
    cloud = CloudFormation()
    raw = cloud.event("Create", properties(**{name: str(each) for name, each in OPTIONAL.items()}))
    assert handler.read(raw, request_shape(cloud.sagemaker.client())).patience == set(OPTIONAL)


def test_metric() -> None:
    source = (ROOT / "cdk_hpo" / "launch" / "metrics.py").read_text(encoding="utf-8")
    for word in (metric.NAMESPACE, metric.FAILURES, metric.STACK, metric.RESOURCE):
        assert f'"{word}"' in source


def test_tag_of_the_stack() -> None:
    source = (ROOT / "cdk_hpo" / "access" / "function_role.py").read_text(encoding="utf-8")
    assert f'STACK_TAG = "{tags_of.STACK}"' in source


class Asked(dict[str, Any]):
    """Properties that remember which of them were read."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def asked_for() -> set[str]:
    cloud, new = CloudFormation(), Asked(properties())
    raw = {**cloud.event("Create", {}), "ResourceProperties": new}
    handler.read(raw, request_shape(cloud.sagemaker.client()))
    return new.names


def written() -> set[str]:
    """Read the construct's source for the properties it writes: importing it would start jsii."""
    tree = ast.parse((ROOT / "cdk_hpo" / "launch" / "job.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "CfnResource"]
    (given,) = [each.value for call in calls for each in call.keywords if each.arg == "properties"]
    keys = [key for node in ast.walk(given) if isinstance(node, ast.Dict) for key in node.keys]
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
