"""The function behind the tuning jobs of a stack, as the CDK's own tools for functions and roles see it."""

from typing import Any, cast

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

import cdk_hpo as hpo
from tests.cdk import JOB, new_stack, resources, template_of
from tests.examples import minimal_definition


def test_its_role_can_be_one_that_is_there_already() -> None:
    stack = new_stack()
    iam.Role.customize_roles(stack, use_precreated_roles={"Stack/TuningJobFunction/Role": "tuning"})
    role = iam.Role.from_role_arn(stack, "Training", "arn:aws:iam::111122223333:role/training")
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), role=role)
    template = template_of(stack)
    assert resources(template, "AWS::IAM::Role") == [] and len(resources(template, JOB)) == 1
    (function,) = resources(template, "AWS::Lambda::Function")
    assert str(function["Properties"]["Role"]["Fn::Join"]).endswith("':role/tuning']]")
    (policy,) = resources(template, "AWS::IAM::Policy")
    assert policy["Properties"]["Roles"] == ["tuning"]


def test_its_code_is_needed_at_deployment_only() -> None:
    seen: list[Any] = []

    class Recording(cdk.DefaultStackSynthesizer):
        def add_file_asset(self, asset: cdk.FileAssetSource) -> cdk.FileAssetLocation:  # type: ignore[override]
            seen.append(asset)
            return cdk.FileAssetLocation(bucket_name="assets", object_key="k", http_url="h", s3_object_url="u")

    stack = cdk.Stack(cdk.App(), "Stack", synthesizer=Recording())
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    assert [asset.deploy_time for asset in seen] == [True]


@pytest.mark.parametrize("enabled", [True, False])
def test_its_code_is_found_by_tools_that_run_functions_locally(enabled: bool) -> None:
    stack = new_stack()
    stack.node.set_context("aws:cdk:enable-asset-metadata", enabled)
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    (function,) = resources(template_of(stack), "AWS::Lambda::Function")
    code = {name: held for name, held in function["Metadata"].items() if name.startswith("aws:asset:")}
    assert code.get("aws:asset:property") == ("Code" if enabled else None)


@jsii.implements(cdk.IAspect)
class Larger:
    """Gives each function more memory."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, lambda_.CfnFunction):
            node.memory_size = 512


def test_tags_and_aspects_reach_it() -> None:
    stack = new_stack()
    cdk.Tags.of(stack).add("team", "search")
    cdk.Aspects.of(stack).add(cast(Any, Larger()))
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    template = template_of(stack)
    kinds = ("AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::IAM::Role")
    tagged = [each["Properties"]["Tags"] for kind in kinds for each in resources(template, kind)]
    assert tagged == [[{"Key": "team", "Value": "search"}]] * 4
    (function,) = resources(template, "AWS::Lambda::Function")
    assert function["Properties"]["MemorySize"] == 512
