"""Arguments of the SageMaker SDK, compared with the requests that the SDK itself makes of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.importing.fitting import fitted
from cdk_hpo.importing.sdk import sdk

CASES: dict[str, dict[str, Any]] = {
    f"{file.stem}-{name}": case
    for file in sorted((Path(__file__).parent / "sdk").glob("*.json"))
    for name, case in json.loads(file.read_text(encoding="utf-8"))["cases"].items()
}
#: What the SDK writes although the service would take the same without it.
NEEDLESS = {
    "ScalingType": "Auto",
    "TrainingJobEarlyStoppingType": "Off",
    "S3DataDistributionType": "FullyReplicated",
    "MaxRuntimeInSeconds": 86400,
}
#: The SDK writes the first two to find its own class again, and the others only when it starts the job.
OF_THE_SDK = (
    "sagemaker_estimator_class_name",
    "sagemaker_estimator_module",
    "sagemaker_program",
    "sagemaker_submit_directory",
)
XGBOOST = CASES["v2-xgboost"]["arguments"]


def plain(value: Any) -> Any:
    """Return a request without what says nothing."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    out = {key: plain(each) for key, each in value.items() if NEEDLESS.get(key) != each and key not in OF_THE_SDK}
    return {key: each for key, each in out.items() if each not in ([], {}) or key == "StoppingCondition"}


def lost(arguments: dict[str, Any]) -> list[str]:
    return [note.path for note in fitted(sdk(arguments)).reading.notes if note.lost]


def test_both_versions_are_there() -> None:
    assert {name[:2] for name in CASES} == {"v2", "v3"}
    assert len(CASES) >= 11


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_request_is_the_one_that_the_sdk_makes(name: str) -> None:
    case = CASES[name]
    reading = sdk(case["arguments"])
    assert plain(reading.request) == plain(case["request"])
    assert fitted(reading).definition is not None


def test_code_that_the_sdk_would_upload_is_said() -> None:
    definition = "TrainingJobDefinition"
    framework = CASES["v2-framework"]["arguments"]
    local = {**framework, "estimator": {**framework["estimator"], "source_dir": "src"}}
    assert lost(local) == [f"{definition}.entry_point", f"{definition}.source_dir"]
    uploaded = {"sagemaker_submit_directory": "s3://code/a.tar.gz", "sagemaker_program": "train.py"}
    estimator = {**XGBOOST["estimator"], "entry_point": "train.py", "hyperparameters": uploaded}
    assert lost({**XGBOOST, "estimator": estimator}) == []
    trainer = CASES["v3-trainer"]["arguments"]
    changed = {**trainer, "model_trainer": {**trainer["model_trainer"], "source_code": {"source_dir": "src"}}}
    assert lost(changed) == [f"{definition}.source_code"]


@pytest.mark.parametrize("missing", ["image_uri", "output_path"])
def test_what_the_sdk_finds_out_itself_is_asked_for(missing: str) -> None:
    estimator = {key: each for key, each in XGBOOST["estimator"].items() if key != missing}
    done = fitted(sdk({**XGBOOST, "estimator": estimator}))
    assert done.definition is None
    assert [note.path for note in done.reading.notes] == [f"TrainingJobDefinition.{missing}"]


def test_hyperparameters_in_a_file_of_their_own_are_said() -> None:
    trainer = CASES["v3-trainer"]["arguments"]
    changed = {**trainer, "model_trainer": {**trainer["model_trainer"], "hyperparameters": "hyperparameters.yaml"}}
    assert lost(changed) == ["TrainingJobDefinition.hyperparameters"]


def test_a_role_may_be_missing() -> None:
    estimator = {key: each for key, each in XGBOOST["estimator"].items() if key != "role"}
    assert lost({**XGBOOST, "estimator": estimator}) == []


def test_unknown_and_unclear_arguments_are_said() -> None:
    ranges = {**XGBOOST["hyperparameter_ranges"], "gamma": {"min_value": 0, "max_value": 1}, "alpha": 3}
    found = lost({**XGBOOST, "hyperparameter_ranges": ranges, "colour": "blue"})
    assert found == ["TrainingJobDefinition.gamma", "TrainingJobDefinition.alpha", "colour"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"estimator": [XGBOOST["estimator"]]}, "estimator"),
        ({"estimator": None, "model_trainer": "trainer"}, "model_trainer"),
        ({"estimator": None, "estimator_dict": {"a": [1]}}, "estimator.a"),
        ({"estimator_dict": [1]}, "estimator_dict"),
        ({"warm_start_config": ["job"]}, "WarmStartConfig"),
        ({"strategy_config": "x"}, "HyperParameterTuningJobConfig.StrategyConfig"),
        ({"completion_criteria_config": [1]}, "HyperParameterTuningJobConfig.TuningJobCompletionCriteria"),
        ({"tags": "team"}, "tags"),
        ({"tags": [{"Key": "a", "Value": "b"}, "team"]}, "tags"),
        ({"instance_configs": {"instance_type": "ml.m5.large"}}, "TrainingJobDefinition.instance_configs"),
        ({"objective_metric_name_dict": {"a": "b"}}, "objective_metric_name_dict"),
        ({"estimator_name": "a", "inputs": {"a": "s3://b/c", "b": "s3://b/d"}}, "inputs.b"),
    ],
)
def test_arguments_of_another_kind_are_said(changes: dict[str, Any], place: str) -> None:
    reading = sdk({**XGBOOST, **changes})
    assert place in [note.path for note in reading.notes if note.lost]


def test_arguments_for_one_estimator_beside_several_are_said() -> None:
    several = {f"{name}_dict": {"a": XGBOOST[name]} for name in ("estimator", "hyperparameter_ranges")}
    found = lost({**several, "objective_metric_name_dict": {"b": "x"}, "metric_definitions": [], "inputs": "s3://b/c"})
    assert found[:3] == ["inputs", "metric_definitions", "objective_metric_name_dict.b"]


def test_what_the_sdk_does_not_send_is_no_loss() -> None:
    estimator = {**XGBOOST["estimator"], "profiler_config": {"a": 1}, "disable_profiler": False, "rules": []}
    reading = sdk({**XGBOOST, "estimator": estimator, "base_tuning_job_name": "xgb"})
    assert [(note.path, note.lost) for note in reading.notes] == [
        ("base_tuning_job_name", False),
        ("TrainingJobDefinition.profiler_config", False),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "IntegerParameter",
        "sagemaker.parameter.IntegerParameter",
        "Integer",
        "integer",
    ],
)
def test_ways_to_write_the_kind_of_a_range(written: str) -> None:
    ranges = {"max_depth": {"type": written, "min_value": 1, "max_value": 5}, "booster": ["gbtree", "dart"]}
    request = sdk({**XGBOOST, "hyperparameter_ranges": ranges}).request
    assert request["HyperParameterTuningJobConfig"]["ParameterRanges"] == {
        "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "5"}],
        "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
    }


def test_code_that_lies_in_s3_already() -> None:
    given = json.loads(json.dumps(CASES["v2-framework"]["arguments"]))
    given["estimator"] |= {"source_dir": "s3://code/train.tar.gz", "entry_point": "src/train.py"}
    done = fitted(sdk(given))
    assert not [note for note in done.reading.notes if "entry_point" in note.path or "source_dir" in note.path]
    assert done.definition is not None
    static = done.definition.training_jobs[0].static_hyper_parameters
    assert static is not None
    assert static["sagemaker_submit_directory"] == '"s3://code/train.tar.gz"'
    assert static["sagemaker_program"] == '"train.py"'
