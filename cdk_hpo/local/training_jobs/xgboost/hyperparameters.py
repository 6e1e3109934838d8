"""The hyperparameters of the built-in algorithm: their types and bounds.

https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html
"""

import ast
from collections.abc import Mapping
from typing import Any

from .problem import UserError

# Lowest and highest value, None for no bound.
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    "num_round": (1, None),
    "csv_weights": (0, 1),
    "early_stopping_rounds": (1, None),
    "verbosity": (0, 3),
    "nthread": (1, None),
    "max_depth": (0, None),
    "refresh_leaf": (0, 1),
    "max_leaves": (0, None),
    "max_bin": (0, None),
    "one_drop": (0, 1),
    "num_class": (2, None),
    "seed": (None, None),
    "num_parallel_tree": (1, None),
}
_NUMBERS: dict[str, tuple[float | None, float | None]] = {
    "eta": (0, 1),
    "gamma": (0, None),
    "min_child_weight": (0, None),
    "max_delta_step": (0, None),
    "subsample": (0, 1),
    "colsample_bytree": (0, 1),
    "colsample_bylevel": (0, 1),
    "colsample_bynode": (0, 1),
    "lambda": (0, None),
    "alpha": (0, None),
    "sketch_eps": (0, 1),
    "scale_pos_weight": (0, None),
    "rate_drop": (0, 1),
    "skip_drop": (0, 1),
    "lambda_bias": (0, 1),
    "tweedie_variance_power": (1, 2),
    "base_score": (None, None),
    "huber_slope": (0, None),
    "aft_loss_distribution_scale": (0, None),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "booster": ("gbtree", "gblinear", "dart"),
    "tree_method": ("auto", "exact", "approx", "hist"),
    "process_type": ("default", "update"),
    "grow_policy": ("depthwise", "lossguide"),
    "sample_type": ("uniform", "weighted"),
    "normalize_type": ("tree", "forest"),
    "save_model_on_termination": ("true", "false"),
    "aft_loss_distribution": ("normal", "logistic", "extreme"),
}
_LISTS = ("eval_metric", "updater")
_TEXTS = ("objective", "_tuning_objective_metric")
_LITERALS = ("monotone_constraints", "interaction_constraints")
# Known to older versions of the algorithm; the library no longer takes them, and they change no result.
_WITHOUT_EFFECT = ("dsplit", "predictor", "deterministic_histogram", "single_precision_histogram", "sketch_eps")
_ALIASES = {"learning_rate": "eta", "min_split_loss": "gamma", "reg_lambda": "lambda", "reg_alpha": "alpha"}


def typed(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the values behind the texts; UserError for what the algorithm refuses."""
    named = {_ALIASES.get(name, name): value.strip('"') for name, value in given.items()}
    if "num_round" not in named:
        raise UserError("Missing required hyperparameter: num_round")
    found = {name: _value(name, text) for name, text in named.items()}
    if str(found.get("objective")).startswith("multi:") and "num_class" not in found:
        raise UserError("Require input for parameter 'num_class' for multi-classification")
    return {name: value for name, value in found.items() if name not in _WITHOUT_EFFECT}


def _value(name: str, text: str) -> Any:
    if name in _INTEGERS:
        return _bounded(name, _parsed(name, text, int), *_INTEGERS[name])
    if name in _NUMBERS:
        return _bounded(name, _parsed(name, text, float), *_NUMBERS[name])
    if name in _CHOICES:
        if text not in _CHOICES[name]:
            raise UserError(f"Hyperparameter {name}: {text} is not in {list(_CHOICES[name])}")
        return text
    if name in _LISTS:
        return [each.strip() for each in text.split(",")]
    if name in _LITERALS:
        return _parsed(name, text, ast.literal_eval)
    if name in _TEXTS or name in _WITHOUT_EFFECT:
        return text
    raise UserError(f"Extraneous hyperparameter found: {name}")


def _parsed(name: str, text: str, parse: Any) -> Any:
    try:
        return parse(text)
    except (ValueError, SyntaxError):
        raise UserError(f"Hyperparameter {name}: could not parse value {text!r}") from None


def _bounded(name: str, value: float, low: float | None, high: float | None) -> float:
    if not ((low is None or value >= low) and (high is None or value <= high)):
        raise UserError(f"Hyperparameter {name}: {value} is not in [{low}, {high}]")
    return value
