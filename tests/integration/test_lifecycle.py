"""Create, replace, tag, wait, roll back, stop: through CloudFormation, with IAM enforced."""

import time
from typing import Any

import pytest
from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_kms as kms

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.cdk import launched, resources
from tests.integration.deployment import Deployer, without_ours
from tests.integration.planted import definition
from tests.integration.stacks import Build, one_job


@pytest.fixture(scope="module", autouse=True)
def began(cloud: LocalCloud) -> float:
    """When the tests of this file began."""
    return time.time()


def test_create_replace_and_destroy(deployer: Deployer) -> None:
    first = deployer.outputs(deployer.deploy("Replaced", one_job()))["Name"]
    assert first.startswith("replaced-tuning-") and len(first) <= 32
    assert deployer.status(first) == "InProgress"
    assert deployer.tags(first)["cdk-hpo:logical-id"].startswith("Tuning")

    second = deployer.outputs(deployer.deploy("Replaced", one_job(definition(8))))["Name"]
    assert second != first
    assert (deployer.status(first), deployer.status(second)) == ("Stopped", "InProgress")
    limits = deployer.created()[-1]["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits == {"MaxNumberOfTrainingJobs": 8, "MaxParallelTrainingJobs": 2}

    # Going back on purpose is a new run, not the old one.
    third = deployer.outputs(deployer.deploy("Replaced", one_job()))["Name"]
    assert third not in (first, second)
    assert [deployer.status(each) for each in (first, second, third)] == ["Stopped", "Stopped", "InProgress"]

    deployer.destroy("Replaced")
    assert deployer.status(third) == "Stopped"
    assert len(deployer.created()) == 3


def test_tags_and_options_change_in_place(deployer: Deployer) -> None:
    def build(tags: dict[str, str], **options: Any) -> Build:
        def with_tags(stack: Stack) -> None:
            one_job(definition(tags={"kept": "1"}), **options)(stack)
            for key, value in tags.items():
                Tags.of(stack).add(key, value)

        return with_tags

    first = deployer.outputs(deployer.deploy("Tagged", build({"team": "a", "stage": "test"})))["Name"]
    second = deployer.outputs(deployer.deploy("Tagged", build({"team": "b", "new": "x"})))["Name"]
    third = deployer.outputs(
        deployer.deploy("Tagged", build({"team": "b", "new": "x"}, on_delete=hpo.OnDelete.DELETE))
    )["Name"]
    assert first == second == third
    tags = {key: each for key, each in deployer.tags(first).items() if not key.startswith("cdk-hpo:")}
    assert tags == {"kept": "1", "team": "b", "new": "x"}
    assert len(deployer.created()) == 1


def test_waiting_makes_the_best_training_job_known(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)

    def build(stack: Stack) -> None:
        job = hpo.HyperParameterTuningJob(stack, "Tuning", definition(), wait_for=hpo.WaitFor.COMPLETED)
        for name in (
            "tuning_job_name",
            "tuning_job_arn",
            "tuning_job_status",
            "best_training_job_name",
            "best_objective_value",
            "best_hyper_parameters",
            "best_model_artifact",
        ):
            CfnOutput(stack, name.replace("_", ""), value=getattr(job, name))

    outputs = deployer.outputs(deployer.deploy("Waited", build))
    described = deployer.describe(outputs["tuningjobname"])
    best = described["BestTrainingJob"]
    assert outputs["tuningjobstatus"] == "Completed"
    assert outputs["tuningjobarn"] == described["HyperParameterTuningJobArn"]
    assert outputs["besttrainingjobname"] == best["TrainingJobName"]
    assert float(outputs["bestobjectivevalue"]) == pytest.approx(
        best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"], rel=1e-6
    )
    assert '"eta"' in outputs["besthyperparameters"]
    assert outputs["bestmodelartifact"] == (f"s3://model-bucket/models/{best['TrainingJobName']}/output/model.tar.gz")


def test_one_of_several_jobs_is_removed(deployer: Deployer) -> None:
    def build(count: int) -> Build:
        def jobs(stack: Stack) -> None:
            for index in range(count):
                hpo.HyperParameterTuningJob(stack, f"Job{index}", definition())

        return jobs

    deployer.deploy("Several", build(3))
    deployer.deploy("Several", build(1))
    names = sorted(each["HyperParameterTuningJobName"] for each in deployer.created())
    assert [deployer.status(name) for name in names] == ["InProgress", "Stopped", "Stopped"]


def test_what_a_stop_leaves_behind(cloud: LocalCloud, deployer: Deployer) -> None:
    def build(stack: Stack) -> None:
        hpo.HyperParameterTuningJob(stack, "Delete", definition(), on_delete=hpo.OnDelete.DELETE)
        hpo.HyperParameterTuningJob(stack, "Leave", definition(), on_delete=hpo.OnDelete.LEAVE)
        hpo.HyperParameterTuningJob(stack, "Retain", definition(), removal_policy=RemovalPolicy.RETAIN)

    deployer.deploy("LeftBehind", build)
    created = [str(each["HyperParameterTuningJobName"]) for each in deployer.created()]
    names = {name.split("-")[1]: name for name in created}
    deployer.destroy("LeftBehind")
    client = cloud.client("sagemaker")
    with pytest.raises(client.exceptions.ResourceNotFound):
        deployer.describe(names["delete"])
    assert deployer.status(names["leave"]) == "InProgress"
    assert deployer.status(names["retain"]) == "InProgress"


def test_a_fixed_name_cannot_be_replaced(cloud: LocalCloud, deployer: Deployer) -> None:
    deployer.deploy("Fixed", one_job(definition(name="my-job")))
    assert deployer.status("my-job") == "InProgress"
    after = deployer.deploy("Fixed", one_job(definition(8, name="my-job")), check=False)
    assert after["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.status("my-job") == "InProgress"
    reasons = " ".join(each.get("ResourceStatusReason", "") for each in cloud.stack_events("Fixed"))
    assert "my-job" in reasons and "name" in reasons


def test_a_wait_longer_than_the_functions_time(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=6)
    build = one_job(wait_for=hpo.WaitFor.COMPLETED, function_seconds=3)
    name = deployer.outputs(deployer.deploy("Chained", build))["Name"]
    assert deployer.status(name) == "Completed"
    assert len(deployer.created()) == 1


def test_the_service_gets_the_definition_and_nothing_else(deployer: Deployer) -> None:
    deployer.deploy("Exact", one_job())
    (request,) = deployer.created()
    assert without_ours(request) == without_ours(definition().to_request())


def test_one_key_for_everything(deployer: Deployer) -> None:
    def build(stack: Stack) -> None:
        key = kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY)
        hpo.HyperParameterTuningJob(stack, "Tuning", definition(), encryption_key=key)
        CfnOutput(stack, "KeyArn", value=key.key_arn)

    arn = deployer.outputs(deployer.deploy("OneKey", build))["KeyArn"]
    (request,) = deployer.created()
    training = request["TrainingJobDefinition"]
    assert training["OutputDataConfig"]["KmsKeyId"] == training["ResourceConfig"]["VolumeKmsKeyId"] == arn


# The tests of a file run in their order, in one process.
def test_zz_no_call_was_denied_and_no_grant_was_useless(cloud: LocalCloud, began: float) -> None:
    """Runs last: over all deployments above."""
    recent = [each for each in cloud.iam_decisions() if each["time"] >= began]
    decisions = [each for each in recent if "TuningJobFunction" in each["principal"]]
    denied = [each for each in decisions if each["decision"] != "Allow"]
    assert denied == []
    used = {each["action"] for each in decisions}
    (policy,) = resources(launched(), "AWS::IAM::Policy")
    granted = {
        action
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    # Lambda writes the log itself; nothing signs that here.
    granted -= {"logs:CreateLogStream", "logs:PutLogEvents"}
    print(f"granted and used: {len(granted & used)}, granted and never used: {sorted(granted - used)}")
    assert used <= granted
    assert granted - used == set()
