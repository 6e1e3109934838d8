"""One definition or a list of them: what each form needs and excludes."""

from __future__ import annotations

from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import CONFIG, DEFINITION, LISTED, REQUEST, rule
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import duplicates, given, struct, text
from cdk_hpo.checks.view import Config, Definition, Request

_BELONGS = "one in each definition of the list"


@rule("definitions-exactly-one", REQUEST)
def one_form(request: Request, report: Report) -> None:
    """Exactly one of the two forms is given."""
    if request.single_mode or request.list_mode:
        return
    if "TrainingJobDefinition" in request.data:
        found, advice = "both TrainingJobDefinition and TrainingJobDefinitions", "Remove one of them."
    else:
        found, advice = "neither TrainingJobDefinition nor TrainingJobDefinitions", "Add one of them."
    report(None, found, "exactly one of the two", advice)


@rule("list-mode-definition-name", LISTED)
def name_in_list(definition: Definition, report: Report) -> None:
    """A definition in the list has a name."""
    if "DefinitionName" not in definition.data:
        report(definition.path, "DefinitionName is missing", "a name for each in a list", "Add DefinitionName.")


@rule("definition-name-unique", REQUEST, when="TrainingJobDefinitions")
def names_unique(request: Request, report: Report) -> None:
    """No two definitions share a name."""
    for index, name in duplicates(request.data, "TrainingJobDefinitions", "DefinitionName"):
        path = at(None, "TrainingJobDefinitions", index, "DefinitionName")
        report(path, f"{shown(name)} names two definitions", "a different name for each", "Rename one of them.", name)


@rule("list-mode-definition-objective", LISTED)
def objective_in_list(definition: Definition, report: Report) -> None:
    """A definition in the list has its own objective."""
    if definition.request.list_mode and "TuningObjective" not in definition.data:
        report(
            definition.path,
            "TuningObjective is missing",
            "an objective for each definition of a list",
            "Add TuningObjective.",
        )


@rule("list-mode-definition-ranges", LISTED)
def ranges_in_list(definition: Definition, report: Report) -> None:
    """A definition in the list tunes something."""
    request = definition.request
    if not request.list_mode or request.autotune or definition.ranges_unknown:
        return
    if definition.own_ranges is None or definition.own_ranges.count == 0:
        report(
            definition.path,
            "a definition without ranges tunes nothing",
            "ranges for each definition of a list",
            "Add HyperParameterRanges, or remove the definition.",
        )


@rule("list-mode-no-config-objective", CONFIG, when="HyperParameterTuningJobObjective")
def no_shared_objective(config: Config, report: Report) -> None:
    """The job's configuration has no objective beside a list of definitions."""
    if config.request.list_mode:
        report(
            at(config.path, "HyperParameterTuningJobObjective"),
            "an objective for the whole job beside TrainingJobDefinitions",
            _BELONGS,
            "Move it into the definitions as TuningObjective.",
        )


@rule("list-mode-no-config-ranges", CONFIG, when="ParameterRanges")
def no_shared_ranges(config: Config, report: Report) -> None:
    """The job's configuration has no ranges beside a list of definitions."""
    if config.request.list_mode and any(given(struct(config.data, "ParameterRanges"), name) for name in _LISTS):
        report(
            at(config.path, "ParameterRanges"),
            "ranges for the whole job beside TrainingJobDefinitions",
            _BELONGS,
            "Move them into the definitions as HyperParameterRanges.",
        )


_LISTS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges", "AutoParameters")


@rule("definitions-same-objective-type", REQUEST, when="TrainingJobDefinitions")
def same_direction(request: Request, report: Report) -> None:
    """All definitions maximize, or all minimize."""
    seen: str | None = None
    for definition in request.definitions:
        direction = text(struct(definition.data, "TuningObjective"), "Type") if definition.listed else None
        if direction is None:
            continue
        if seen is not None and direction != seen:
            report(
                at(definition.path, "TuningObjective", "Type"),
                f"{direction} here, {seen} in another definition, although they are ranked against each other",
                "one direction for all definitions",
                "Use a metric with the same direction everywhere.",
                direction,
            )
            return
        seen = direction


@rule("objective-required", REQUEST, when="HyperParameterTuningJobConfig")
def objective_required(request: Request, report: Report) -> None:
    """A job with a single definition has an objective."""
    if not request.single_mode or request.data["HyperParameterTuningJobConfig"] is UNKNOWN:
        return
    if "HyperParameterTuningJobObjective" in request.config.data:
        return
    if not any("TuningObjective" in definition.data for definition in request.definitions) and request.definitions:
        report(
            request.config.path,
            "HyperParameterTuningJobObjective is missing",
            "the metric to maximize or minimize",
            "Add HyperParameterTuningJobObjective.",
        )


@rule("single-mode-definition-objective", DEFINITION, when="TuningObjective")
def objective_in_single(definition: Definition, report: Report) -> None:
    """The objective of a job with a single definition stands in the job's configuration."""
    if definition.request.single_mode:
        report(
            at(definition.path, "TuningObjective"),
            "an objective in the only definition",
            "HyperParameterTuningJobConfig.HyperParameterTuningJobObjective",
            "Move it there; definitions have their own only in a list.",
        )


@rule("single-mode-definition-ranges", DEFINITION, when="HyperParameterRanges")
def ranges_in_single(definition: Definition, report: Report) -> None:
    """The ranges of a job with a single definition stand in the job's configuration."""
    if definition.request.single_mode:
        report(
            at(definition.path, "HyperParameterRanges"),
            "ranges in the only definition",
            "HyperParameterTuningJobConfig.ParameterRanges",
            "Move them there; definitions have their own only in a list.",
        )


@rule("ranges-required", REQUEST, when="HyperParameterTuningJobConfig")
def ranges_required(request: Request, report: Report) -> None:
    """Something is tuned, unless Autotune chooses it."""
    if request.autotune or (request.config.ranges is not None and request.config.ranges.count):
        return
    own = [definition.own_ranges for definition in request.definitions]
    if request.all_known() and not any(ranges is not None and ranges.count for ranges in own):
        report(
            request.config.path if request.single_mode else None,
            "no integer, continuous or categorical range",
            "at least one range, or Autotune",
            "Add ParameterRanges (HyperParameterRanges in a list of definitions), or Autotune.",
        )


@rule("env-total-max", REQUEST, when="TrainingJobDefinitions")
def environment_total(request: Request, report: Report) -> None:
    """All definitions together have at most 48 environment variables."""
    total = sum(len(struct(definition.data, "Environment")) for definition in request.definitions)
    if len(request.definitions) > 1 and total > 48:
        report(
            at(None, "TrainingJobDefinitions"),
            f"{total} environment variables in all definitions together",
            "at most 48",
            f"Remove {total - 48} of them.",
            total,
        )
