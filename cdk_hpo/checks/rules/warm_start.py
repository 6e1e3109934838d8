"""Warm start and early stopping: what they cannot be combined with."""

from __future__ import annotations

from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import CONFIG, REQUEST, rule
from cdk_hpo.checks.values import repeated, struct, structs, text
from cdk_hpo.checks.view import Config, Request

_PARENTS = "ParentHyperParameterTuningJobs"
_NAME = "HyperParameterTuningJobName"


def _parents(request: Request) -> list[tuple[int, str]]:
    config = struct(request.data, "WarmStartConfig")
    return [(index, name) for index, item in structs(config, _PARENTS) if (name := text(item, _NAME)) is not None]


@rule("warm-start-single-definition", REQUEST, when="WarmStartConfig")
def one_algorithm(request: Request, report: Report) -> None:
    """Warm start works for one definition."""
    if len(request.listed) > 1:
        report(
            at(None, "WarmStartConfig"),
            f"warm start with {len(request.listed)} definitions",
            "warm start of one definition",
            "Remove WarmStartConfig, or make a job of each definition.",
        )


@rule("early-stopping-single-definition", CONFIG, when="TrainingJobEarlyStoppingType", equals="Auto")
def one_algorithm_to_stop(config: Config, report: Report) -> None:
    """Early stopping works for one definition."""
    count = len(config.request.listed)
    if count > 1:
        report(
            at(config.path, "TrainingJobEarlyStoppingType"),
            f"early stopping Auto with {count} definitions",
            "Off with several definitions",
            "Set it to Off, or make a job of each definition.",
            "Auto",
        )


@rule("warm-start-parent-name-required", REQUEST, when="WarmStartConfig")
def parent_named(request: Request, report: Report) -> None:
    """Each parent is named."""
    for index, item in structs(struct(request.data, "WarmStartConfig"), _PARENTS):
        if _NAME not in item:
            path = at(None, "WarmStartConfig", _PARENTS, index)
            report(path, f"{_NAME} is missing", "the name of a finished tuning job", f"Add {_NAME}.")


@rule("warm-start-parents-unique", REQUEST, when="WarmStartConfig")
def parents_unique(request: Request, report: Report) -> None:
    """Each parent is listed once; job names do not differ by case."""
    for index, name in repeated([(index, name.lower()) for index, name in _parents(request)]):
        path = at(None, "WarmStartConfig", _PARENTS, index, _NAME)
        report(path, f"{shown(name)} is listed twice (names ignore case)", "each parent once", "Remove one.", name)


@rule("warm-start-self-parent", REQUEST, when="WarmStartConfig")
def not_its_own_parent(request: Request, report: Report) -> None:
    """A job does not start from itself."""
    own = text(request.data, _NAME)
    for index, name in _parents(request):
        if own is not None and name.lower() == own.lower():
            path = at(None, "WarmStartConfig", _PARENTS, index, _NAME)
            found = f"{shown(name)} is this job's own name (names ignore case)"
            report(path, found, "other, finished tuning jobs", "Name the earlier job.", name)


@rule("warm-start-strategy", REQUEST, when="WarmStartConfig")
def described_strategies(request: Request, report: Report) -> None:
    """Warm start is described for Bayesian and Random."""
    strategy = request.config.strategy
    if strategy in ("Grid", "Hyperband"):
        report(
            at(request.config.path, "Strategy"),
            f"warm start with strategy {strategy}",
            "Bayesian or Random, according to the guide",
            "Choose one of these, or remove WarmStartConfig.",
            strategy,
        )
