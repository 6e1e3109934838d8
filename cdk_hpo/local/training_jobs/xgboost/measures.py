"""The metrics that the built-in algorithm adds to those of the library.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost-tuning.html
"""

from collections.abc import Callable, Sequence

import numpy as np
import xgboost
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Measure = Callable[[Numbers, Numbers], float]
Combined = Callable[[NDArray[np.float32], xgboost.DMatrix], list[tuple[str, float]]]


def added(names: Sequence[str]) -> Combined | None:
    """Return a function for those of the metrics that the library does not have; None when it has them all."""
    own = [name for name in names if name in MEASURES]
    if not own:
        return None

    def combined(predictions: NDArray[np.float32], data: xgboost.DMatrix) -> list[tuple[str, float]]:
        labels = np.asarray(data.get_label(), np.float64)
        return [(name, MEASURES[name](labels, _compared(name, predictions))) for name in own]

    return combined


def _compared(name: str, predictions: NDArray[np.float32]) -> Numbers:
    """Return what is compared with the labels: numbers, or else classes, of probabilities the likeliest."""
    if name in _OF_NUMBERS:
        return np.asarray(predictions, np.float64)
    if predictions.ndim > 1 and predictions.shape[1] > 1:
        return np.asarray(predictions.argmax(axis=1), np.float64)
    flat = predictions.reshape(-1)
    return np.where(flat > 0.5, 1.0, 0.0) if ((flat >= 0) & (flat <= 1)).all() else flat.astype(np.float64)


def _counts(labels: Numbers, found: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return for each class the hits, the predictions and the labels."""
    classes = np.unique(np.concatenate([labels, found]))
    hits = [np.sum((labels == each) & (found == each)) for each in classes]
    predicted = [np.sum(found == each) for each in classes]
    actual = [np.sum(labels == each) for each in classes]
    return np.array(hits, np.float64), np.array(predicted, np.float64), np.array(actual, np.float64)


def _share(part: Numbers, whole: Numbers) -> Numbers:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _accuracy(labels: Numbers, found: Numbers) -> float:
    return float(np.mean(labels == found))


def _precision(labels: Numbers, found: Numbers) -> float:
    hits, predicted, _ = _counts(labels, found)
    return float(_share(hits, predicted).mean())


def _recall(labels: Numbers, found: Numbers) -> float:
    hits, _, actual = _counts(labels, found)
    return float(_share(hits, actual).mean())


def _balanced_accuracy(labels: Numbers, found: Numbers) -> float:
    hits, _, actual = _counts(labels, found)
    return float(_share(hits, actual)[actual > 0].mean())


def _f1(labels: Numbers, found: Numbers) -> float:
    hits, predicted, actual = _counts(labels, found)
    return float(_share(2 * hits, predicted + actual).mean())


def _f1_binary(labels: Numbers, found: Numbers) -> float:
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("Target is multiclass but average='binary'")
    hits = np.array([np.sum((labels == 1) & (found == 1))], np.float64)
    return float(_share(2 * hits, np.array([np.sum(found == 1) + np.sum(labels == 1)], np.float64))[0])


def _mse(labels: Numbers, found: Numbers) -> float:
    return float(np.mean((labels - found.reshape(-1)) ** 2))


def _r2(labels: Numbers, found: Numbers) -> float:
    total = float(np.sum((labels - labels.mean()) ** 2))
    return 1 - float(np.sum((labels - found.reshape(-1)) ** 2)) / total if total else 0.0


_OF_NUMBERS = ("mse", "r2")
# Lower is better for these only.
MINIMIZED = ("mse",)
MEASURES: dict[str, Measure] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _f1,
    "f1_binary": _f1_binary,
    "f1_macro": _f1,
    "mse": _mse,
    "precision": _precision,
    "precision_macro": _precision,
    "precision_micro": _accuracy,  # the same when every row has one class
    "r2": _r2,
    "recall": _recall,
    "recall_macro": _recall,
    "recall_micro": _accuracy,
}
