"""``check``: the walk over the service model, then the rules that look at several fields."""

from __future__ import annotations

from cdk_hpo.checks import rules as _rules  # noqa: F401  (importing them registers them)
from cdk_hpo.checks.parts import Algorithm, Channel, Resources, Source
from cdk_hpo.checks.paths import rendered, sort_key
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.registry import (
    ALGORITHM,
    BUILT_IN,
    CHANNEL,
    CONFIG,
    CONTINUOUS_RANGE,
    DEFINITION,
    FILE_SYSTEM,
    INTEGER_RANGE,
    LISTED,
    OWN_IMAGE,
    RANGES,
    REQUEST,
    RESOURCES,
    S3_SOURCE,
    TUNING_RESOURCES,
    Scope,
)
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import structs
from cdk_hpo.checks.view import Definition, Ranges, Request
from cdk_hpo.checks.walk import Problems, compiled_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdk_hpo.checks.findings import Finding


def check(request: Mapping[str, object]) -> list[Finding]:
    """Check a CreateHyperParameterTuningJob request against every documented rule.

    Parameters
    ----------
    request
        The request in boto3 form. It may hold CDK tokens and CloudFormation intrinsics: what they
        stand for is not judged. Anything else is allowed too and is reported, never raised, but for a
        definition or a part of one.

    Returns
    -------
    list[Finding]
        All problems: errors first, then by path. Empty when there is nothing to say.

    Raises
    ------
    TypeError
        When a `TuningJobDefinition` is given: it has a ``check()`` of its own.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """
    problems: Problems = []
    clean = compiled_request()(request, None, "", problems)
    if clean.__class__ is dict:
        view = Request(clean)
        _ask(view, Report(problems))
        view.release()
    elif hasattr(type(request), "to_wire"):
        raise TypeError(
            f"check: expected a request in boto3 form, got {type(request).__name__}: "
            "a TuningJobDefinition is checked by definition.check()"
        )
    return _findings(problems) if problems else []


def _ask(request: Request, report: Report) -> None:
    REQUEST.ask(request, report)
    CONFIG.ask(request.config, report)
    _ask_ranges(request.config.ranges, report)
    for definition in request.definitions:
        _ask_definition(definition, report)


def _ask_definition(definition: Definition, report: Report) -> None:
    data, path = definition.data, definition.path
    DEFINITION.ask(definition, report)
    if definition.listed:
        LISTED.ask(definition, report)
    _ask_ranges(definition.own_ranges, report)
    algorithm = Algorithm(definition)
    ALGORITHM.ask(algorithm, report)
    if algorithm.image is not None:
        (BUILT_IN if algorithm.builtin else OWN_IMAGE).ask(algorithm, report)
    elif algorithm.metrics and algorithm.data.get("TrainingImage") is UNKNOWN:
        # Only an own image has metrics to be defined, whatever its address turns out to be.
        OWN_IMAGE.ask(algorithm, report)
    for index, item in structs(data, "InputDataConfig"):
        _ask_channel(Channel(item, ((path, "InputDataConfig"), index), definition, algorithm.input_mode), report)
    for name, scope in (("ResourceConfig", RESOURCES), ("HyperParameterTuningResourceConfig", TUNING_RESOURCES)):
        if data.get(name).__class__ is dict:
            scope.ask(Resources(data[name], (path, name), definition), report)


_SOURCES: tuple[tuple[str, Scope], ...] = (("S3DataSource", S3_SOURCE), ("FileSystemDataSource", FILE_SYSTEM))


def _ask_channel(channel: Channel, report: Report) -> None:
    CHANNEL.ask(channel, report)
    for name, scope in _SOURCES:
        source = channel.source.get(name)
        if source.__class__ is dict:
            scope.ask(Source(source, ((channel.path, "DataSource"), name), channel), report)


def _ask_ranges(ranges: Ranges | None, report: Report) -> None:
    if ranges is None:
        return
    RANGES.ask(ranges, report)
    for number_range in ranges.unusual():
        scope = INTEGER_RANGE if number_range.integer else CONTINUOUS_RANGE
        scope.ask(number_range, report)


def _findings(problems: Problems) -> list[Finding]:
    """Name severity and source, drop what is said twice, and put the worst first."""
    # A request without findings needs neither: they take longer to load than it takes to check it.
    from cdk_hpo.checks.findings import Finding, Severity
    from cdk_hpo.checks.pages import page_of
    from cdk_hpo.checks.rule_catalogue import rule

    found: dict[tuple[str, str, str], Finding] = {}
    for rule_id, problem in problems:
        entry = rule(rule_id)
        path, message = rendered(problem.path), problem.message
        found[rule_id, path, message] = Finding(
            rule=rule_id,
            severity=entry.severity or Severity.ERROR,
            path=path,
            message=message,
            source=page_of(problem.path) if entry.by_structure else entry.source,
            given=problem.given,
            allowed=problem.allowed,
            advice=problem.advice,
        )
    return sorted(
        found.values(),
        key=lambda finding: (
            finding.severity is not Severity.ERROR,
            sort_key(finding.path),
            finding.rule,
            finding.message,
        ),
    )
