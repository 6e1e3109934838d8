"""What a definition cannot say is said, with its place and the reason."""

from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from tests.checks.requests import accepted, edited
from tests.importing.modules import fit

CONFIG = "HyperParameterTuningJobConfig"


def notes(request: Any) -> list[tuple[str, bool]]:
    return [(note.path, note.lost) for note in fit(request).reading.notes]


def test_a_right_request_has_no_notes() -> None:
    assert notes(base_request()) == []
    assert fit(base_request()).findings == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("TrainingJobDefinition.Retries", 3),
        ("TrainingJobDefinition.EnableNetworkIsolation", "perhaps"),
        (f"{CONFIG}.RandomSeed", -1),
        (f"{CONFIG}.StrategyConfig", {"HyperbandStrategyConfig": {"MaxResource": 9}}),
        ("TrainingJobDefinition.InputDataConfig", []),
        (f"{CONFIG}.ResourceLimits.MaxRuntimeInSeconds", 60),
        ("TrainingJobDefinition.VpcConfig", "none"),
    ],
)
def test_what_no_definition_can_hold_is_left_out_and_said(path: str, value: Any) -> None:
    done = fit(edited({path: value}))
    assert [(note.path, note.lost) for note in done.reading.notes] == [(path, True)]
    assert done.definition is not None


@pytest.mark.parametrize(
    ("path", "value", "made"),
    [
        (f"{CONFIG}.ParameterRanges.ContinuousParameterRanges[0].MinValue", 0.25, "0.25"),
        (f"{CONFIG}.ResourceLimits.MaxParallelTrainingJobs", "2", 2),
        (f"{CONFIG}.ResourceLimits.MaxNumberOfTrainingJobs", 4.0, 4),
        ("TrainingJobDefinition.EnableNetworkIsolation", "True", True),
    ],
)
def test_values_of_another_type_are_brought_into_the_right_one(path: str, value: Any, made: Any) -> None:
    done = fit(edited({path: value}))
    assert [(note.path, note.lost) for note in done.reading.notes] == [(path, False)]
    assert done.definition is not None
    assert done.definition.to_request() == edited({path: made})


def test_null_says_nothing() -> None:
    request = edited({f"{CONFIG}.RandomSeed": None, "TrainingJobDefinition.Environment": {"A": None, "B": "b"}})
    assert notes(request) == [(f"{CONFIG}.RandomSeed", False), ('TrainingJobDefinition.Environment["A"]', False)]


@pytest.mark.parametrize(
    ("changes", "remove", "rule"),
    [
        ({}, ["TrainingJobDefinition.OutputDataConfig"], "required-field"),
        ({"TrainingJobDefinition.AlgorithmSpecification.AlgorithmName": "x"}, [], "algorithm-exactly-one"),
        ({"TrainingJobDefinitions": [{}]}, [], "definitions-exactly-one"),
        ({f"{CONFIG}.Strategy": "Genetic"}, [], "strategy-enum"),
        ({f"{CONFIG}.ResourceLimits.MaxParallelTrainingJobs": 0}, [], "max-parallel-min"),
    ],
)
def test_without_what_the_service_requires_there_is_no_definition(
    changes: dict[str, Any], remove: list[str], rule: str
) -> None:
    done = fit(edited(changes, remove=remove))
    assert done.definition is None
    assert rule in {finding.rule for finding in done.findings}


def test_functions_of_cloudformation_become_text_that_says_so() -> None:
    done = fit(accepted()["cfn-intrinsics-in-a-template"])
    assert done.reading.notes.lost
    request = edited({"TrainingJobDefinition.RoleArn": {"Ref": "Role"}})
    done = fit(request)
    assert done.definition is not None
    assert done.definition.to_request()["TrainingJobDefinition"]["RoleArn"] == '{"Ref": "Role"}'
    assert [(note.path, note.lost) for note in done.reading.notes] == [("TrainingJobDefinition.RoleArn", True)]
    assert [finding.rule for finding in done.findings] == ["role-arn-length"]
    assert fit(accepted()["cfn-whole-definition-conditional"]).definition is None


@pytest.mark.parametrize(
    ("path", "value", "removed"),
    [
        (
            "TrainingJobDefinition.InputDataConfig",
            [{"Fn::If": ["A", {}, {}]}],
            ["TrainingJobDefinition.InputDataConfig"],
        ),
        ("Tags", [{"Ref": "Tags"}], []),
        ("TrainingJobDefinition.EnableNetworkIsolation", {"Ref": "Isolated"}, []),
    ],
)
def test_functions_that_no_text_can_stand_for_are_left_out(path: str, value: Any, removed: list[str]) -> None:
    done = fit(edited({path: value}))
    assert done.definition is not None
    (note,) = done.reading.notes
    assert (note.path.removesuffix("[0]"), note.lost) == (path, True)
    assert done.definition.to_request() == edited(remove=removed)


def test_tokens_are_said_and_dynamic_references_are_not() -> None:
    assert len(notes(accepted()["cdk-tokens-everywhere"])) > 10
    assert all(lost for _, lost in notes(accepted()["cdk-tokens-everywhere"]))
    assert notes(edited({"TrainingJobDefinition.RoleArn": "{{resolve:ssm:/role}}"})) == []


def test_a_secret_is_not_repeated() -> None:
    done = fit(edited({"TrainingJobDefinition.EnableNetworkIsolation": "AKIA" + "IOSFODNN7EXAMPLE"}))
    assert "IOSFODNN7" not in "".join(note.reason for note in done.reading.notes)
