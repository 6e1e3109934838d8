"""Findings of linters that stand: where the reasons are written."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from cdk_hpo.access.lint_findings import acknowledge
from tests.cdk import new_stack, template_of


def test_each_linter_finds_the_reasons_where_it_looks() -> None:
    stack = new_stack()
    bucket = s3.CfnBucket(stack, "Bucket")
    acknowledge(bucket, {"AwsSolutions-S1": "one", "CKV_AWS_18": "two", "W3005": "three"})
    assert template_of(stack)["Resources"]["Bucket"]["Metadata"] == {
        "cdk_nag": {"rules_to_suppress": [{"id": "AwsSolutions-S1", "reason": "one"}]},
        "checkov": {"skip": [{"id": "CKV_AWS_18", "comment": "two"}]},
        "cfn-lint": {"config": {"ignore_checks": ["W3005"]}, "reasons": {"W3005": "three"}},
    }


@pytest.mark.skipif(not hasattr(cdk, "Validations"), reason="this version of the CDK keeps no reasons")
def test_the_cdks_own_record_has_them_for_plugins() -> None:
    bucket = s3.CfnBucket(new_stack(), "Bucket")
    acknowledge(bucket, {"AwsSolutions-S1": "one"})
    key = cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    kept = [entry.data for entry in bucket.node.metadata if entry.type == key]
    assert len(kept) == 1 and "one" in str(kept[0])
