"""The execution role of a job: given, brought by its definitions, shared."""

import dataclasses
from typing import Any, cast

import pytest
from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

import cdk_hpo as hpo
from tests.cdk import JOB, launched, new_stack, policy_of, resources, template_of, the_job
from tests.examples import minimal_definition


def training(**changes: Any) -> hpo.TuningJobDefinition:
    """Return the minimal definition with changes to its training job definition."""
    definition = minimal_definition()
    return dataclasses.replace(definition, training=dataclasses.replace(definition.training_jobs[0], **changes))


def test_a_given_role_of_this_app_is_completed() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), role=role)
    template = template_of(stack)
    assert job.role is role
    sent = the_job(template)["Request"]["TrainingJobDefinition"]["RoleArn"]
    assert sent == stack.resolve(role.role_arn)
    assert len(resources(template, "AWS::IAM::Role")) == 2
    added, ours = resources(template, "AWS::IAM::Policy")
    assert added["Properties"]["Roles"] == [stack.resolve(role.role_name)]
    assert "ReadInputs" in str(added)
    assert str(sent) in str(ours)
    (job_resource,) = resources(template, JOB)
    assert "TuningJobPolicies" in str(job_resource["DependsOn"])


@pytest.mark.parametrize("kind", ["imported", "closed"])
def test_a_role_that_takes_no_changes_is_told_what_it_must_allow(kind: str) -> None:
    stack = new_stack()
    made = iam.Role(stack, "Made", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    imported = iam.Role.from_role_arn(stack, "Imported", "arn:aws:iam::111122223333:role/hpo-exec")
    role = imported if kind == "imported" else made.without_policy_updates()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), role=role)
    assert len(resources(template_of(stack), "AWS::IAM::Policy")) == 1
    (said,) = [str(each.data) for each in job.node.metadata if each.type == "aws:cdk:warning"]
    assert "cdk-hpo:role-not-changed" in said
    assert '"Sid": "ReadInputs"' in said


def test_a_role_as_text() -> None:
    with pytest.raises(TypeError, match="from_role_arn"):
        launched(role="arn:aws:iam::111122223333:role/hpo-exec")


def test_a_role_that_nobody_uses_is_said() -> None:
    stack = new_stack()
    mine = training(role="arn:aws:iam::111122223333:role/hpo-exec")
    other = iam.Role.from_role_arn(stack, "Other", "arn:aws:iam::111122223333:role/other")
    hpo.HyperParameterTuningJob(stack, "Job", mine, role=other)
    assert Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("role-not-used"))


def test_roles_of_the_definitions_themselves() -> None:
    arn = "arn:aws:iam::111122223333:role/hpo-exec"
    template = launched(training(role=arn))
    assert the_job(template)["Request"]["TrainingJobDefinition"]["RoleArn"] == arn
    assert len(resources(template, "AWS::IAM::Role")) == 1


def test_many_jobs_share_a_role_without_filling_it_up() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    for index in range(12):
        hpo.HyperParameterTuningJob(stack, f"Job{index}", minimal_definition(), role=role)
    policies = resources(template_of(stack), "AWS::IAM::Policy")
    assert len(policies) == 2
    sids = [each["Sid"] for each in policies[0]["Properties"]["PolicyDocument"]["Statement"]]
    assert len(sids) == len(set(sids)) <= 8


def test_only_definitions_without_a_role_decide_what_the_made_role_may() -> None:
    first = dataclasses.replace(
        minimal_definition().training_jobs[0],
        name="one",
        objective=hpo.Objective.minimize("loss"),
        parameter_ranges=[hpo.ContinuousParameter("eta", 0.1, 0.2)],
    )
    own = dataclasses.replace(
        first, name="two", output=hpo.Output("s3://theirs"), role="arn:aws:iam::111122223333:role/hpo-exec"
    )
    limits = hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2)
    template = launched(hpo.TuningJobDefinition(limits=limits, training=[first, own]))
    assert "theirs" not in str(policy_of(template))


def test_a_definitions_own_role_is_waited_for_with_its_policies() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))
    hpo.HyperParameterTuningJob(stack, "Job", training(role=role))
    (job,) = resources(template_of(stack), JOB)
    assert any("MineDefaultPolicy" in each for each in job["DependsOn"])


def test_a_grant_to_the_jobs_own_role_makes_no_cycle() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), role=role)
    job.grant_describe(role)
    (resource,) = resources(template_of(stack), JOB)
    assert not any("DefaultPolicy" in each for each in resource["DependsOn"])


def test_a_role_of_another_stack_gets_managed_policies() -> None:
    home = new_stack("Home")
    role = iam.Role(home, "Mine", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    away = Stack(home.node.root, "Away")  # type: ignore[arg-type]
    hpo.HyperParameterTuningJob(away, "Job", minimal_definition(), role=role)
    template = template_of(away)
    assert len(resources(template, "AWS::IAM::ManagedPolicy")) == 1
    assert len(resources(template, "AWS::IAM::Policy")) == 1


def test_the_role_that_is_made_takes_grants() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    bucket = s3.Bucket.from_bucket_name(stack, "More", "more")
    assert bucket.grant_read(cast(iam.IRole, job.role)).success
    template = template_of(stack)
    (role,) = [name for name in template["Resources"] if name.startswith("JobRole")]
    granted, _ = resources(template, "AWS::IAM::Policy")
    assert role in str(granted["Properties"]["Roles"]) and ":s3:::more" in str(granted)


def test_the_role_that_is_made_serves_another_job_which_adds_what_it_needs() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    other = hpo.HyperParameterTuningJob(
        stack, "Other", training(output=hpo.Output("s3://other-models/")), role=cast(Any, job.role)
    )
    assert other.role is job.role
    template = template_of(stack)
    sent = [each["Properties"]["Request"]["TrainingJobDefinition"]["RoleArn"] for each in resources(template, JOB)]
    assert sent[0] == sent[1]
    assert "other-models" in str(resources(template, "AWS::IAM::Policy"))
    assert not Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp("role-not-changed"))
