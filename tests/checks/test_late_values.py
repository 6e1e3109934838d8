"""What is known only later silences no rule that could judge, and is itself judged by none."""

import datetime
import decimal
import json
from typing import Any

import pytest

from cdk_hpo.checks import check
from tests.shared import SHARED

CASES = json.loads((SHARED / "rules" / "dev_cases.json").read_text(encoding="utf-8"))
NAMES = {"job-name-length", "job-name-pattern", "warm-start-self-parent"}
TAGS = {rule for case in CASES for rule in case["errors"] if rule.startswith("tag")} | {"tags-count"}


def rules(request: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in check(request)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['near']}: {case['why']}")
def test_a_name_and_tags_that_are_tokens_silence_no_other_rule(case: dict[str, Any]) -> None:
    request = {**case["request"], "HyperParameterTuningJobName": "${Token[Name.1]}", "Tags": "${Token[Tags.2]}"}
    request["Tags"] = [{"Key": "${Token[Tags.2]}", "Value": "x"}] if case["request"].get("Tags") else []
    expected = {*case["errors"], *case["warnings"]} - NAMES - TAGS
    found = rules(request) - TAGS
    if "HyperParameterTuningJobName" not in case["request"]:
        expected.discard("required-field")
        found.discard("required-field")
    assert found - NAMES == expected


def changed(**training: Any) -> dict[str, Any]:
    case = next(case for case in CASES if not case["errors"] and "TrainingJobDefinition" in case["request"])
    request: dict[str, Any] = json.loads(json.dumps(case["request"]))
    request["TrainingJobDefinition"].update(training)
    return request


@pytest.mark.parametrize("text", ["{{resolve:ssm:/out}}", "dummy-value-for-/out"])
def test_what_is_looked_up_later_is_not_judged(text: str) -> None:
    request = changed(
        RoleArn=text,
        OutputDataConfig={"S3OutputPath": text, "KmsKeyId": text},
        ResourceConfig={"InstanceType": text, "InstanceCount": 1, "VolumeSizeInGB": 10},
        VpcConfig={"SecurityGroupIds": [text], "Subnets": [text]},
    )
    request["TrainingJobDefinition"]["AlgorithmSpecification"]["TrainingImage"] = text
    assert [finding for finding in check(request) if finding.severity == "error"] == []


@pytest.mark.parametrize(
    "value",
    [b"x", decimal.Decimal(1), {1}, frozenset(), range(2), 1j, datetime.date(2026, 1, 1), object()],
    ids=lambda value: type(value).__name__,
)
def test_objects_that_no_request_can_hold(value: Any) -> None:
    assert "wrong-type" in rules(changed(StaticHyperParameters={"a": value}))
    assert "wrong-type" in rules(changed(StaticHyperParameters=value))


class Resolvable:
    """A token as the CDK has them."""

    creation_stack: tuple[str, ...] = ()

    def resolve(self, _: object) -> str:
        return ""


def test_tokens_as_objects() -> None:
    assert "wrong-type" not in rules(changed(StaticHyperParameters={"a": Resolvable()}))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a" * 33, {"job-name-length"}),
        ("a" * 31 + "-b", {"job-name-length"}),
        ("a" * 32 + "_", {"job-name-length", "job-name-pattern"}),
        ("a" * 40 + "-", {"job-name-length", "job-name-pattern"}),
    ],
)
def test_names_that_are_too_long(name: str, expected: set[str]) -> None:
    assert (
        rules({**changed(), "HyperParameterTuningJobName": name}) & {"job-name-length", "job-name-pattern"} == expected
    )


@pytest.mark.parametrize(
    "secret", ["ghp_" + "a" * 36 + "!", "https://user:hunter2@example.com/?!", "s3://b/k?X-Amz-Signature=0123!"]
)
def test_more_secrets_that_are_not_repeated(secret: str) -> None:
    request = {**changed(), "Tags": [{"Key": "k", "Value": secret}]}
    assert secret not in repr(check(request))
