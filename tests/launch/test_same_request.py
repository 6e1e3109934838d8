"""The same definition makes the same request, whichever way it is launched; only the name is each run's own."""

import json
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.testing import requests_of
from tests.cdk import new_stack, readable, resources, template_of
from tests.shared import accepted_requests

NAME = "HyperParameterTuningJobName"


def launched(definition: hpo.TuningJobDefinition) -> Stack:
    """Return a stack that launches a definition in every way there is."""
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Job", definition)
    for language in (sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA):
        task = hpo.HyperParameterTuningTask(stack, f"Task {language}", definition, query_language=language)
        body = sfn.DefinitionBody.from_chainable(task)
        sfn.StateMachine(stack, f"Machine{language.value}", definition_body=body)
    weekly = scheduler.ScheduleExpression.rate(Duration.days(7))
    hpo.TuningSchedule(stack, "Weekly", definition, schedule=weekly)
    bucket = s3.Bucket(stack, "Results")
    hpo.TuningFleet(stack, "Fleet", definition, max_concurrency=1, results_bucket=bucket, variants=[{"n": 1}])
    return stack


def sent_by_states(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the request of each state that makes a tuning job."""
    found: list[dict[str, Any]] = []
    for machine in resources(template, "AWS::StepFunctions::StateMachine"):
        collect(json.loads(readable(machine["Properties"]["DefinitionString"])), found)
    return found


def collect(value: Any, found: list[dict[str, Any]]) -> None:
    if isinstance(value, dict):
        if "createHyperParameterTuningJob" in str(value.get("Resource", "")):
            found.append(value.get("Parameters") or value["Arguments"])
            return
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        collect(each, found)


def unnamed(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request without its name; an empty list of tags is none."""
    return {name: each for name, each in request.items() if name.removesuffix(".$") != NAME and each != []}


@pytest.mark.parametrize("stem", sorted(accepted_requests()))
def test_each_launcher_sends_the_same(stem: str) -> None:
    request = unnamed(accepted_requests()[stem])
    template = template_of(launched(hpo.TuningJobDefinition.from_request(request)))
    (by_stack,) = requests_of(template).values()
    by_states = sent_by_states(template)
    assert len(by_states) == 4
    for found in (by_stack, *by_states):
        assert unnamed(found) == request
        assert NAME in found or f"{NAME}.$" in found


def test_names_tell_the_launchers_apart() -> None:
    request = unnamed(next(iter(accepted_requests().values())))
    template = template_of(launched(hpo.TuningJobDefinition.from_request(request)))
    names = {str(each.get(NAME) or each[f"{NAME}.$"]) for each in sent_by_states(template)}
    names |= {each[NAME] for each in requests_of(template).values()}
    assert len(names) == 5
