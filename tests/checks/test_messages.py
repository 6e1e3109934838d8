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


@pytest.mark.parametrize(
    ("path", "value", "found", "advice"),
    [
        ("HyperParameterTuningJobName", "my_job!", '"my_job!" holds "_", "!"', 'Write "my-job", for example.'),
        ("HyperParameterTuningJobName", "-job", '"-job" begins or ends wrongly', 'Write "job", for example.'),
        (f"{DEFINITION}.Environment", {"a-b": "c"}, '"a-b" holds "-"', 'Write "a_b", for example.'),
        (f"{DEFINITION}.RoleArn", "SageMakerExecutionRole", "no ARN of a role", "Write the role's ARN, not its name."),
        (f"{DEFINITION}.RoleArn", "MyRole", "has 6 characters", "Write the role's ARN, not its name."),
        (f"{DEFINITION}.RoleArn", "arn:aws:iam::1:role/hpo-role", "no ARN of a role", "it has 12 digits."),
        (f"{DEFINITION}.OutputDataConfig.S3OutputPath", "bucket/models", "no S3 address", "Begin it with s3:// and"),
        (f"{DEFINITION}.OutputDataConfig.S3OutputPath", "s3:///models", "no S3 address", "the bucket's name after"),
        (
            f"{DEFINITION}.StoppingCondition.MaxRuntimeInSeconds",
            0,
            "MaxRuntimeInSeconds is 0",
            "Raise it to 1 or more.",
        ),
        (f"{DEFINITION}.OutputDataConfig.KmsKeyId", "a.b", '"a.b" holds "."', "Replace or remove these characters."),
        (f"{DEFINITION}.VpcConfig", {"SecurityGroupIds": [], "Subnets": ["subnet-1"]}, "has no items", "Add one, or"),
        ("Tags", [{"Key": "", "Value": "v"}], "an empty text", "Write something, or leave the field out"),
        (f"{DEFINITION}.RoleArn", None, "None", "Leave the field out, or give it a value."),
        (f"{DEFINITION}.ResourceConfig.InstanceCount", True, "the boolean True", "Write an integer."),
        (f"{DEFINITION}.InputDataConfig", {}, "a structure", "Put it into a list."),
    ],
)
def test_what_is_wrong_and_what_to_do(path: str, value: object, found: str, advice: str) -> None:
    findings = [finding for finding in check(edited({path: value})) if finding.severity == "error"]
    assert any(found in finding.message and advice in finding.advice for finding in findings), findings


def test_an_instance_type_is_suggested_or_explained_but_no_unrelated_ones_are_listed() -> None:
    near = only({f"{DEFINITION}.ResourceConfig.InstanceType": "m5.large"})
    assert "ml.m4" not in near.message and near.advice == "Did you mean ml.m5.large?"
    far = only({f"{DEFINITION}.ResourceConfig.InstanceType": "the big one"})
    assert "ml.FAMILY.SIZE" in far.advice and "API reference" in far.advice
    assert far.source.endswith("API_ResourceConfig.html")


def test_the_source_is_the_page_of_the_structure_at_hand() -> None:
    ranges = f"{CONFIG}.ParameterRanges"
    for path, page in (
        (f"{ranges}.IntegerParameterRanges[0].MinValue", "API_IntegerParameterRange.html"),
        (f"{ranges}.ContinuousParameterRanges[0].MinValue", "API_ContinuousParameterRange.html"),
    ):
        (finding,) = check(edited({path: "9"}))
        assert finding.rule == "range-min-le-max" and finding.source.endswith(page)
    (finding,) = check(edited({"HyperParameterTuningJobName": ""}))
    assert finding.source.endswith("API_CreateHyperParameterTuningJob.html")
    (finding,) = check(edited({f"{DEFINITION}.Nonsense.Deep": 1}))
    assert finding.source.endswith("API_HyperParameterTrainingJobDefinition.html")


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


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/my-job", '"my-job"'),
        ("arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/", None),
        ("arn:aws:sagemaker:us-east-1:123456789012:training-job/my-job", None),
    ],
)
def test_an_arn_where_a_tuning_jobs_name_belongs(value: str, advice: str | None) -> None:
    findings = check(edited({"HyperParameterTuningJobName": value}))
    assert {each.rule for each in findings} == {"job-name-length", "job-name-pattern"}
    words = f"Write only the name that stands in the ARN: {advice}."
    assert [each.advice == words for each in findings] == [advice is not None] * 2
