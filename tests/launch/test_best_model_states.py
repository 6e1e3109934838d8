"""What the states of a promotion say: the decision, and the requests."""

import json
from typing import Any

import jsonata  # type: ignore[import-untyped]
import pytest

from tests.launch.expressions import chosen, value_of
from tests.launch.promotion import COMPARE, CREATE, LOOK, NO, PRODUCTION, REGISTER, WINNER, on_completion
from tests.launch.test_task import machine


def described(**more: Any) -> dict[str, Any]:
    """Return a description of a tuning job."""
    best = {
        "TrainingJobName": "stack-tune-1234-001-abcd",
        "TunedHyperParameters": {"eta": "0.1"},
        "FinalHyperParameterTuningJobObjectiveMetric": {"Type": "Minimize", "MetricName": "loss", "Value": 0.25},
    }
    return {
        "HyperParameterTuningJobName": "stack-tune-1234",
        "HyperParameterTuningJobStatus": "Completed",
        "HyperParameterTuningJobConfig": {
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"}
        },
        "BestTrainingJob": best,
        **more,
    }


def with_objective(value: Any, goal: str | None = "Minimize", **more: Any) -> dict[str, Any]:
    metric = {"MetricName": "loss", "Value": value, **({} if goal is None else {"Type": goal})}
    best = described()["BestTrainingJob"] | {"FinalHyperParameterTuningJobObjectiveMetric": metric}
    return described(BestTrainingJob=best, **more)


def decided(result: dict[str, Any], production: Any = None, **options: Any) -> tuple[str, dict[str, Any]]:
    """Return where the choice leads and what is known then."""
    given = {"create_model": False, "parameter_name": "best"} | options
    states = machine(on_completion(**given))["States"]
    data = value_of(states[LOOK]["Output"], input={"kept": 1}, result=result)
    if production is not None:
        parameter = {"Parameter": {"Value": production if isinstance(production, str) else json.dumps(production)}}
        data = value_of(states[PRODUCTION]["Output"], input=data, result=parameter)
    next, data = chosen(states[COMPARE], data)
    if next == NO:
        data = value_of(states[NO]["Output"], input=data)
    assert data["kept"] == 1
    return next, data["BestModel"]


IN_PRODUCTION = {"MetricName": "loss", "Goal": "Minimize", "Objective": 0.3}


@pytest.mark.parametrize(
    ("goal", "value", "production", "better"),
    [
        ("Minimize", 0.25, 0.3, True),
        ("Minimize", 0.3, 0.3, False),
        ("Minimize", 0.35, 0.3, False),
        ("Minimize", 9, 10, True),  # as text it would be the other way round
        ("Minimize", -2.5, -0.5, True),
        ("Minimize", 1e-7, 2e-7, True),
        ("Maximize", 0.25, 0.3, False),
        ("Maximize", 0.3, 0.3, False),
        ("Maximize", 0.30000001, 0.3, True),
        ("Maximize", 10, 9, True),
        ("Maximize", 0, -1, True),
        ("Maximize", 0, 0, False),
    ],
)
def test_it_must_beat_production(goal: str, value: float, production: float, better: bool) -> None:
    next, known = decided(with_objective(value, goal), {**IN_PRODUCTION, "Goal": goal, "Objective": production})
    assert next == (WINNER if better else NO)
    if not better:
        assert known["Promoted"] is False
        assert known["Reason"].startswith("the objective value does not beat that in production, ")


@pytest.mark.parametrize(
    ("goal", "value", "threshold", "better"),
    [
        ("Maximize", 0.8, 0.75, True),
        ("Maximize", 0.75, 0.75, False),
        ("Minimize", 0.8, 0.75, False),
        ("Minimize", -1.5, -1, True),
        ("Minimize", 0.5, 1e20, True),
        ("Maximize", 0.5, 1e-12, True),
    ],
)
def test_it_must_beat_the_threshold(goal: str, value: float, threshold: float, better: bool) -> None:
    next, known = decided(with_objective(value, goal), threshold=threshold)
    assert next == (WINNER if better else NO)
    assert better or "does not beat the threshold" in known["Reason"]


def test_both_must_be_beaten() -> None:
    assert decided(with_objective(0.2), IN_PRODUCTION, threshold=0.1)[1]["Reason"].endswith("threshold, 0.1")
    assert "in production" in decided(with_objective(0.4), IN_PRODUCTION, threshold=0.5)[1]["Reason"]
    assert decided(with_objective(0.2), IN_PRODUCTION, threshold=0.5)[0] == WINNER


def test_the_first_run_ever() -> None:
    (catch,) = machine(on_completion(create_model=False, parameter_name="best"))["States"][PRODUCTION]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["Ssm.ParameterNotFoundException"], COMPARE)
    assert value_of(catch["Output"], input={"kept": 1}, error={"Error": "x"}) == {"kept": 1}
    next, known = decided(described())
    assert next == WINNER
    assert known == {
        "TuningJobName": "stack-tune-1234",
        "TuningJobStatus": "Completed",
        "TrainingJobName": "stack-tune-1234-001-abcd",
        "MetricName": "loss",
        "Goal": "Minimize",
        "Objective": 0.25,
        "HyperParameters": {"eta": "0.1"},
    }


@pytest.mark.parametrize("value", ["NaN", "0.2", None])
def test_a_value_that_is_no_number(value: Any) -> None:
    next, known = decided(with_objective(value), IN_PRODUCTION, threshold=0.9)
    assert (next, known["Reason"]) == (NO, "no training job has an objective value")


def test_no_best_training_job() -> None:
    job = {name: each for name, each in described().items() if name != "BestTrainingJob"}
    assert decided(job)[1] == {
        "TuningJobName": "stack-tune-1234",
        "TuningJobStatus": "Completed",
        "Goal": "Minimize",
        "Promoted": False,
        "Reason": "no training job has an objective value",
    }


@pytest.mark.parametrize(("status", "next"), [("InProgress", NO), ("Failed", NO), ("Stopped", WINNER)])
def test_a_job_that_has_not_completed(status: str, next: str) -> None:
    found, known = decided(described(HyperParameterTuningJobStatus=status))
    assert found == next and (next == WINNER or known["Reason"] == f"the tuning job is {status}")


def test_a_direction_that_the_answer_leaves_to_the_configuration() -> None:
    assert decided(with_objective(0.2, None), IN_PRODUCTION)[0] == WINNER
    several = [
        {"DefinitionName": "a", "TuningObjective": {"Type": "Maximize", "MetricName": "loss"}},
        {"DefinitionName": "b", "TuningObjective": {"Type": "Minimize", "MetricName": "loss"}},
    ]
    job = with_objective(0.2, None, HyperParameterTuningJobConfig={}, TrainingJobDefinitions=several)
    for name, goal in (("a", "Maximize"), ("b", "Minimize")):
        job["BestTrainingJob"]["TrainingJobDefinitionName"] = name
        assert decided(job)[1]["Goal"] == goal
    assert decided(with_objective(0.2, None, HyperParameterTuningJobConfig={}))[0] == NO


@pytest.mark.parametrize(
    "other",
    [{"MetricName": "auc"}, {"Goal": "Maximize"}, {"MetricName": None}],
    ids=["metric", "direction", "none"],
)
def test_production_by_another_metric(other: dict[str, Any]) -> None:
    record = {name: each for name, each in (IN_PRODUCTION | other).items() if each is not None}
    assert decided(described(), record)[1]["Reason"] == "the model in production was judged by another metric"


def test_production_that_is_no_record() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        decided(described(), "see the wiki")
    with pytest.raises(jsonata.JException, match="must be of the same data type"):
        decided(described(), {**IN_PRODUCTION, "Objective": "0.3"})


def winner(*, image: str | None = None, environment: dict[str, str] | None = None, **training: Any) -> dict[str, Any]:
    states = machine(on_completion(image=image, environment=environment))["States"]
    result = {
        "AlgorithmSpecification": {"TrainingImage": "trained:1"},
        "ModelArtifacts": {"S3ModelArtifacts": "s3://models/x/model.tar.gz"},
        "OutputDataConfig": {},
        **training,
    }
    data = value_of(states[WINNER]["Output"], input={"BestModel": {"TrainingJobName": "x"}}, result=result)
    request: dict[str, Any] = value_of(states[CREATE]["Arguments"], input=data)
    return request


def test_the_model() -> None:
    request = winner()
    assert request.pop("ExecutionRoleArn").startswith("<PRole")
    assert request == {
        "ModelName": "x",
        "PrimaryContainer": {"Image": "trained:1", "ModelDataUrl": "s3://models/x/model.tar.gz"},
        "EnableNetworkIsolation": False,
    }


def test_another_image_variables_and_isolation() -> None:
    request = winner(image="serve:2", environment={"SAID": 'a "word"'}, EnableNetworkIsolation=True)
    assert request["PrimaryContainer"]["Image"] == "serve:2" and request["EnableNetworkIsolation"] is True
    assert request["PrimaryContainer"]["Environment"] == {"SAID": 'a "word"'}


@pytest.mark.parametrize("address", ["s3://models/x/output/model", "s3://models/x/output/model/"])
def test_a_model_that_is_not_compressed(address: str) -> None:
    request = winner(ModelArtifacts={"S3ModelArtifacts": address}, OutputDataConfig={"CompressionType": "NONE"})
    assert request["PrimaryContainer"] == {
        "Image": "trained:1",
        "ModelDataSource": {
            "S3DataSource": {
                "S3Uri": "s3://models/x/output/model/",
                "S3DataType": "S3Prefix",
                "CompressionType": "None",
            }
        },
    }


def test_a_model_that_is_there_already() -> None:
    states = machine(on_completion())["States"]
    (catch,) = states[CREATE]["Catch"]
    data = {"kept": 1, "BestModel": {"TrainingJobName": "x"}}
    there = {"Error": "SageMaker.SageMakerException", "Cause": 'Cannot create already existing model "arn:…:model/x".'}
    assert value_of(catch["Output"], input=data, error=there) == {
        "kept": 1,
        "BestModel": {"TrainingJobName": "x", "ModelName": "x"},
    }
    with pytest.raises(Exception, match="Could not access model data"):
        value_of(catch["Output"], input=data, error={**there, "Cause": "Could not access model data"})


def test_the_longest_name_gives_a_token_that_fits() -> None:
    states = machine(on_completion(model_package_group="churn"))["States"]
    longest = "x" * 32 + "-001-0123abcd"
    known = {"TrainingJobName": longest, "TuningJobName": "t", "MetricName": "loss", "Objective": 1e-7}
    request = value_of(states[REGISTER]["Arguments"], input={"BestModel": {**known, "Container": {"Image": "i"}}})
    assert request["ClientToken"] == longest[-36:]
    assert float(request["CustomerMetadataProperties"]["Objective"]) == 1e-7
    assert request["InferenceSpecification"] == {"Containers": [{"Image": "i"}]}
    assert request["ModelApprovalStatus"] == "PendingManualApproval"
