"""The built-in algorithm XGBoost, on the penguins of the example."""

import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost

from cdk_hpo.local.training_jobs.xgboost import data
from cdk_hpo.local.training_jobs.xgboost.hyperparameters import typed
from cdk_hpo.local.training_jobs.xgboost.measures import MEASURES, added
from cdk_hpo.local.training_jobs.xgboost.problem import UserError
from tests.local.training_jobs.bench import XGBOOST, Bench, channel, eventually, order, wait
from tests.shared import ROOT

PENGUINS = ROOT / "examples" / "data" / "penguins"
GIVEN = {
    "objective": "multi:softprob",
    "num_class": "3",
    "num_round": "8",
    "eta": "0.3",
    "_tuning_objective_metric": "validation:mlogloss",
}


def penguins(bench: Bench, **changes: str) -> Any:
    for name in ("train", "validation"):
        bench.put(f"in/{name}/{name}.csv", (PENGUINS / f"{name}.csv").read_text())
    channels = [channel(name, f"s3://in/{name}/") | {"ContentType": "text/csv"} for name in ("train", "validation")]
    given = {**GIVEN, **changes}
    return order(
        XGBOOST,
        hyperparameters=given,
        objective=given["_tuning_objective_metric"],
        InputDataConfig=channels,
        AlgorithmSpecification={"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
    )


def test_it_learns_and_its_model_predicts(bench: Bench, tmp_path: Path) -> None:
    job = bench.start(penguins(bench, eval_metric="merror,accuracy"))
    assert wait(job).status == "Completed", bench.lines
    found = job.take()
    assert len(found) == 8
    assert found[-1] < found[0] < 1.1
    assert bench.lines[0].startswith("[0]#011train-merror:")
    assert "#011validation-mlogloss:" in bench.lines[0]
    assert "#011validation-accuracy:" in bench.lines[0]
    with tarfile.open(bench.storage.root / "out/models/job-001/output/model.tar.gz") as packed:
        packed.extractall(tmp_path, filter="data")
    booster = xgboost.Booster(model_file=bytearray((tmp_path / "xgboost-model").read_bytes()))
    table = np.loadtxt(PENGUINS / "validation.csv", delimiter=",")
    classes = booster.predict(xgboost.DMatrix(table[:, 1:])).argmax(axis=1)
    assert (classes == table[:, 0]).mean() > 0.9


def objective(bench: Bench, name: str, flipped: int) -> list[float]:
    """Train on a small table, in which the first labels are the other way round."""
    rows = [(number % 2, number % 2 + number % 3 / 4, number % 5) for number in range(40)]
    text = "".join(f"{1 - y if place < flipped else y},{a},{b}\n" for place, (y, a, b) in enumerate(rows))
    for part in ("train", "validation"):
        bench.put(f"in/{name}/{part}/table.csv", text)
    given = {"objective": "binary:logistic", "num_round": "5", "subsample": "0.7", "seed": "7"}
    job = bench.start(
        order(
            XGBOOST,
            name=f"{name}-001",
            hyperparameters={**given, "_tuning_objective_metric": "validation:logloss"},
            objective="validation:logloss",
            InputDataConfig=[
                channel(part, f"s3://in/{name}/{part}/") | {"ContentType": "text/csv"}
                for part in ("train", "validation")
            ],
            AlgorithmSpecification={"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
        )
    )
    assert wait(job).status == "Completed", bench.lines
    return job.take()


def test_other_data_give_other_numbers_and_the_same_data_the_same(bench: Bench) -> None:
    clean, again, noisy = (objective(bench, name, flipped) for name, flipped in (("a", 0), ("b", 0), ("c", 9)))
    assert len(clean) == 5
    assert clean == again
    assert noisy != clean
    assert noisy[-1] > clean[-1]  # wrong labels are harder to learn


def test_a_metric_of_its_own_is_the_objective(bench: Bench) -> None:
    job = bench.start(penguins(bench, _tuning_objective_metric="validation:accuracy", early_stopping_rounds="2"))
    assert wait(job).status == "Completed", bench.lines
    found = job.take()
    assert found
    assert found[-1] > 0.9
    assert "mlogloss" not in bench.lines[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"learning": "1"}, "AlgorithmError: UserError: Extraneous hyperparameter found: learning, exit code: 1"),
        ({"eta": "2"}, "AlgorithmError: UserError: Hyperparameter eta: 2.0 is not in [0, 1]"),
        ({"num_class": "2"}, "label must be discrete values in the range of [0, num_class)., exit code: 1"),
    ],
)
def test_what_the_algorithm_refuses(bench: Bench, changes: dict[str, str], reason: str) -> None:
    result = wait(bench.start(penguins(bench, **changes)))
    assert result.status == "Failed"
    assert reason in str(result.reason)


def test_a_model_is_kept_when_it_is_stopped(bench: Bench) -> None:
    job = bench.start(penguins(bench, num_round="1000000", save_model_on_termination="true"))
    eventually(lambda: len(bench.lines) > 3)
    job.stop()
    assert wait(job).status == "Stopped"
    with tarfile.open(bench.storage.root / "out/models/job-001/output/model.tar.gz") as packed:
        assert "xgboost-model" in packed.getnames()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "Missing required hyperparameter: num_round"),
        ({"num_round": "0"}, r"num_round: 0 is not in \[1, None\]"),
        ({"num_round": "1.5"}, "num_round: could not parse value '1.5'"),
        ({"num_round": "1", "booster": "x"}, "booster: x is not in"),
        ({"num_round": "1", "objective": "multi:softmax"}, "Require input for parameter 'num_class'"),
        ({"num_round": "1", "monotone_constraints": "__import__('os')"}, "monotone_constraints: could not parse"),
    ],
)
def test_hyperparameters_that_are_wrong(given: dict[str, str], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        typed(given)


def test_hyperparameters_have_their_types() -> None:
    given = {"num_round": "5", "learning_rate": "0.1", "eval_metric": "rmse, mae", "booster": '"dart"'}
    assert typed(given | {"dsplit": "row"}) == {
        "num_round": 5,
        "eta": 0.1,
        "eval_metric": ["rmse", "mae"],
        "booster": "dart",
    }


def test_libsvm_files_of_different_width(tmp_path: Path) -> None:
    for name, text in {"a": "1 0:1.5 3:2\n0 1:1\n", "b": "0 qid:1 5:1 # note\n\n"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(text)
    one, two = (data.read(tmp_path / name, None, weights=False) for name in "ab")
    data.same_width(one, two)
    assert one.features.shape == (2, 6)
    assert one.features.toarray()[0].tolist() == [1.5, 0, 0, 2, 0, 0]
    assert (one.labels.tolist(), two.labels.tolist()) == ([1, 0], [0])
    assert one.matrix().num_row() == 2


def test_csv_with_weights_and_gaps(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,0.5,3,\n0,2,4,5\n")
    (tmp_path / "_ignored").write_text("text")
    table = data.read(tmp_path, "text/csv; label_size=1", weights=True)
    assert table.labels.tolist() == [1, 0]
    assert table.weights is not None
    assert table.weights.tolist() == [0.5, 2]
    assert np.isnan(table.features[0, 1])
    assert table.matrix().num_nonmissing() == 3


@pytest.mark.parametrize(
    ("text", "content_type", "reason"),
    [
        ("", "text/csv", "No data in channel path"),
        ("label,a\n1,2\n", "text/csv", "a.data, line 1 is no row of numbers"),
        ("1,2\n1,2,3\n", "csv", r"different numbers of columns: \[2, 3\]"),
        ("1\n", "csv", "1 columns, too few"),
        ("1,2\n", None, "a.data, line 1 is not LIBSVM"),
        ("1 2\n", "text/libsvm", "a.data, line 1 is not LIBSVM"),
        ("1", "application/x-parquet", "application/x-parquet is not an accepted ContentType"),
    ],
)
def test_data_that_is_wrong(tmp_path: Path, text: str, content_type: str | None, reason: str) -> None:
    (tmp_path / "a.data").write_text(text)
    with pytest.raises(UserError, match=reason):
        data.read(tmp_path, content_type, weights=False)


LABELS = np.array([0.0, 0, 1, 1, 1, 2])
FOUND = np.array([0.0, 1, 1, 1, 0, 2])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accuracy", 4 / 6),
        ("balanced_accuracy", (1 / 2 + 2 / 3 + 1) / 3),
        ("precision", (1 / 2 + 2 / 3 + 1) / 3),
        ("recall", (1 / 2 + 2 / 3 + 1) / 3),
        ("f1", (1 / 2 + 2 / 3 + 1) / 3),
        ("mse", 2 / 6),
        ("r2", 1 - 2 / (2 * (5 / 6) ** 2 + 3 * (1 / 6) ** 2 + (7 / 6) ** 2)),
    ],
)
def test_measures(name: str, value: float) -> None:
    assert MEASURES[name](LABELS, FOUND) == pytest.approx(value)


def test_a_binary_measure_takes_two_classes() -> None:
    assert MEASURES["f1_binary"](np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])) == 0.5
    with pytest.raises(ValueError, match="Target is multiclass"):
        MEASURES["f1_binary"](LABELS, FOUND)


def test_probabilities_are_compared_as_classes() -> None:
    combined = added(["accuracy", "rmse"])
    assert combined is not None
    matrix = xgboost.DMatrix(np.zeros((2, 1)), label=[1, 0])
    assert combined(np.array([0.9, 0.6], np.float32), matrix) == [("accuracy", 0.5)]
    assert combined(np.array([[0.1, 0.9], [0.8, 0.2]], np.float32), matrix) == [("accuracy", 1.0)]
    assert added(["rmse"]) is None
