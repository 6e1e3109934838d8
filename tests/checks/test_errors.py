"""ValidationError prints its findings for people."""

import copy
import pickle

from cdk_hpo.checks import ValidationError, check
from cdk_hpo.checks.errors import encloses
from tests.checks.requests import edited

FINDINGS = check(
    edited(
        {
            "TrainingJobDefinition.ResourceConfig.InstanceCount": 0,
            "TrainingJobDefinition.ResourceConfig.KeepAlivePeriodInSeconds": 30000,
            "HyperParameterTuningJobName": "a_b",
        }
    )
)


def test_it_groups_by_path_and_puts_errors_first() -> None:
    text = str(ValidationError(FINDINGS, construct_path="Stack/Tuning"))
    assert text.startswith("3 errors and 1 warning in Stack/Tuning\n")
    assert text.count("TrainingJobDefinition.ResourceConfig.KeepAlivePeriodInSeconds\n") == 1
    assert text.index("error keep-alive-range") < text.index("warning keep-alive-ignored")
    assert "https://docs.aws.amazon.com/" in text


def test_it_says_where_a_value_was_written() -> None:
    origins = {"": "app.py:3", "TrainingJobDefinition.ResourceConfig": "app.py:31", "TrainingJobDefinition.Res": "no"}
    text = str(ValidationError(FINDINGS, origins=origins))
    assert "TrainingJobDefinition.ResourceConfig.InstanceCount (written at app.py:31)" in text
    assert "HyperParameterTuningJobName (written at app.py:3)" in text
    assert "(written at no)" not in text


def test_a_path_encloses_itself_and_what_is_inside() -> None:
    assert encloses("", "A") and encloses("A", "A") and encloses("A", "A.B") and encloses("A", 'A["b"]')
    assert not encloses("A", "AB") and not encloses("A.B", "A")


def test_it_is_a_value_error_that_can_be_copied() -> None:
    error = ValidationError(FINDINGS, construct_path="S")
    assert isinstance(error, ValueError)
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert twin.findings == error.findings
        assert str(twin) == str(error)


def test_the_request_itself_has_a_name() -> None:
    error = ValidationError(check(edited(remove=["TrainingJobDefinition"])))
    assert "\nthe request\n" in str(error)


def test_the_arguments_for_the_members_that_are_spoken_of() -> None:
    words = ("Add MaxWaitTimeInSeconds beside RoleArn. Name it.", "Add TuningObjective, or MetricDefinitions.")
    findings = [each._replace(message=said) for each, said in zip(FINDINGS, words, strict=False)]
    names = {
        "MaxWaitTimeInSeconds": "max_wait",
        "TuningObjective": "objective",
        "MetricDefinitions": "metric_definitions",
        "Name": "called",
    }
    error = ValidationError(findings, names=names)
    assert {*str(error).splitlines()[-1].removeprefix("In Python, ").removesuffix(".").split(", ")} == {
        "TuningObjective is objective",
        "MaxWaitTimeInSeconds is max_wait",
    }
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert "In Python" not in str(ValidationError(findings))
