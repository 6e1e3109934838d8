"""The program of a training job with the built-in algorithm XGBoost."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import xgboost

from . import data
from .hyperparameters import typed
from .measures import MEASURES, MINIMIZED, added
from .problem import UserError

MODEL = "xgboost-model"


def main() -> None:
    """Train, leave the model in its folder, or say in the failure file why not; end with the status of a container."""
    model = Path(os.environ["SM_MODEL_DIR"])
    failure = Path(os.environ["SM_OUTPUT_DIR"]) / "failure"
    try:
        _train(model)
    except (UserError, xgboost.core.XGBoostError, ValueError) as error:
        text = f"{type(error).__name__}: {error}".split("\nStack trace:")[0]  # the library's own, of no use here
        failure.write_text(text, encoding="utf-8")
        print(text, file=sys.stderr)
        raise SystemExit(1) from None


def _train(model: Path) -> None:
    config = Path(os.environ["SM_INPUT_CONFIG_DIR"])
    given = typed(json.loads((config / "hyperparameters.json").read_text(encoding="utf-8")))
    rounds, stop_rounds = given.pop("num_round"), given.pop("early_stopping_rounds", None)
    matrices = _matrices(config, weights=bool(given.pop("csv_weights", 0)))
    measured = _metrics(given)
    callbacks: list[xgboost.callback.TrainingCallback] = []
    if given.pop("save_model_on_termination", "false") == "true":
        callbacks.append(_SavedEachRound(model))
    if stop_rounds is not None and "validation" in matrices:
        callbacks.append(_early_stopping(stop_rounds, measured))
    given.setdefault("nthread", int(os.environ["SM_NUM_CPUS"]))
    booster = xgboost.train(
        {key: ",".join(value) if key == "updater" else value for key, value in given.items()},
        matrices["train"],
        num_boost_round=rounds,
        evals=[(matrix, name) for name, matrix in matrices.items()],
        custom_metric=added(measured),
        callbacks=callbacks,
    )
    booster.save_model(model / MODEL)


def _matrices(config: Path, *, weights: bool) -> dict[str, xgboost.DMatrix]:
    """Return the matrices of the channels train and validation."""
    channels: dict[str, Any] = json.loads((config / "inputdataconfig.json").read_text(encoding="utf-8"))
    if "train" not in channels:
        raise UserError("Missing required channel: train")
    if unknown := sorted(set(channels) - {"train", "validation"}):
        raise UserError(f"Extraneous channel found: {', '.join(unknown)}")
    tables = {
        name: data.read(
            Path(os.environ[f"SM_CHANNEL_{name.upper()}"]), channels[name].get("ContentType"), weights=weights
        )
        for name in ("train", "validation")
        if name in channels
    }
    data.same_width(*tables.values())
    return {name: table.matrix() for name, table in tables.items()}


def _metrics(given: dict[str, Any]) -> list[str]:
    """Take the metrics out, leave the library's own ones in, and return all: what is asked for, and the objective."""
    asked = list(given.pop("eval_metric", []))
    objective = given.pop("_tuning_objective_metric", None)
    if objective is not None:
        name = objective.partition(":")[2]
        asked = [*(each for each in asked if each != name), name]  # last: early stopping goes by it
    asked = list(dict.fromkeys(asked))
    if theirs := [name for name in asked if name not in MEASURES]:
        given["eval_metric"] = theirs
    elif asked:
        given["disable_default_eval_metric"] = True
    return asked


def _early_stopping(rounds: int, measured: list[str]) -> xgboost.callback.EarlyStopping:
    metric = measured[-1] if measured else None
    maximize = metric not in MINIMIZED if metric in MEASURES else None  # of its own ones the library knows
    return xgboost.callback.EarlyStopping(rounds, metric_name=metric, data_name="validation", maximize=maximize)


class _SavedEachRound(xgboost.callback.TrainingCallback):
    """Keeps the model of the last round, and ends well when asked to stop."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Replace the model at once, so that it is whole whenever the program ends."""
        partial = self._folder / f".{MODEL}"
        model.save_model(partial)
        partial.replace(self._folder / MODEL)
        return False
