"""What findings say: the value given, what is allowed, what to do, and never a secret."""

import json
from typing import Any

import pytest

from cdk_hpo.checks import Finding, check
from cdk_hpo.checks.redaction import HIDDEN, reported, shown
from tests.checks.requests import edited

DEFINITION = "TrainingJobDefinition"
KEY = "AKIA0000000000000000"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----"
CONFIG = "HyperParameterTuningJobConfig"


def only(changes: dict[str, Any]) -> Finding:
    findings = check(edited(changes))
    assert len(findings) == 1, findings
    return findings[0]


@pytest.mark.parametrize(
    ("path", "value", "suggestion"),
    [
        (f"{DEFINITION}.ResourceConfig.InstanceType", "ml.m5.xlrge", "ml.m5.xlarge"),
        (f"{DEFINITION}.ResourceConfig.InstanceType", "m5.xlarge", "ml.m5.xlarge"),
        (f"{DEFINITION}.ResourceConfig.InstanceType", "ml.M5.2xlarge", "ml.m5.2xlarge"),
        (f"{CONFIG}.Strategy", "bayesian", "Bayesian"),
        (f"{CONFIG}.TrainingJobEarlyStoppingType", "OFF", "Off"),
        (f"{DEFINITION}.StoppingCondition.MaxRuntime", 5, "MaxRuntimeInSeconds"),
        (f"{DEFINITION}.RoleARN", "x", "RoleArn"),
        (f"{DEFINITION}.role_arn", "x", "RoleArn"),
    ],
)
def test_typing_errors_get_a_suggestion(path: str, value: object, suggestion: str) -> None:
    finding = only({path: value})
    assert finding.advice == f"Did you mean {suggestion}?"


def test_a_far_off_value_gets_none() -> None:
    assert "Did you mean" not in only({f"{CONFIG}.Strategy": "simulated annealing"}).advice


def test_a_finding_has_its_parts() -> None:
    finding = only({f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds": 2419201})
    assert finding.path == f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds"
    assert finding.given == 2419201
    assert "2419201" in finding.message and "2419200" in finding.allowed
    assert str(finding).startswith("error: TrainingJobDefinition.StoppingCondition")


def test_characters_that_are_refused_are_named() -> None:
    assert only({"HyperParameterTuningJobName": "my_job!"}).advice == 'Replace "_", "!".'


SECRET_PLACES = [
    {f"{DEFINITION}.StaticHyperParameters": {"key": KEY}},
    {f"{DEFINITION}.StaticHyperParameters": {"key": PEM}},
    {f"{DEFINITION}.StaticHyperParameters": {"password": "hunter2\n"}},
    {f"{DEFINITION}.StaticHyperParameters": {"password": "hunter2" * 400}},
    {f"{DEFINITION}.StaticHyperParameters": {"pin": 4711}},
    {f"{DEFINITION}.Environment": {"A": KEY + "x" * 600}},
    {f"{DEFINITION}.Environment": {"A": ["hunter2"]}},
    {f"{DEFINITION}.Environment": {"A": 4711}},
    {f"{DEFINITION}.Environment": {KEY: "hunter2", "9" + KEY: "x"}},
    {f"{DEFINITION}.Environment": f"TOKEN={KEY}"},
    {f"{CONFIG}.ParameterRanges.CategoricalParameterRanges[0].Values": [KEY, KEY, PEM]},
    {f"{CONFIG}.ParameterRanges.IntegerParameterRanges[0].MinValue": KEY},
    {f"{CONFIG}.Strategy": KEY},
    {KEY: 1},
    {f"{DEFINITION}.RoleArn": f"arn {KEY}"},
    {"Tags": [{"Key": KEY, "Value": PEM}]},
]


@pytest.mark.parametrize("changes", SECRET_PLACES)
def test_secrets_are_never_repeated(changes: dict[str, Any]) -> None:
    findings = check(edited(changes))
    assert findings
    for text in (repr(findings), "\n".join(map(str, findings))):
        for secret in (KEY, "MIIabc", "hunter2", "4711"):
            assert secret not in text


def test_long_and_odd_values_are_shortened() -> None:
    assert shown("x" * 1000).endswith("(1000 characters)")
    assert len(shown("x" * 1000)) < 80
    assert shown(10**5000) == "an integer of more than 38 digits"
    assert shown([1, 2]) == "a list of 2 items"
    assert shown("a\nb") == '"a\\nb"'
    assert HIDDEN in shown(KEY)
    assert HIDDEN in shown('{"password": "hunter2"}')
    assert HIDDEN in shown("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert shown("s3://bucket/tokenizer/secret-santa") == '"s3://bucket/tokenizer/secret-santa"'


VALUES = [float("nan"), float("inf"), 10**5000, "x" * 999, KEY, [1], {"a": 1}, None, True, 1, 2.5]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_what_is_reported_has_a_json_form(value: object) -> None:
    json.dumps(reported(value), allow_nan=False)


def test_findings_come_once_and_worst_first() -> None:
    request = edited(
        {
            f"{DEFINITION}.ResourceConfig.KeepAlivePeriodInSeconds": 99999,
            "Tags": [{"Key": f"k{n}", "Value": "#"} for n in range(12)],
        }
    )
    findings = check(request)
    assert [finding.severity for finding in findings] == sorted(finding.severity for finding in findings)
    tags = [finding.path for finding in findings if finding.rule == "tag-charset"]
    assert tags == [f"Tags[{n}].Value" for n in range(12)]
    assert len(set(findings)) == len(findings)
