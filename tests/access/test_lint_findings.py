"""Findings of linters that stand: where the reasons are written."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

import cdk_hpo as hpo
from cdk_hpo.access.lint_findings import CONTEXT_KEY, acknowledge, acknowledge_wildcards
from cdk_hpo.access.lint_wildcards import wildcards
from tests.cdk import feature_flags, new_stack, template_of
from tests.examples import minimal_definition

KEEPS_REASONS = pytest.mark.skipif(not hasattr(cdk, "Validations"), reason="this version of the CDK keeps no reasons")


def asking_stack() -> cdk.Stack:
    """Return an empty stack of an app that asks for all reasons."""
    return cdk.Stack(cdk.App(context={**feature_flags(), CONTEXT_KEY: True}, analytics_reporting=False), "Stack")


def kept(construct: IConstruct) -> set[str]:
    """Return the rules for which the CDK keeps a reason."""
    key = cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    found = [rule for entry in construct.node.metadata if entry.type == key for rule in entry.data]
    return {rule.partition("::")[2] for rule in found}


def test_each_linter_finds_the_reasons_where_it_looks() -> None:
    stack = new_stack()
    bucket = s3.CfnBucket(stack, "Bucket")
    acknowledge(bucket, {"AwsSolutions-S1": "one", "CKV_AWS_18": "two", "W3005": "three"})
    assert template_of(stack)["Resources"]["Bucket"]["Metadata"] == {
        "cdk_nag": {"rules_to_suppress": [{"id": "AwsSolutions-S1", "reason": "one"}]},
        "checkov": {"skip": [{"id": "CKV_AWS_18", "comment": "two"}]},
        "cfn-lint": {"config": {"ignore_checks": ["W3005"]}, "reasons": {"W3005": "three"}},
    }


@KEEPS_REASONS
def test_the_cdks_own_record_has_them_for_plugins() -> None:
    bucket = s3.CfnBucket(new_stack(), "Bucket")
    acknowledge(bucket, {"AwsSolutions-S1": "one"})
    key = cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY
    kept = [entry.data for entry in bucket.node.metadata if entry.type == key]
    assert len(kept) == 1 and "one" in str(kept[0])


@KEEPS_REASONS
def test_every_wildcard_has_a_reason_of_its_own_where_the_app_asks() -> None:
    stack = asking_stack()
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    template = template_of(stack)["Resources"]
    checked = 0
    for each in stack.node.find_all():
        if isinstance(each, iam.CfnRole | iam.CfnPolicy | iam.CfnManagedPolicy):
            properties = template[stack.resolve(each.logical_id)]["Properties"]
            documents = [held["PolicyDocument"] for held in properties.get("Policies", [])]
            documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
            found = {f"AwsSolutions-IAM5[{wildcard}]" for wildcard in wildcards(documents)}
            assert found <= kept(each)
            checked += len(found)
    assert checked >= 6


@KEEPS_REASONS
def test_without_being_asked_there_is_one_reason_for_all_wildcards() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    template_of(stack)
    assert kept(stack.node.find_child("TuningJobLogs")) == {"AwsSolutions-IAM5"}


@KEEPS_REASONS
def test_what_the_app_adds_to_a_policy_is_its_own() -> None:
    stack = asking_stack()
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::models/*"]))
    policy = role.node.find_child("DefaultPolicy").node.default_child
    assert isinstance(policy, iam.CfnPolicy)
    acknowledge_wildcards(policy, "the reason")
    role.add_to_policy(iam.PolicyStatement(actions=["s3:*"], resources=["*"]))
    metadata = template_of(stack)["Resources"]["RoleDefaultPolicy5FFB7DAB"]["Metadata"]
    found = "Resource::arn:aws:s3:::models/*"
    assert metadata["cdk_nag"]["rules_to_suppress"] == [
        {"id": "AwsSolutions-IAM5", "reason": "the reason", "applies_to": [found]}
    ]
    assert kept(policy) == {f"AwsSolutions-IAM5[{found}]"}
