"""Events in the local cloud: what becomes of a job reaches exactly the rules that are for it."""

import json
import time
from collections import Counter
from typing import Any

import pytest
from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions

RULES = ("completed", "failed", "stopped", "state_change")
ENDINGS = {"Completes": "Completed", "Fails": "Failed", "Stops": "Stopped"}
QUIET = 3.0  # seconds without an event after which no more is expected


def with_rules(launcher: Any, stack: Stack, name: str) -> None:
    """Make each rule that a launcher offers, with a queue of its own."""
    for kind in RULES:
        queue = sqs.Queue(stack, f"{name}-{kind}-queue")
        getattr(launcher, f"on_{kind}")(f"On-{kind}", target=targets.SqsQueue(queue))
        CfnOutput(stack, f"{name}{kind.title().replace('_', '')}", value=queue.queue_url)


class Queues:
    """What has come to the queues of a stack: for each, the statuses of the jobs by their names."""

    def __init__(self, cloud: LocalCloud, outputs: dict[str, str]) -> None:
        self._client = cloud.client("sqs")
        self._urls = {name: url for name, url in outputs.items() if "queue" in url.lower()}
        self.heard: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in self._urls}

    def listen(self) -> "Queues":
        """Take everything in, until nothing has come for a while."""
        last = time.monotonic()
        while time.monotonic() < last + QUIET:
            for name, url in self._urls.items():
                for message in self._client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ()):
                    detail = json.loads(message["Body"])["detail"]
                    about = detail["HyperParameterTuningJobName"], detail["HyperParameterTuningJobStatus"]
                    self.heard[name][about] += 1
                    self._client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    last = time.monotonic()
            time.sleep(0.1)
        return self

    def statuses(self, queue: str, job: str) -> set[str]:
        """Return the statuses that a queue has heard of; it must not have heard of another job."""
        assert {name for name, _ in self.heard[queue]} <= {job}, queue
        return {status for _, status in self.heard[queue]}


def test_each_end_fires_exactly_its_rules(cloud: LocalCloud, deployer: Deployer) -> None:
    cloud.configure(stop_seconds=2)  # the local cloud looks at its jobs now and then

    def build(stack: Stack) -> None:
        for name in ENDINGS:
            job = hpo.HyperParameterTuningJob(stack, name, minimal_definition())
            with_rules(job, stack, name)
            CfnOutput(stack, f"{name}Job", value=job.tuning_job_name)

    outputs = deployer.outputs(deployer.deploy("Ends", build))
    queues = Queues(cloud, outputs)
    names = {name: outputs[f"{name}Job"] for name in ENDINGS}
    cloud.client("sagemaker").stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=names["Stops"])
    cloud.end_job(names["Completes"], "Completed")
    cloud.end_job(names["Fails"], "Failed", "No objective metrics found")
    queues.listen()
    for name, ending in ENDINGS.items():
        for kind in RULES[:3]:
            wanted = {ending} if kind == ending.lower() else set()
            assert queues.statuses(f"{name}{kind.title()}", names[name]) == wanted, (name, kind)
        others = {"InProgress", "Stopping"} if name == "Stops" else {"InProgress"}
        assert queues.statuses(f"{name}StateChange", names[name]) == {ending} | others


@pytest.mark.parametrize("ending", ["Completed", "Failed"])
def test_of_a_state_of_a_workflow(cloud: LocalCloud, deployer: Deployer, ending: str) -> None:
    def build(stack: Stack) -> None:
        task = hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition())
        machine = sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(task))
        with_rules(task, stack, "Tune")
        # A neighbour whose jobs have other names, and whose rules must stay silent.
        with_rules(hpo.HyperParameterTuningJob(stack, "Other", minimal_definition()), stack, "Other")
        CfnOutput(stack, "Arn", value=machine.state_machine_arn)

    outputs = deployer.outputs(deployer.deploy(f"Flow{ending}", build))
    before = set(deployer.names())
    executions = Executions(cloud, outputs.pop("Arn"))
    execution = executions.start()
    (job,) = deployer.wait_for(lambda: set(deployer.names()) - before)
    cloud.end_job(job, ending)
    assert executions.result(execution)["status"] == ("SUCCEEDED" if ending == "Completed" else "FAILED")
    queues = Queues(cloud, outputs).listen()
    assert queues.statuses(f"Tune{ending}", job) == {ending}
    assert queues.statuses("TuneStateChange", job) == {"InProgress", ending}
    silent = {"Completed", "Failed", "Stopped"} - {ending}
    assert [queues.statuses(f"Tune{each}", job) for each in silent] == [set(), set()]
    (other,) = before
    assert queues.statuses("OtherStateChange", other) == {"InProgress"}
