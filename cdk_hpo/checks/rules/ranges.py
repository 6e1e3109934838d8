"""Hyperparameter ranges: bounds, scaling, values."""

from __future__ import annotations

from cdk_hpo.checks.numbers import compare
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import CONTINUOUS_RANGE, INTEGER_RANGE, RANGES, rule
from cdk_hpo.checks.values import items, repeated, text, texts
from cdk_hpo.checks.view import NumberRange, Ranges

_MOST = 30


@rule("tunable-count-max", RANGES)
def count(ranges: Ranges, report: Report) -> None:
    """At most 30 hyperparameters are searched; a single list over 30 is the service model's matter."""
    longest = max(len(ranges.integer), len(ranges.continuous), len(ranges.categorical))
    if ranges.count > _MOST >= longest:
        report(
            ranges.path,
            f"{ranges.count} ranges (integer, continuous and categorical together)",
            f"at most {_MOST}",
            f"Remove {ranges.count - _MOST} of them.",
            ranges.count,
        )


@rule("range-name-unique", RANGES)
def names_unique(ranges: Ranges, report: Report) -> None:
    """A hyperparameter has one range."""
    if len(set(ranges.names)) == len(ranges.names):
        return
    paths = ranges.name_paths()
    for place, name in repeated(list(enumerate(ranges.names))):
        report(paths[place], f"{shown(name)} has two ranges", "one range for each name", "Remove or rename one.", name)


@rule("integer-range-integers", INTEGER_RANGE)
def integers(number_range: NumberRange, report: Report) -> None:
    """The bounds of an integer range are plain integers."""
    if number_range.order is None:
        _malformed(
            number_range,
            "integer",
            'digits with or without a sign, as "-1" or "10"',
            "Round it, or make the range continuous.",
            report,
        )


@rule("continuous-range-numbers", CONTINUOUS_RANGE)
def decimals(number_range: NumberRange, report: Report) -> None:
    """The bounds of a continuous range are finite numbers."""
    if number_range.order is None:
        _malformed(
            number_range,
            "finite number",
            'decimal numbers, as "0.01" or "1e-5"',
            "Write a number; for names, use a categorical range.",
            report,
        )


def _malformed(number_range: NumberRange, kind: str, allowed: str, advice: str, report: Report) -> None:
    for name, bound in (("MinValue", number_range.low), ("MaxValue", number_range.high)):
        value = text(number_range.data, name)
        if bound is None and value is not None:
            path = at(number_range.path, name)
            report(path, f"{shown(value)} is no {kind}", allowed, advice, value)


@rule("range-min-le-max", INTEGER_RANGE, CONTINUOUS_RANGE)
def ordered(number_range: NumberRange, report: Report) -> None:
    """MinValue does not exceed MaxValue."""
    if number_range.order == 1:
        low, high = number_range.low, number_range.high
        found = f"MinValue {shown(low)} exceeds MaxValue {shown(high)}"
        report(number_range.path, found, "MinValue below MaxValue", "Exchange the two.", low)


@rule("range-min-lt-max", INTEGER_RANGE, CONTINUOUS_RANGE)
def not_a_point(number_range: NumberRange, report: Report) -> None:
    """A range has more than one value."""
    if number_range.order == 0:
        low = number_range.low
        found = f"MinValue and MaxValue are both {shown(low)}, which leaves nothing to tune"
        advice = "Widen the range, or make it a static hyperparameter."
        report(number_range.path, found, "MinValue below MaxValue", advice, low)


@rule("log-scale-positive", INTEGER_RANGE, CONTINUOUS_RANGE, when="ScalingType", equals="Logarithmic")
def logarithmic(number_range: NumberRange, report: Report) -> None:
    """A logarithmic range is above zero."""
    low = number_range.low
    if low is not None and compare(low, "0") in (-1, 0):
        found = f"MinValue {shown(low)} with ScalingType Logarithmic"
        path = at(number_range.path, "MinValue")
        report(path, found, "a MinValue above 0", "Raise MinValue, or use Linear or Auto.", low)


@rule("reverse-log-range", CONTINUOUS_RANGE, when="ScalingType", equals="ReverseLogarithmic")
def reverse_logarithmic(number_range: NumberRange, report: Report) -> None:
    """A reverse logarithmic range lies in 0 <= x < 1."""
    low, high = number_range.low, number_range.high
    for name, bound, wrong in (
        ("MinValue", low, low is not None and compare(low, "0") == -1),
        ("MaxValue", high, high is not None and compare(high, "1") in (0, 1)),
    ):
        if wrong:
            found = f"{name} {shown(bound)} with ScalingType ReverseLogarithmic"
            path = at(number_range.path, name)
            report(path, found, "0 <= x < 1", "Narrow the range, or use Linear or Auto.", bound)


@rule("reverse-log-continuous-only", INTEGER_RANGE, when="ScalingType", equals="ReverseLogarithmic")
def reverse_logarithmic_integer(number_range: NumberRange, report: Report) -> None:
    """Integer ranges have no reverse logarithmic scale."""
    report(
        at(number_range.path, "ScalingType"),
        "ReverseLogarithmic for an integer range",
        "Auto, Linear or Logarithmic for integers",
        "Choose one of these, or make the range continuous.",
        "ReverseLogarithmic",
    )


@rule("categorical-values-unique", RANGES, when="CategoricalParameterRanges")
def values_unique(ranges: Ranges, report: Report) -> None:
    """A categorical range names each value once."""
    for index, item in enumerate(ranges.categorical):
        values = items(item, "Values") if item.__class__ is dict else []
        if len(set(values)) == len(values):
            continue
        for place, value in repeated(texts(values)):
            path = at(ranges.path, "CategoricalParameterRanges", index, "Values", place)
            report(path, f"{shown(value)} is listed twice", "distinct values", "Remove one.", value)


@rule("auto-parameters-need-autotune", RANGES, when="AutoParameters")
def auto_without_autotune(ranges: Ranges, report: Report) -> None:
    """Auto parameters need Autotune."""
    if ranges.auto and not ranges.autotune:
        report(
            at(ranges.path, "AutoParameters"),
            f"{len(ranges.auto)} auto parameters without Autotune",
            "auto parameters together with Autotune",
            'Add Autotune {"Mode": "Enabled"}, or give ranges instead.',
        )
