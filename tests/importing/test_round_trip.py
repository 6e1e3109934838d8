"""What is written says the same as what was read, to the letter, and is code that nobody has to tidy up."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cdk_hpo.importing.module import region
from tests.checks.requests import accepted
from tests.importing.modules import fit, module_of, mypy, round_trip, ruff, run, write
from tests.requests import requests, requests_by_leaf
from tests.shared import ROOT

#: What only a template can say: a function of CloudFormation in the place of a value.
INTRINSICS = {"cfn-intrinsics-in-a-template", "cfn-whole-definition-conditional"}
REQUESTS = {name: request for name, request in accepted().items() if name not in INTRINSICS}


def without_empties(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request without the two members that can be there and empty, but not in a definition."""
    config = dict(request["HyperParameterTuningJobConfig"])
    if config.get("StrategyConfig") in ({}, {"HyperbandStrategyConfig": {}}):
        del config["StrategyConfig"]
    out = {**request, "HyperParameterTuningJobConfig": config}
    if "TrainingJobDefinition" in request:
        out["TrainingJobDefinition"] = _without_groups(request["TrainingJobDefinition"])
    if "TrainingJobDefinitions" in request:
        out["TrainingJobDefinitions"] = [_without_groups(each) for each in request["TrainingJobDefinitions"]]
    return out


def _without_groups(definition: dict[str, Any]) -> dict[str, Any]:
    resources = definition.get("ResourceConfig", {})
    if resources.get("InstanceGroups") != []:
        return definition
    return {**definition, "ResourceConfig": {key: each for key, each in resources.items() if key != "InstanceGroups"}}


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_accepted_requests_come_back(name: str) -> None:
    assert round_trip(REQUESTS[name]) == REQUESTS[name]


def test_there_are_many() -> None:
    assert len(REQUESTS) >= 122


def test_every_leaf_of_the_api_comes_back() -> None:
    for name, value, request in requests_by_leaf():
        assert round_trip(request) == without_empties(request), (name, value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(request=requests())
def test_random_requests_come_back(request: dict[str, Any]) -> None:
    assert round_trip(request) == without_empties(request)


def test_the_modules_are_tidy_and_typed(tmp_path: Path) -> None:
    modules = {}
    for name, request in REQUESTS.items():
        definition = fit(request).definition
        assert definition is not None
        modules[name] = module_of(definition, f"{name}.json")
    write(tmp_path, modules)
    assert ruff(tmp_path) == []
    assert mypy(tmp_path) == []


def test_the_same_module_every_time() -> None:
    definition = fit(REQUESTS["tf-multi-definitions-everything"]).definition
    assert definition is not None
    module = module_of(definition)
    again = run(module)["definition"]
    assert module == module_of(definition)
    # A definition that came from a module is written in the same way, apart from what its images are called.
    if region(definition) is None:
        assert module_of(again) == module


def test_neither_writing_nor_running_starts_the_cdk() -> None:
    # The tokens of a CDK app are the one thing for which the CDK is asked.
    program = (
        "import sys\n"
        "from tests.importing.test_round_trip import REQUESTS, round_trip\n"
        "plain = [each for each in REQUESTS.values() if 'Token[' not in str(each)]\n"
        "assert len(plain) > 120 and all(round_trip(each) == each for each in plain)\n"
        "print([name for name in ('aws_cdk', 'jsii', 'constructs', 'boto3') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr
