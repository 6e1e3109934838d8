"""The apps of ``examples/``, deployed as their users would, and run."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from tests.cdk import feature_flags
from tests.integration.deployment import Deployer
from tests.integration.executions import Executions
from tests.shared import ROOT

Deploy = Callable[..., dict[str, str]]


def synthesized(example: str, folder: Path) -> Path:
    """Run an app as the CDK's command line does; return its assembly."""
    variables = {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps(feature_flags()), "CDK_VALIDATION": "false"}
    subprocess.run(
        [sys.executable, f"examples/{example}.py"], cwd=ROOT, env={**os.environ, **variables}, check=True, timeout=300
    )
    return folder


@pytest.fixture
def deploy(cloud: LocalCloud, tmp_path: Path) -> Iterator[Deploy]:
    """Deploy a stack of an example; return its outputs."""
    cloud.configure(job_seconds=1, stop_seconds=0.2)
    deployed: list[str] = []

    def run(example: str, stack: str, below: str = ".") -> dict[str, str]:
        folder = synthesized(example, tmp_path / example) / below
        deployed.append(stack)
        described = cloud.deploy(folder, stack)
        assert described["StackStatus"] == "CREATE_COMPLETE"
        return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}

    yield run
    for stack in deployed:
        empty_buckets(cloud, stack)
        cloud.destroy(stack)


def bucket_names(cloud: LocalCloud, stack: str) -> list[str]:
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::S3::Bucket"]


def empty_buckets(cloud: LocalCloud, stack: str) -> None:
    client = cloud.client("s3")
    for bucket in bucket_names(cloud, stack):
        for kind in ("Versions", "DeleteMarkers"):
            for each in client.list_object_versions(Bucket=bucket).get(kind, ()):
                client.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])
        for each in client.list_objects_v2(Bucket=bucket).get("Contents", ()):
            client.delete_object(Bucket=bucket, Key=each["Key"])


def test_weekly_retuning(cloud: LocalCloud, deployer: Deployer, deploy: Deploy) -> None:
    outputs = deploy("weekly_retuning", "WeeklyRetuning")
    promotions = machine_of(cloud, "Best")
    assert Executions(cloud, outputs["Workflow"]).run()["status"] == "SUCCEEDED"
    (promotion,) = promotions.results(1)
    best = json.loads(promotion["output"])["BestModel"]
    assert best["Promoted"] is (best["Objective"] > 0.6)
    assert len(deployer.calls("CreateModelPackage")) == best["Promoted"]
    # The second run starts from the first, and is promoted only if it is better still.
    assert Executions(cloud, outputs["Workflow"]).run()["status"] == "SUCCEEDED"
    first, second = deployer.created()
    (parent,) = second["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
    assert parent == {"HyperParameterTuningJobName": first["HyperParameterTuningJobName"]}
    again = next(
        found
        for each in promotions.results(2)
        if (found := json.loads(each["output"])["BestModel"])["TuningJobName"] != best["TuningJobName"]
    )
    assert again["Promoted"] is (again["Objective"] > max(0.6, best["Objective"] if best["Promoted"] else 0.6))


def machine_of(cloud: LocalCloud, name: str) -> Executions:
    """Return the state machine whose logical id begins with a name."""
    resources = cloud.client("cloudformation").describe_stack_resources(StackName="WeeklyRetuning")["StackResources"]
    (arn,) = [
        each["PhysicalResourceId"]
        for each in resources
        if each["ResourceType"] == "AWS::StepFunctions::StateMachine" and each["LogicalResourceId"].startswith(name)
    ]
    return Executions(cloud, arn)


def test_fleet_per_segment(cloud: LocalCloud, deployer: Deployer, deploy: Deploy) -> None:
    outputs = deploy("fleet_per_segment", "FleetPerSegment")
    assert Executions(cloud, outputs["Workflow"]).run()["status"] == "SUCCEEDED"
    addresses = {
        channel["DataSource"]["S3DataSource"]["S3Uri"]
        for request in deployer.created()
        for channel in request["TrainingJobDefinition"]["InputDataConfig"]
    }
    (bucket,) = {each.split("/")[2] for each in addresses}
    assert bucket in bucket_names(cloud, "FleetPerSegment") and bucket != outputs["ResultsBucket"]
    wanted = [f"s3://{bucket}/segments/{name}/" for name in ("energy", "food", "retail", "travel")]
    assert sorted(addresses) == sorted(f"{each}{kind}/" for each in wanted for kind in ("train", "validation"))
    keys = cloud.client("s3").list_objects_v2(Bucket=outputs["ResultsBucket"])["Contents"]
    assert any(each["Key"].endswith("/manifest.json") for each in keys)


def test_variants_hold_no_tokens(tmp_path: Path) -> None:
    (folder,) = {each.parent for each in synthesized("fleet_per_segment", tmp_path).glob("asset.*.json")}
    variants = [
        json.loads(each.read_text(encoding="utf-8"))
        for each in folder.glob("asset.*.json")
        if "segment" in each.read_text(encoding="utf-8")
    ]
    assert variants == [[{"segment": name} for name in ("retail", "travel", "food", "energy")]]
    text = json.loads((folder / "FleetPerSegment.template.json").read_text(encoding="utf-8"))
    (machine,) = [each for each in text["Resources"].values() if each["Type"] == "AWS::StepFunctions::StateMachine"]
    parts = machine["Properties"]["DefinitionString"]["Fn::Join"][1]
    starts = [index for index, each in enumerate(parts) if isinstance(each, str) and each.endswith("{% 's3://")]
    assert len(starts) == 2
    for index in starts:
        assert parts[index + 1]["Ref"].startswith("Storage")
        assert parts[index + 2].startswith("/segments/' & $states.input.segment & '/")


def test_alarms_may_publish(tmp_path: Path) -> None:
    text = (synthesized("weekly_retuning", tmp_path) / "WeeklyRetuning.template.json").read_text(encoding="utf-8")
    resources = json.loads(text)["Resources"]
    (policy,) = [each for each in resources.values() if each["Type"] == "AWS::SNS::TopicPolicy"]
    allowed = [
        (each["Principal"], each["Action"])
        for each in policy["Properties"]["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow"
    ]
    assert allowed == [({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_approval(cloud: LocalCloud, deployer: Deployer, deploy: Deploy, answer: str) -> None:
    outputs = deploy("approval", "Approval")
    inbox = subscribe(cloud, "Approval")
    workflow = Executions(cloud, outputs["WorkflowArn"])
    execution = workflow.start(data=f"s3://{outputs['DataBucket']}/2024-11/")
    message = deployer.wait_for(inbox)
    (job,) = deployer.names()
    assert job in message
    token = re.search(r"send-task-success .*--task-token (\S+)", message)
    assert token is not None
    states = cloud.client("stepfunctions")
    if answer == "yes":
        states.send_task_success(taskToken=token[1], output="{}")
    else:
        states.send_task_failure(taskToken=token[1], error="Refused")
    assert workflow.result(execution)["status"] == "SUCCEEDED"
    models = [each["request"]["ModelName"] for each in deployer.calls("CreateModel")]
    winner = deployer.describe(job)["BestTrainingJob"]["TrainingJobName"]
    assert models == ([winner] if answer == "yes" else [])


def subscribe(cloud: LocalCloud, stack: str) -> Callable[[], str | None]:
    """Return what looks for a message to the topic of a stack."""
    resources = cloud.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    (topic,) = [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::SNS::Topic"]
    queues = cloud.client("sqs")
    url = queues.create_queue(QueueName=f"{stack}-{len(topic)}-inbox")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": arn}]}
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def look() -> str | None:
        for each in queues.receive_message(QueueUrl=url).get("Messages", ()):
            queues.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            text: str = json.loads(each["Body"])["Message"]
            return text
        return None

    return look


def test_the_stage_of_the_pipeline(cloud: LocalCloud, deployer: Deployer, deploy: Deploy) -> None:
    outputs = deploy("pipeline", "Production-Tuning", "assembly-Pipeline-Production")
    (job,) = deployer.names()
    assert deployer.status(job) == "Completed"
    assert outputs["ModelArtifact"].startswith("s3://my-models/pipeline/") and job in outputs["ModelArtifact"]


def test_the_stages_of_the_pipeline(tmp_path: Path) -> None:
    text = (synthesized("pipeline", tmp_path) / "Pipeline.template.json").read_text(encoding="utf-8")
    resources: dict[str, Any] = json.loads(text)["Resources"]
    (pipeline,) = [each for each in resources.values() if each["Type"] == "AWS::CodePipeline::Pipeline"]
    stages = {each["Name"]: [action["Name"] for action in each["Actions"]] for each in pipeline["Properties"]["Stages"]}
    assert list(stages) == ["Source", "Build", "UpdatePipeline", "Assets", "Production"]
    assert stages["Production"] == ["Tuning.Prepare", "Tuning.Deploy", "Look"]


def test_the_step_that_looks_may_read_the_model(tmp_path: Path) -> None:
    text = (synthesized("pipeline", tmp_path) / "Pipeline.template.json").read_text(encoding="utf-8")
    policies = [each for each in json.loads(text)["Resources"].values() if each["Type"] == "AWS::IAM::Policy"]
    reading = [
        (each["Properties"]["Roles"], statement["Resource"])
        for each in policies
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "s3:GetObject"
    ]
    ((roles, resource),) = reading
    assert resource == {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::my-models/pipeline/*"]]}
    assert ["Look" in each["Ref"] for each in roles] == [True]
