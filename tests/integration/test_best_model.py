"""What becomes of a winner in the local cloud: a model, a version in the registry, a parameter; or nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1"
MADE = ("CreateModel", "CreateModelPackage")


class Workflow(Executions):
    """A deployed workflow: a tuning task, and what becomes of its winner."""

    def __init__(self, cloud: LocalCloud, deployer: Deployer, name: str, **options: Any) -> None:
        language = options.pop("language", sfn.QueryLanguage.JSON_PATH)

        def build(stack: Stack) -> None:
            tune = hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition(), query_language=language)
            if options.get("model_package_group") is not None:
                sagemaker.CfnModelPackageGroup(stack, "Group", model_package_group_name=options["model_package_group"])
            best = hpo.BestModel(stack, "Promote", tune, **options)
            body = sfn.DefinitionBody.from_chainable(tune.next(best).next(sfn.Pass(stack, "Done")))
            machine = sfn.StateMachine(stack, "Retraining", definition_body=body)
            CfnOutput(stack, "Arn", value=machine.state_machine_arn)

        cloud.configure(job_seconds=1)
        super().__init__(cloud, deployer.outputs(deployer.deploy(name, build))["Arn"])

    def best(self) -> dict[str, Any]:
        """Run it, and return what it says of the best model."""
        result = self.run()
        assert result["status"] == "SUCCEEDED", f"{result.get('error')}: {result.get('cause')}"
        found: dict[str, Any] = json.loads(result["output"])["BestModel"]
        return found


def parameter(cloud: LocalCloud, name: str) -> dict[str, Any] | None:
    client = cloud.client("ssm")
    try:
        value = client.get_parameter(Name=name)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return None
    found: dict[str, Any] = json.loads(value)
    return found


def in_production(cloud: LocalCloud, name: str, **record: Any) -> dict[str, Any]:
    """Write a parameter as a promotion would have."""
    kept = {"TrainingJobName": "earlier", "MetricName": "loss", "Goal": "Minimize", **record}
    cloud.client("ssm").put_parameter(Name=name, Value=json.dumps(kept), Type="String", Overwrite=True)
    return kept


def made(deployer: Deployer) -> list[dict[str, Any]]:
    """Return the requests for models and versions since the test began."""
    return [each["request"] for each in deployer.calls() if each["operation"] in MADE and not each["error"]]


@pytest.mark.parametrize("language", [sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA], ids=["path", "jsonata"])
def test_the_first_winner_ever(cloud: LocalCloud, deployer: Deployer, language: sfn.QueryLanguage) -> None:
    name = f"First{language.name.replace('_', '')}"
    workflow = Workflow(
        cloud,
        deployer,
        name,
        language=language,
        create_model=True,
        tags={"team": "risk"},
        model_package_group=name,
        content_types=["text/csv"],
        parameter_name=f"/{name}/best",
        environment={"THREADS": "2"},
    )
    best = workflow.best()
    (tuning,) = deployer.names()
    described = deployer.describe(tuning)["BestTrainingJob"]
    winner, value = described["TrainingJobName"], described["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert (best["Promoted"], best["TrainingJobName"], best["Objective"]) == (True, winner, value)
    training = cloud.client("sagemaker").describe_training_job(TrainingJobName=winner)
    container = {
        "Image": IMAGE,
        "ModelDataUrl": training["ModelArtifacts"]["S3ModelArtifacts"],
        "Environment": {"THREADS": "2"},
    }
    model = cloud.client("sagemaker").describe_model(ModelName=winner)
    assert model["PrimaryContainer"] == container and model["EnableNetworkIsolation"] is False
    assert f"{name}-PromoteRole" in model["ExecutionRoleArn"]
    version = cloud.client("sagemaker").describe_model_package(ModelPackageName=best["ModelPackageArn"])
    assert version["ModelApprovalStatus"] == "PendingManualApproval"
    assert version["InferenceSpecification"] == {"Containers": [container], "SupportedContentTypes": ["text/csv"]}
    assert float(version["CustomerMetadataProperties"]["Objective"]) == value
    assert parameter(cloud, f"/{name}/best") == {
        "TuningJobName": tuning,
        "TrainingJobName": winner,
        "MetricName": "loss",
        "Goal": "Minimize",
        "Objective": value,
        "HyperParameters": described["TunedHyperParameters"],
        "ModelArtifact": container["ModelDataUrl"],
        "ModelName": winner,
        "ModelPackageArn": best["ModelPackageArn"],
    }


def test_only_what_is_better_than_production(cloud: LocalCloud, deployer: Deployer) -> None:
    workflow = Workflow(cloud, deployer, "Better", create_model=True, parameter_name="/better/best")
    kept = in_production(cloud, "/better/best", Objective=-1e9)
    best = workflow.best()
    assert not best["Promoted"] and best["Reason"].startswith(
        "the objective value does not beat that in production, -1"
    )
    assert parameter(cloud, "/better/best") == kept and made(deployer) == []
    in_production(cloud, "/better/best", Objective=1e9)
    best = workflow.best()
    assert best["Promoted"] and "Reason" not in best
    found = parameter(cloud, "/better/best")
    assert found is not None and found["Objective"] == best["Objective"] and len(made(deployer)) == 1
    # What is there now is as good as the same again, which does not do.
    in_production(cloud, "/better/best", Objective=best["Objective"], MetricName="auc")
    assert workflow.best()["Reason"] == "the model in production was judged by another metric"
    assert len(made(deployer)) == 1


def test_only_what_beats_the_threshold(cloud: LocalCloud, deployer: Deployer) -> None:
    best = Workflow(cloud, deployer, "Threshold", threshold=-1e9).best()
    assert not best["Promoted"] and "does not beat the threshold" in best["Reason"] and made(deployer) == []
    best = Workflow(cloud, deployer, "Above", threshold=1e9).best()
    assert best["Promoted"] and best["ModelName"] == made(deployer)[0]["ModelName"]


def test_a_parameter_that_is_no_record_fails_the_workflow(cloud: LocalCloud, deployer: Deployer) -> None:
    workflow = Workflow(cloud, deployer, "Foreign", create_model=False, parameter_name="/foreign")
    cloud.client("ssm").put_parameter(Name="/foreign", Value="see the wiki", Type="String")
    assert workflow.run()["status"] == "FAILED"
    cloud.client("ssm").delete_parameter(Name="/foreign")


class OnCompletion(Executions):
    """A deployed launcher whose winners are promoted when its jobs have completed."""

    def __init__(
        self, cloud: LocalCloud, deployer: Deployer, name: str, launch: Callable[[Stack], Any], **options: Any
    ) -> None:
        def build(stack: Stack) -> None:
            machine = hpo.BestModel(stack, "Promote", launch(stack), **options).run_on_completion()
            CfnOutput(stack, "Arn", value=machine.state_machine_arn)

        super().__init__(cloud, deployer.outputs(deployer.deploy(name, build))["Arn"])


def scheduled(stack: Stack) -> hpo.TuningSchedule:
    never = scheduler.ScheduleExpression.rate(Duration.days(700))
    schedule = hpo.TuningSchedule(stack, "Weekly", minimal_definition(), schedule=never)
    CfnOutput(stack, "Runs", value=schedule.state_machine.state_machine_arn)
    return schedule


def test_when_a_job_of_a_deployment_completes(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    promotion = OnCompletion(
        cloud,
        deployer,
        "OnJob",
        lambda stack: hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition()),
        threshold=1e9,
    )
    (result,) = promotion.results(1)
    assert result["status"] == "SUCCEEDED", result
    best = json.loads(result["output"])["BestModel"]
    assert best["Promoted"] and best["TuningJobName"] == deployer.names()[0]
    # The same event once more: the model is there, and nothing fails.
    again = promotion.run(HyperParameterTuningJobName=best["TuningJobName"])
    assert again["status"] == "SUCCEEDED", again
    assert json.loads(again["output"])["BestModel"] == best
    assert len(made(deployer)) == 1


def test_when_a_scheduled_job_completes(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    promotion = OnCompletion(
        cloud, deployer, "OnSchedule", scheduled, create_model=False, parameter_name="/scheduled/best"
    )
    runs = cloud.client("cloudformation").describe_stacks(StackName="OnSchedule")["Stacks"][0]["Outputs"]
    (arn,) = [each["OutputValue"] for each in runs if each["OutputKey"] == "Runs"]
    Executions(cloud, arn).run()
    (result,) = promotion.results(1)
    assert result["status"] == "SUCCEEDED", result
    found = parameter(cloud, "/scheduled/best")
    assert found is not None and found["TuningJobName"] == deployer.names()[0] and made(deployer) == []


def test_a_job_without_a_winner(cloud: LocalCloud, deployer: Deployer) -> None:
    promotion = OnCompletion(
        cloud,
        deployer,
        "NoWinner",
        lambda stack: hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition()),
        threshold=1e9,
    )
    cloud.end_job(deployer.names()[0], "Completed")
    (result,) = promotion.results(1)
    best = json.loads(result["output"])["BestModel"]
    assert (best["Promoted"], best["Reason"]) == (False, "no training job has an objective value")
    assert made(deployer) == []


def test_a_job_that_goes_on(cloud: LocalCloud, deployer: Deployer) -> None:
    promotion = OnCompletion(
        cloud,
        deployer,
        "GoesOnYet",
        lambda stack: hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition()),
        threshold=1e9,
    )
    result = promotion.run(HyperParameterTuningJobName=deployer.names()[0])
    assert json.loads(result["output"])["BestModel"]["Reason"] == "the tuning job is InProgress"


def test_a_refused_model_fails_the_workflow(cloud: LocalCloud, deployer: Deployer) -> None:
    workflow = Workflow(cloud, deployer, "Refused", create_model=True)
    cloud.inject_faults([{"operation": "CreateModel", "code": "ValidationException", "times": 20}])
    result = workflow.run()
    assert result["status"] == "FAILED" and "ValidationException" in json.dumps(result, default=str)


def test_the_model_of_a_deployment_that_waits(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)

    def build(stack: Stack) -> None:
        job = hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
        model = job.create_best_model("Model")
        CfnOutput(stack, "Name", value=model.attr_model_name)

    name = deployer.outputs(deployer.deploy("Waits", build))["Name"]
    model = cloud.client("sagemaker").describe_model(ModelName=name)
    winner = deployer.describe(deployer.names()[0])["BestTrainingJob"]["TrainingJobName"]
    training = cloud.client("sagemaker").describe_training_job(TrainingJobName=winner)
    assert model["PrimaryContainer"] == {
        "Image": IMAGE,
        "ModelDataUrl": training["ModelArtifacts"]["S3ModelArtifacts"],
    }


# The tests of a file run in their order, in one process.
def test_zz_enough_and_not_more(cloud: LocalCloud) -> None:
    """Runs last: over all executions above."""
    ours = ("PromoteWorkflow", "RetrainingRole")
    decisions = [each for each in cloud.iam_decisions() if any(name in each["principal"] for name in ours)]
    assert [each for each in decisions if each["decision"] != "Allow"] == []
    assert {each["action"] for each in decisions if "Model" in each["action"]} == {
        "sagemaker:CreateModel",
        "sagemaker:CreateModelPackage",
    }
