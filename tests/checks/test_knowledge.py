"""What is known about built-in algorithms, and that it fits the image table and the rules."""

import json

import pytest

from cdk_hpo.checks import catalogue, check
from cdk_hpo.checks.images import builtin_algorithm
from cdk_hpo.checks.knowledge import Tunable, built_in, built_in_names, built_in_of
from cdk_hpo.checks.numbers import compare, is_decimal, is_integer
from cdk_hpo.checks.tables import builtin_images, read
from tests.checks.requests import accepted, edited
from tests.shared import ROOT, SHARED

XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"


def test_xgboost() -> None:
    xgboost = built_in("xgboost")
    assert xgboost.metrics["validation:auc"] == "Maximize"
    assert xgboost.tunable["alpha"] == Tunable("Continuous", "0", "1000")
    assert xgboost.tunable["num_round"].type == "Integer"
    assert "num_round" in xgboost.required
    assert {"eta", "booster"} <= xgboost.hyperparameters
    assert xgboost.input_modes == ("File", "Pipe")
    assert "text/libsvm" in xgboost.content_types


def test_categorical_values() -> None:
    assert built_in("kmeans").tunable["init_method"].values == ("kmeans++", "random")
    assert built_in("image-classification").tunable["optimizer"].values == ("sgd", "adam", "rmsprop", "nag")


def test_an_algorithm_is_found_by_its_image() -> None:
    assert built_in_of(XGBOOST) is built_in("xgboost")
    assert built_in_of("111122223333.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1") is None


@pytest.mark.parametrize(("wrong", "hint"), [("xgbost", "did you mean 'xgboost'?"), ("?", "there are blazingtext,")])
def test_an_unknown_algorithm_is_a_lookup_error(wrong: str, hint: str) -> None:
    with pytest.raises(LookupError, match=hint.replace("?", r"\?")):
        built_in(wrong)


def test_there_is_something_for_every_image_and_the_other_way_round() -> None:
    assert set(built_in_names()) == {algorithm for algorithm, _ in builtin_images().values()}


def test_the_images_are_those_of_the_reference_table() -> None:
    reference = json.loads((SHARED / "rules" / "builtin_images.json").read_text(encoding="utf-8"))
    for algorithm, repositories in reference.items():
        for repository, accounts in repositories.items():
            assert builtin_images()[repository] == (algorithm, frozenset(accounts))


@pytest.mark.parametrize("name", built_in_names())
def test_facts_are_of_the_right_form(name: str) -> None:
    algorithm = built_in(name)
    assert set(algorithm.metrics.values()) <= {"Maximize", "Minimize"}
    assert set(algorithm.input_modes) <= {"File", "Pipe"} and algorithm.input_modes
    assert algorithm.channels and algorithm.hyperparameters
    for key, item in algorithm.tunable.items():
        assert item.type in ("Continuous", "Integer", "Categorical"), key
        assert (item.type == "Categorical") == bool(item.values), key
        if item.minimum is not None and item.maximum is not None:
            well_formed = is_integer if item.type == "Integer" else is_decimal
            assert well_formed(item.minimum) and well_formed(item.maximum), key
            assert compare(item.minimum, item.maximum) < 0, key


@pytest.mark.parametrize("name", [name for name in built_in_names() if built_in(name).metrics])
def test_documented_metrics_pass_the_rules(name: str) -> None:
    image = next(
        f"{min(accounts)}.dkr.ecr.us-east-1.amazonaws.com/{repository}:1"
        for repository, (algorithm, accounts) in builtin_images().items()
        if algorithm == name
    )
    assert builtin_algorithm(image) == name
    for metric, direction in built_in(name).metrics.items():
        changes = {
            "TrainingJobDefinition.AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective": {"Type": direction, "MetricName": metric},
        }
        assert check(edited(changes)) == []


def test_examples_tune_what_is_documented() -> None:
    """Hyperparameters that public examples tune are documented, but for a few that the guide's tables leave out."""
    unknown = set()
    for name, request in accepted().items():
        image = request.get("TrainingJobDefinition", {}).get("AlgorithmSpecification", {}).get("TrainingImage")
        algorithm = built_in_of(image) if isinstance(image, str) else None
        ranges = request["HyperParameterTuningJobConfig"].get("ParameterRanges", {})
        if algorithm is not None:
            names = {item["Name"] for values in ranges.values() if isinstance(values, list) for item in values}
            unknown |= {(algorithm.name, each) for each in names - algorithm.hyperparameters}
            assert name
    assert unknown <= {("xgboost", "colsample_bynode"), ("seq2seq", "rnn_attention_type")}, unknown


def test_data_files_name_their_source() -> None:
    for name in ("builtin_algorithms.json", "local_storage_types.json", "catalogue.json"):
        assert "about" in read(name)
    assert "2023-06-15" in read("builtin_algorithms.json")["source"]
    images = json.loads((ROOT / "cdk_hpo/definition/data/builtin_images.json").read_text(encoding="utf-8"))
    assert "sagemaker-python-sdk@" in images["source"]
    assert catalogue()
