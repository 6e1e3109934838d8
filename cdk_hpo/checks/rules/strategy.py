"""Search strategies: what Hyperband and Grid need."""

from __future__ import annotations

from cdk_hpo.checks.numbers import compare
from cdk_hpo.checks.paths import MapKey, Path, at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.registry import CONFIG, rule
from cdk_hpo.checks.rules.limits import categorical_combinations
from cdk_hpo.checks.unknown import UNKNOWN, has_mark
from cdk_hpo.checks.values import Data, number, struct, unknown
from cdk_hpo.checks.view import Config, Definition, Ranges, Request

_EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
_LARGEST = 20_000
_MOST_GRID = 750


@rule("strategy-config-hyperband-only", CONFIG, when="StrategyConfig")
def settings_without_hyperband(config: Config, report: Report) -> None:
    """Only Hyperband has settings."""
    if config.strategy not in (None, "Hyperband"):
        report(
            at(config.path, "StrategyConfig"),
            f"StrategyConfig with strategy {config.strategy}",
            "StrategyConfig with Hyperband only",
            "Remove it, or set Strategy to Hyperband.",
        )


@rule("hyperband-early-stopping-off", CONFIG, when="TrainingJobEarlyStoppingType", equals="Auto")
def two_ways_to_stop(config: Config, report: Report) -> None:
    """Hyperband stops jobs itself."""
    if config.strategy == "Hyperband":
        report(
            at(config.path, "TrainingJobEarlyStoppingType"),
            "early stopping Auto with Hyperband, which stops jobs itself",
            "Off with Hyperband",
            "Set it to Off, or leave it out.",
            "Auto",
        )


def _settings(config: Config) -> tuple[Data, bool]:
    """Hyperband's settings, and whether MaxResource may stand in a token."""
    outer = struct(config.data, "StrategyConfig")
    inner = struct(outer, "HyperbandStrategyConfig")
    unsure = unknown(config.data, "StrategyConfig") or unknown(outer, "HyperbandStrategyConfig")
    return inner, unsure or unknown(inner, "MaxResource")


def _inferred(definition: Definition) -> tuple[str | None, str | None]:
    """The static hyperparameter that MaxResource is inferred from, and its value when it is usable."""
    present = [name for name in _EPOCHS if name in definition.static]
    for name in present:
        value = definition.static[name]
        if value is UNKNOWN:
            return name, None
        if value.isascii() and value.isdecimal() and compare(value, "1") in (0, 1):
            return name, value
    return (present[0], None) if present else (None, None)


def _infers(definition: Definition) -> bool:
    """MaxResource is inferred from this definition, and everything needed for that is known."""
    config = definition.request.config
    settings, unsure = _settings(config)
    return (
        not unsure
        and "MaxResource" not in settings
        and definition.data.get("StaticHyperParameters") is not UNKNOWN
        and not any(has_mark(name) for name in definition.static)
    )


@rule("hyperband-max-resource-required", CONFIG, when="Strategy", equals="Hyperband")
def resource_given(config: Config, report: Report) -> None:
    """Hyperband knows the largest resource, or can infer it from each definition."""
    for definition in config.request.definitions:
        if _infers(definition) and _inferred(definition)[0] is None:
            report(
                definition.path,
                "Hyperband without MaxResource, and no static hyperparameter that it can be inferred from",
                f"MaxResource, or one of the static hyperparameters {', '.join(_EPOCHS)}",
                "Set StrategyConfig.HyperbandStrategyConfig.MaxResource.",
            )


@rule("hyperband-max-resource-inferable", CONFIG, when="Strategy", equals="Hyperband")
def resource_inferable(config: Config, report: Report) -> None:
    """The value to infer from is a positive integer."""
    for definition in config.request.definitions:
        name, value = _inferred(definition) if _infers(definition) else (None, None)
        if name is not None and value is None and definition.static[name] is not UNKNOWN:
            report(
                at(definition.path, "StaticHyperParameters", MapKey(name)),
                f"MaxResource is inferred from {name}, which is no positive integer",
                "digits only, at least 1",
                f"Correct {name}, or set HyperbandStrategyConfig.MaxResource.",
            )


def _largest(definition: Definition) -> tuple[Path, int] | None:
    """The inferred MaxResource and where it comes from; None when it is given or unknown."""
    if not _infers(definition):
        return None
    name, value = _inferred(definition)
    if name is None or value is None or len(value) > 400:
        return None
    return at(definition.path, "StaticHyperParameters", MapKey(name)), int(value)


def _resources(config: Config) -> list[tuple[Path, int]]:
    """Every MaxResource, given or inferred, with its path."""
    given = number(_settings(config)[0], "MaxResource")
    if given is not None:
        return [(at(config.path, "StrategyConfig", "HyperbandStrategyConfig", "MaxResource"), given)]
    found = [_largest(definition) for definition in config.request.definitions]
    return [largest for largest in found if largest is not None]


@rule("hyperband-max-resource-limit", CONFIG, when="Strategy", equals="Hyperband")
def resource_limit(config: Config, report: Report) -> None:
    """MaxResource is at most 20,000."""
    for path, largest in _resources(config):
        if largest > _LARGEST:
            advice = f"Lower it to {_LARGEST:,}, or count in larger units."
            report(path, f"MaxResource {largest}", f"at most {_LARGEST:,}", advice, largest)


@rule("hyperband-min-le-max", CONFIG, when="Strategy", equals="Hyperband")
def resources_ordered(config: Config, report: Report) -> None:
    """MinResource does not exceed MaxResource."""
    least = number(_settings(config)[0], "MinResource")
    for _, largest in _resources(config):
        if least is not None and least > largest:
            path = at(config.path, "StrategyConfig", "HyperbandStrategyConfig", "MinResource")
            found = f"MinResource {least} exceeds MaxResource {largest}"
            report(path, found, "MinResource below MaxResource", f"Lower it below {largest}.", least)
            return


@rule("hyperband-min-equals-max", CONFIG, when="Strategy", equals="Hyperband")
def nothing_to_stop(config: Config, report: Report) -> None:
    """MinResource is below MaxResource."""
    least = number(_settings(config)[0], "MinResource")
    for _, largest in _resources(config):
        if least is not None and least == largest:
            path = at(config.path, "StrategyConfig", "HyperbandStrategyConfig", "MinResource")
            found = f"MinResource and MaxResource are both {least}, so Hyperband has nothing to stop early"
            report(path, found, "MinResource below MaxResource", "Lower MinResource.", least)
            return


def _grids(request: Request) -> list[list[Ranges]]:
    """The sets of ranges that form a grid, one for each definition."""
    return [definition.ranges for definition in request.definitions if not definition.ranges_unknown]


@rule("grid-categorical-only", CONFIG, when="Strategy", equals="Grid")
def grid_of_categories(config: Config, report: Report) -> None:
    """Grid takes categorical ranges only."""
    request = config.request
    shared = [] if config.ranges is None else [config.ranges]
    own = [definition.own_ranges for definition in request.definitions if definition.own_ranges is not None]
    for ranges in shared + own:
        for name, there in (
            ("IntegerParameterRanges", ranges.integer),
            ("ContinuousParameterRanges", ranges.continuous),
        ):
            if there:
                advice = "Write the values to try as categorical ranges, or choose another strategy."
                report(at(ranges.path, name), f"{name} with strategy Grid", "categorical ranges only", advice)


@rule("grid-max-jobs-equals-combinations", CONFIG, when="Strategy", equals="Grid")
def grid_is_complete(config: Config, report: Report) -> None:
    """Grid runs every combination once."""
    request, jobs = config.request, config.max_jobs
    if jobs is None or not request.single_mode or request.autotune:
        return
    for grid in _grids(request):
        count = categorical_combinations(grid)
        discrete = not any(ranges.integer or ranges.continuous for ranges in grid)
        if discrete and count is not None and count != jobs:
            path = at(config.path, "ResourceLimits", "MaxNumberOfTrainingJobs")
            found = f"{jobs} training jobs for a grid of {count} combinations"
            report(path, found, f"{count}, or no MaxNumberOfTrainingJobs", "Leave it out: Grid counts by itself.", jobs)


@rule("grid-combinations-max", CONFIG, when="Strategy", equals="Grid")
def grid_size(config: Config, report: Report) -> None:
    """A grid has at most 750 combinations."""
    for grid in _grids(config.request):
        count = categorical_combinations(grid)
        if count is not None and count > _MOST_GRID:
            allowed = f"at most {_MOST_GRID}"
            report(grid[-1].path, f"a grid of {count} combinations", allowed, "Remove values or ranges.", count)
