"""Static and tuned hyperparameters together: names and totals."""

from __future__ import annotations

from cdk_hpo.checks.paths import MapKey, at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import DEFINITION, RANGES, REQUEST, rule
from cdk_hpo.checks.view import Definition, Ranges, Request

_MOST = 100
_RESERVED = "_tuning_objective_metric"


@rule("tunable-count-job-total", REQUEST, when="TrainingJobDefinitions")
def tuned_in_all(request: Request, report: Report) -> None:
    """All definitions together tune at most 30 hyperparameters, as one reading of the quota has it."""
    counts = [definition.own_ranges.count for definition in request.definitions if definition.own_ranges]
    if request.list_mode and sum(counts) > 30 and max(counts) <= 30:
        report(
            at(None, "TrainingJobDefinitions"),
            f"{sum(counts)} ranges in all definitions together",
            "30, if the quota is meant for the whole job",
            "Expect a refusal, or tune less.",
            sum(counts),
        )


@rule("static-tunable-overlap", DEFINITION, when="StaticHyperParameters")
def static_and_tuned(definition: Definition, report: Report) -> None:
    """A hyperparameter is either static or tuned."""
    static = definition.static
    for name in dict.fromkeys(name for ranges in definition.ranges for name in ranges.names if name in static):
        report(
            at(definition.path, "StaticHyperParameters", MapKey(name)),
            f"{shown(name)} is static and has a range",
            "either a static value or a range",
            "Remove one of the two.",
            name,
        )


@rule("hyperparameters-total-max", DEFINITION)
def too_many(definition: Definition, report: Report) -> None:
    """At most 100 hyperparameters; more than 100 static ones are the service model's matter."""
    count = definition.total
    if count > _MOST >= len(definition.static):
        report(
            definition.path,
            f"{count} hyperparameters, static and tuned together",
            f"at most {_MOST}",
            f"Remove {count - _MOST} of them.",
            count,
        )


@rule("hyperparameters-total-headroom", DEFINITION)
def no_headroom(definition: Definition, report: Report) -> None:
    """Exactly 100 leave no room for the one that the service adds."""
    if definition.total == _MOST and not definition.ranges_unknown:
        report(
            definition.path,
            f"{_MOST} hyperparameters, and SageMaker adds {_RESERVED}",
            f"at most {_MOST - 1} of your own",
            "Remove one.",
            _MOST,
        )


@rule("reserved-hyperparameter", DEFINITION, when="StaticHyperParameters")
def reserved_static(definition: Definition, report: Report) -> None:
    """The service's own hyperparameter is not set."""
    if _RESERVED in definition.static:
        path = at(definition.path, "StaticHyperParameters", MapKey(_RESERVED))
        report(path, f"{_RESERVED} is set by SageMaker", "other names", "Remove it.", _RESERVED)


@rule("reserved-hyperparameter", RANGES)
def reserved_range(ranges: Ranges, report: Report) -> None:
    """The service's own hyperparameter is not tuned."""
    if _RESERVED not in ranges.names:
        return
    for path, name in zip(ranges.name_paths(), ranges.names, strict=True):
        if name == _RESERVED:
            report(path, f"{_RESERVED} is set by SageMaker", "other names", "Remove the range.", _RESERVED)
