"""Tuning jobs as states of workflows, in the local cloud."""

import dataclasses
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer, without_ours
from tests.integration.executions import Executions

Build = Callable[[Stack], sfn.IChainable]
LANGUAGES = [sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA]


class Machine(Executions):
    """A deployed state machine."""

    def __init__(self, cloud: LocalCloud, deployer: Deployer, name: str, build: Build) -> None:
        def machine(stack: Stack) -> None:
            body = sfn.DefinitionBody.from_chainable(build(stack))
            made = sfn.StateMachine(stack, "Machine", definition_body=body)
            CfnOutput(stack, "Arn", value=made.state_machine_arn)

        super().__init__(cloud, deployer.outputs(deployer.deploy(name, machine))["Arn"])


def task(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> Build:
    return lambda stack: hpo.HyperParameterTuningTask(stack, "Tune", definition or minimal_definition(), **options)


@pytest.mark.parametrize("language", LANGUAGES, ids=["jsonpath", "jsonata"])
def test_each_execution_runs_a_job_of_its_own(
    cloud: LocalCloud, deployer: Deployer, language: sfn.QueryLanguage
) -> None:
    cloud.configure(job_seconds=1)
    machine = Machine(cloud, deployer, f"Run{language.name.replace('_', '')}", task(query_language=language))
    results = [machine.run(), machine.run()]
    assert [each["status"] for each in results] == ["SUCCEEDED", "SUCCEEDED"], results
    outputs = [json.loads(each["output"]) for each in results]
    assert [each["HyperParameterTuningJobStatus"] for each in outputs] == ["Completed", "Completed"]
    assert outputs[0]["BestTrainingJob"]["TunedHyperParameters"]
    first, second = deployer.created()
    assert first["HyperParameterTuningJobName"] != second["HyperParameterTuningJobName"]
    assert all(len(each["HyperParameterTuningJobName"]) <= 32 for each in (first, second))
    assert without_ours(first) == without_ours(minimal_definition().to_request())


def test_fields_come_from_the_input(cloud: LocalCloud, deployer: Deployer) -> None:
    job = dataclasses.replace(
        minimal_definition().training_jobs[0],
        inputs=[hpo.Channel.from_bucket("train", sfn.JsonPath.string_at("$.data"))],
        static_hyper_parameters={"rounds": sfn.JsonPath.string_at("$.rounds")},
    )
    limits = hpo.ResourceLimits(max_training_jobs=sfn.JsonPath.number_at("$.jobs"), max_parallel_training_jobs=1)
    definition = dataclasses.replace(minimal_definition(), training=job, limits=limits)
    cloud.configure(job_seconds=1)
    machine = Machine(cloud, deployer, "FromInput", task(definition))
    assert machine.run(data="s3://other-bucket/x/", rounds="7", jobs=3)["status"] == "SUCCEEDED"
    (request,) = deployer.created()
    training = request["TrainingJobDefinition"]
    assert training["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == "s3://other-bucket/x/"
    assert training["StaticHyperParameters"] == {"rounds": "7"}
    assert request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 3


@pytest.mark.parametrize("language", LANGUAGES, ids=["jsonpath", "jsonata"])
def test_a_chain_of_jobs(cloud: LocalCloud, deployer: Deployer, language: sfn.QueryLanguage) -> None:
    paths = language is sfn.QueryLanguage.JSON_PATH
    given = (
        sfn.JsonPath.string_at("$.HyperParameterTuningJobName")
        if paths
        else "{% $states.input.HyperParameterTuningJobName %}"
    )

    def chain(stack: Stack) -> sfn.IChainable:
        first = hpo.HyperParameterTuningTask(stack, "First", minimal_definition(), query_language=language)
        later = minimal_definition().warm_started_from(given)
        return first.next(hpo.HyperParameterTuningTask(stack, "Second", later, query_language=language))

    cloud.configure(job_seconds=1)
    assert Machine(cloud, deployer, f"Chain{language.name.replace('_', '')}", chain).run()["status"] == "SUCCEEDED"
    first, second = deployer.created()
    assert second["WarmStartConfig"]["ParentHyperParameterTuningJobs"] == [
        {"HyperParameterTuningJobName": first["HyperParameterTuningJobName"]}
    ]


def test_it_goes_on_when_the_job_runs(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=600)
    pattern = sfn.IntegrationPattern.REQUEST_RESPONSE
    machine = Machine(cloud, deployer, "GoesOn", task(integration_pattern=pattern))
    output = json.loads(machine.run()["output"])
    name = output["HyperParameterTuningJobArn"].rsplit("/", 1)[1]
    assert deployer.status(name) == "InProgress"
    cloud.client("sagemaker").stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_a_job_that_fails_can_be_caught(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=600)

    def build(stack: Stack) -> sfn.IChainable:
        tune = hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition())
        tune.add_catch(sfn.Pass(stack, "Caught"), errors=["States.TaskFailed"])
        return tune

    machine = Machine(cloud, deployer, "Catches", build)
    execution = machine.start()
    while not deployer.created():
        time.sleep(0.05)
    cloud.end_job(deployer.created()[0]["HyperParameterTuningJobName"], "Failed", "All training jobs failed.")
    output = json.loads(machine.result(execution)["output"])
    assert output["Error"] == "States.TaskFailed"
    assert json.loads(output["Cause"])["FailureReason"] == "All training jobs failed."


def test_stopping_the_execution_stops_the_job(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=600)
    machine = Machine(cloud, deployer, "Stopped", task())
    execution = machine.start()
    while not deployer.created():
        time.sleep(0.05)
    machine.stop(execution)
    name = deployer.created()[0]["HyperParameterTuningJobName"]
    deadline = time.monotonic() + 30
    while deployer.status(name) != "Stopped" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert deployer.status(name) == "Stopped"


def test_throttling_is_waited_out(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(job_seconds=1)
    machine = Machine(cloud, deployer, "Throttled", task())
    cloud.inject_faults([{"operation": "CreateHyperParameterTuningJob", "code": "ThrottlingException", "times": 1}])
    assert machine.run()["status"] == "SUCCEEDED"
    assert [each["error"] for each in deployer.calls("CreateHyperParameterTuningJob")] == ["ThrottlingException", None]


# The tests of a file run in their order, in one process.
def test_zz_enough_and_not_more(cloud: LocalCloud) -> None:
    """Runs last: over all executions above."""
    decisions = [each for each in cloud.iam_decisions() if "MachineRole" in each["principal"]]
    assert [each for each in decisions if each["decision"] != "Allow"] == []
    used = {each["action"] for each in decisions if not each["action"].startswith("events:")}
    assert used == {
        "iam:PassRole",
        "sagemaker:AddTags",
        "sagemaker:CreateHyperParameterTuningJob",
        "sagemaker:DescribeHyperParameterTuningJob",
        "sagemaker:StopHyperParameterTuningJob",
    }
