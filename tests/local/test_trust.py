from typing import Any

import pytest

from cdk_hpo.local.trust import trusts
from tests.local.requests import trust

SERVICE = "sagemaker.amazonaws.com"
TUNING = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/job"
TRAINING = "arn:aws:sagemaker:us-east-1:123456789012:training-job/job-001-00000000"


def allowed(document: dict[str, Any], source: str = TUNING) -> bool:
    return trusts(document, SERVICE, account="123456789012", region="us-east-1", source_arn=source)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (trust(), True),
        (trust("lambda.amazonaws.com"), False),
        (trust(StringEquals={"aws:SourceAccount": "123456789012"}), True),
        (trust(StringEquals={"aws:SourceAccount": ["111122223333"]}), False),
        (trust(ArnLike={"aws:SourceArn": "arn:aws:sagemaker:us-east-1:123456789012:*"}), True),
        (
            trust(ArnLike={"aws:SourceArn": "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/*"}),
            True,
        ),
        (trust(ArnLike={"aws:SourceArn": "arn:aws:sagemaker:*:*:hyper-parameter-tuning-job/other-*"}), False),
        (trust(ArnEquals={"aws:SourceArn": TUNING}), True),
        (trust(StringEquals={"aws:NoSuchKey": "x"}), False),
        ({"Statement": [*trust()["Statement"], {**trust()["Statement"][0], "Effect": "Deny"}]}, False),
        ({"Statement": {**trust()["Statement"][0], "Action": ["sts:TagSession"]}}, False),
        ({"Statement": {**trust()["Statement"][0], "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}}, False),
        ({}, False),
    ],
)
def test_who_may_assume(document: dict[str, Any], expected: bool) -> None:
    assert allowed(document) is expected


def test_the_source_is_the_job_that_runs() -> None:
    document = trust(ArnLike={"aws:SourceArn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/*"})
    assert allowed(document, TRAINING)
    assert not allowed(document, TUNING)
