"""Credentials in places that anybody who describes the job can read. They are never repeated."""

from __future__ import annotations

from cdk_hpo.checks.paths import MapKey, Path, at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import is_credential
from cdk_hpo.checks.registry import DEFINITION, RANGES, rule
from cdk_hpo.checks.values import items, structs, text
from cdk_hpo.checks.view import Definition, Ranges


def _leak(path: Path, report: Report) -> None:
    report(
        path,
        "a text that holds an access key id or a private key",
        "no credentials",
        "Give the role the permission, or read the secret from AWS Secrets Manager while training.",
    )


@rule("hyperparameter-secrets", DEFINITION, when="StaticHyperParameters")
def static_values(definition: Definition, report: Report) -> None:
    """No credential is a static hyperparameter."""
    for key, value in definition.static.items():
        if isinstance(value, str) and is_credential(value):
            _leak(at(definition.path, "StaticHyperParameters", MapKey(key)), report)


@rule("hyperparameter-secrets", RANGES, when="CategoricalParameterRanges")
def category_values(ranges: Ranges, report: Report) -> None:
    """No credential is a category."""
    for index, item in enumerate(ranges.categorical):
        for place, value in enumerate(items(item, "Values") if item.__class__ is dict else ()):
            if isinstance(value, str) and is_credential(value):
                _leak(at(ranges.path, "CategoricalParameterRanges", index, "Values", place), report)


@rule("hyperparameter-secrets", RANGES, when="AutoParameters")
def hint_values(ranges: Ranges, report: Report) -> None:
    """No credential is a hint."""
    for index, item in structs(ranges.data, "AutoParameters"):
        if is_credential(text(item, "ValueHint") or ""):
            _leak(at(ranges.path, "AutoParameters", index, "ValueHint"), report)


@rule("environment-secrets", DEFINITION, when="Environment")
def environment_values(definition: Definition, report: Report) -> None:
    """No credential is an environment variable."""
    environment = definition.data["Environment"]
    for key, value in environment.items() if environment.__class__ is dict else ():
        if isinstance(value, str) and is_credential(value):
            _leak(at(definition.path, "Environment", MapKey(key)), report)
