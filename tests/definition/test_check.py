"""A definition can be checked as it is, before there is a stack."""

import dataclasses
import subprocess
import sys
from typing import Any

import pytest

import cdk_hpo as hpo
from tests.examples import minimal_definition
from tests.shared import ROOT


def with_training(**changes: Any) -> hpo.TuningJobDefinition:
    definition = minimal_definition()
    return dataclasses.replace(definition, training=dataclasses.replace(definition.training_jobs[0], **changes))


BUILT_IN = with_training(algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"))


def test_nothing_is_missed_that_a_launcher_supplies() -> None:
    assert minimal_definition().check() == []


def test_all_problems_of_a_definition() -> None:
    wrong = dataclasses.replace(
        with_training(resources=hpo.Instances("ml.m5.larg", volume=10)), strategy=hpo.Grid(), random_seed=2**31
    )
    assert {finding.rule for finding in wrong.check()} == {
        "grid-categorical-only",
        "instance-type-enum",
        "int32-range",
    }


@pytest.mark.parametrize("region", [None, "eu-west-1", "cn-north-1"])
def test_the_rules_of_built_in_algorithms_hold_in_every_region(region: str | None) -> None:
    assert {finding.rule for finding in BUILT_IN.check(region)} == {
        finding.rule for finding in hpo.check(with_names(BUILT_IN.to_request(region=region or "us-west-2")))
    }
    assert "builtin-objective-metric" in {finding.rule for finding in BUILT_IN.check(region)}


def with_names(request: dict[str, Any]) -> dict[str, Any]:
    role = "arn:aws:iam::111122223333:role/training"
    training = {**request["TrainingJobDefinition"], "RoleArn": role}
    return {**request, "HyperParameterTuningJobName": "digits", "TrainingJobDefinition": training}


def test_a_region_without_the_algorithm() -> None:
    with pytest.raises(LookupError, match="is not known in 'mars-1'"):
        BUILT_IN.check("mars-1")


@pytest.mark.parametrize("given", [minimal_definition(), minimal_definition().training])
def test_the_check_of_requests_names_that_of_definitions(given: Any) -> None:
    with pytest.raises(TypeError, match=rf"got {type(given).__name__}: .* definition\.check\(\)"):
        hpo.check(given)


def test_it_starts_neither_jsii_nor_node() -> None:
    code = (
        "import sys\n"
        "from tests.examples import minimal_definition\n"
        "minimal_definition().check()\n"
        "assert not {'jsii', 'aws_cdk', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
