"""Tags of a workflow's jobs."""

import dataclasses

import pytest
from aws_cdk import Tags
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

import cdk_hpo as hpo
from tests.cdk import new_stack, template_of
from tests.examples import minimal_definition
from tests.launch.test_task import state, workflow


def tagged(language: sfn.QueryLanguage, tags: dict[str, str], **added: str) -> list[dict[str, str]]:
    """Return the tags that the jobs of a task get: those of its definition, and those of ``Tags.of``."""

    def build(scope: Construct) -> sfn.IChainable:
        for key, value in added.items():
            Tags.of(scope).add(key, value)
        definition = dataclasses.replace(minimal_definition(), tags=tags)
        return hpo.HyperParameterTuningTask(scope, "Tune", definition, query_language=language)

    sent = state(workflow(build))["Arguments" if language is sfn.QueryLanguage.JSONATA else "Parameters"]
    found: list[dict[str, str]] = sent["Tags"]
    return found


@pytest.mark.parametrize("language", [sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA])
def test_tags_of_the_stack(language: sfn.QueryLanguage) -> None:
    assert tagged(language, {}, team="risk", app="churn") == [
        {"Key": "app", "Value": "churn"},
        {"Key": "team", "Value": "risk"},
    ]
    assert tagged(language, {"zone": "a", "team": "own"}, team="risk") == [
        {"Key": "team", "Value": "risk"},
        {"Key": "zone", "Value": "a"},
    ]


def test_tags_from_the_input_among_those_of_the_stack() -> None:
    given = {"run": sfn.JsonPath.string_at("$.run")}
    assert tagged(sfn.QueryLanguage.JSON_PATH, given, team="risk") == [
        {"Key": "run", "Value.$": "$.run"},
        {"Key": "team", "Value": "risk"},
    ]


def test_tags_of_the_stack_are_checked() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition())
    for index in range(51):
        Tags.of(stack).add(f"key-{index}", "value")
    with pytest.raises(RuntimeError, match=r"tags-count"):
        template_of(stack)
