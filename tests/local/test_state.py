"""A local cloud that keeps its state: what is there again, after whatever end."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from cdk_hpo.local import LocalCloud, LocalCloudError, process
from tests.local.requests import make_role, trust, tuning_request
from tests.local.training import HANGS, TRAINS, described, prepare, processes_of, table, trained, tune
from tests.local.training_jobs.bench import eventually, lives
from tests.shared import ROOT

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
REASON = "InternalServerError: The local cloud ended while the job was running."
WAITS = """
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Waits:
    Type: "AWS::CloudFormation::WaitCondition"
    Properties: {Handle: {Ref: Handle}, Timeout: "600"}
"""
CUSTOM = """
Resources:
  Role:
    Type: "AWS::IAM::Role"
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: "sts:AssumeRole", Principal: {Service: lambda.amazonaws.com}}]
  Function:
    Type: "AWS::Lambda::Function"
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: {"Fn::GetAtt": [Role, Arn]}
      Code:
        ZipFile: |
          import json, urllib.request
          def handler(event, context):
              seen = f"{event['RequestType']} {event['ResourceProperties']['Number']}"
              answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
              answer |= {"Status": "SUCCESS", "PhysicalResourceId": "the-one", "Data": {"Seen": seen}}
              body = json.dumps(answer).encode()
              unsigned = {"Content-Type": ""}
              urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], body, unsigned, method="PUT"))
  Custom:
    Type: "Custom::Number"
    Properties: {ServiceToken: {"Fn::GetAtt": [Function, Arn]}, Number: NUMBER}
Outputs: {Seen: {Value: {"Fn::GetAtt": [Custom, Seen]}}}
"""
PARAMETER = """
Resources:
  Kept: {Type: "AWS::SSM::Parameter", Properties: {Name: "/kept", Type: String, Value: "here"}}
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let local clouds have their private folders in a place of the test's own, where they can be counted."""
    path = tmp_path / "tmp"
    path.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(path))
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return table(tmp_path, {"hangs": HANGS, "trains": TRAINS})


def wait_for(cloud: LocalCloud, name: str, status: str) -> None:
    eventually(lambda: described(cloud, name)["HyperParameterTuningJobStatus"] == status)


def wait_for_stack(formation: Any, state: str, name: str) -> None:
    formation.get_waiter(state).wait(StackName=name, WaiterConfig={"Delay": 1})


def model(cloud: LocalCloud, job: dict[str, Any]) -> bytes:
    key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://models/")
    body = cloud.client("s3").get_object(Bucket="models", Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as packed:
        found = packed.extractfile("model")
        assert found is not None
        return found.read()


def test_what_was_made_is_there_again(state: Path, temporary: Path) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): return event['number'] + 1\n")
    with LocalCloud(state=state, job_seconds=0.1) as cloud:
        make_role(cloud, "hpo-exec")
        cloud.client("s3").create_bucket(Bucket="data")
        cloud.client("s3").put_object(Bucket="data", Key="a/b c", Body=b"1,2", Metadata={"owner": "me"})
        cloud.client("lambda").create_function(
            FunctionName="adds",
            Runtime="python3.13",
            Handler="index.handler",
            Role=make_role(cloud, "adds", trust("lambda.amazonaws.com")),
            Code={"ZipFile": code.getvalue()},
        )
        cloud.client("cloudformation").create_stack(StackName="kept", TemplateBody=PARAMETER)
        wait_for_stack(cloud.client("cloudformation"), "stack_create_complete", "kept")
        cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("done"))
        wait_for(cloud, "done", "Completed")
        before = described(cloud, "done"), trained(cloud, "done")[0]["SecondaryStatusTransitions"]
    assert list(temporary.iterdir()) == []

    with LocalCloud(state=state) as cloud:
        assert (described(cloud, "done"), trained(cloud, "done")[0]["SecondaryStatusTransitions"]) == before
        found = cloud.client("s3").get_object(Bucket="data", Key="a/b c")
        assert (found["Body"].read(), found["Metadata"]) == (b"1,2", {"owner": "me"})
        assert cloud.client("lambda").invoke(FunctionName="adds", Payload=b'{"number": 1}')["Payload"].read() == b"2"
        assert cloud.client("ssm").get_parameter(Name="/kept")["Parameter"]["Value"] == "here"
        cloud.client("cloudformation").delete_stack(StackName="kept")
        wait_for_stack(cloud.client("cloudformation"), "stack_delete_complete", "kept")
        cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("again"))
    assert list(temporary.iterdir()) == []


def test_a_stack_is_changed_and_deleted_by_later_clouds(state: Path) -> None:
    name = {"StackName": "custom"}
    given = {**name, "Capabilities": ["CAPABILITY_IAM"]}
    with LocalCloud(state=state) as cloud:
        cloud.client("cloudformation").create_stack(TemplateBody=CUSTOM.replace("NUMBER", "1"), **given)
        wait_for_stack(cloud.client("cloudformation"), "stack_create_complete", "custom")
    with LocalCloud(state=state) as cloud:
        formation = cloud.client("cloudformation")
        assert formation.describe_stacks(**name)["Stacks"][0]["Outputs"][0]["OutputValue"] == "Create 1"
        formation.update_stack(TemplateBody=CUSTOM.replace("NUMBER", "2"), **given)
        wait_for_stack(formation, "stack_update_complete", "custom")
        assert formation.describe_stacks(**name)["Stacks"][0]["Outputs"][0]["OutputValue"] == "Update 2"
    with LocalCloud(state=state) as cloud:
        cloud.client("cloudformation").delete_stack(**name)
        wait_for_stack(cloud.client("cloudformation"), "stack_delete_complete", "custom")
        assert [each["RequestType"] for each in cloud.events()] == ["Delete"]
        assert cloud.events()[0]["PhysicalResourceId"] == "the-one"
        assert cloud.client("lambda").list_functions()["Functions"] == []
        assert cloud.client("iam").list_roles()["Roles"] == []


def test_without_a_state_nothing_is_there_again(temporary: Path) -> None:
    for _ in range(2):
        with LocalCloud() as cloud:
            cloud.client("s3").create_bucket(Bucket="data")
            assert (
                cloud.client("sagemaker").list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []
            )
            make_role(cloud, "hpo-exec")
            cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("job"))
    assert list(temporary.iterdir()) == []


HOLDER = """
import os, sys, threading
sys.path[:0] = [{root!r}]
from cdk_hpo.local import LocalCloud
cloud = LocalCloud(train=True, images={images!r}, state={state!r}).start()
print(cloud.url, cloud._process._process.pid, cloud._process.home, flush=True)
threading.Event().wait()
"""


class Held:
    """A local cloud in a process that can be killed."""

    def __init__(self, images: Path, state: Path) -> None:
        code = HOLDER.format(root=str(ROOT), images=str(images), state=str(state))
        variables = {**os.environ, "TMPDIR": tempfile.gettempdir()}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        self.url, server, home = self.process.stdout.readline().split()
        self.server, self.home = int(server), Path(home)
        self.state = state

    def cloud(self) -> LocalCloud:
        """Return a cloud object that talks to it and starts nothing."""
        cloud = LocalCloud()

        class There:
            url, home, aws_config = self.url, self.home, self.home / "aws-config"

        cloud._process = There()  # type: ignore[assignment]
        return cloud

    def saved(self, service: str, text: str) -> bool:
        path = self.state / "emulator" / "services" / f"{service}.json"
        return path.exists() and text in path.read_text()


@pytest.fixture
def held(images: Path, state: Path) -> Iterator[Held]:
    made = Held(images, state)
    yield made
    made.process.kill()
    made.process.communicate()


@LINUX
@pytest.mark.parametrize("killed", ["server", "server and owner", "server, owner and keepers"])
def test_a_kill_in_the_middle(held: Held, images: Path, state: Path, temporary: Path, killed: str) -> None:
    cloud = held.cloud()
    prepare(cloud)
    tune(cloud, "trained", "trains", jobs=2)
    wait_for(cloud, "trained", "Completed")
    tune(cloud, "killed", "hangs", jobs=2)
    eventually(lambda: len(list(held.home.glob("training-jobs/*/opt/ml/model/pids"))) == 2)
    running = [int(n) for path in held.home.glob("training-jobs/*/opt/ml/model/pids") for n in path.read_text().split()]
    assert len(running) == 4
    assert all(map(lives, running))
    eventually(lambda: held.saved("iam", "hpo-exec") and held.saved("s3", "models"))
    eventually(lambda: len(list((state / "tuning-jobs").glob("*.json"))) == 2)
    before = described(cloud, "trained")
    cut_off = [each["CreationTime"] for each in trained(cloud, "killed")]

    victims = [held.server]
    if "owner" in killed:
        victims.append(held.process.pid)
    if "keepers" in killed:
        victims += [process for process, command in processes_of(held.home).items() if "keeper.py" in command]
        assert len(victims) == 4
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    eventually(lambda: not lives(held.server))
    if "keepers" not in killed:
        eventually(lambda: not any(map(lives, running)))  # without anybody's help

    if "owner" not in killed:
        held.process.kill()  # it could not start the next one, as it holds the state
        held.process.wait()
    with LocalCloud(train=True, images=images, state=state) as again:
        assert described(again, "trained") == before
        assert [model(again, job) for job in trained(again, "trained")] == [b"weights"] * 2
        found = described(again, "killed")
        assert (found["HyperParameterTuningJobStatus"], found["FailureReason"]) == ("Failed", REASON)
        assert found["HyperParameterTuningEndTime"] >= max(cut_off)
        for job in trained(again, "killed"):
            assert (job["TrainingJobStatus"], job["FailureReason"]) == ("Failed", REASON)
            assert job["SecondaryStatusTransitions"][-1]["Status"] == "Failed"
        assert list(temporary.iterdir()) == [again._process.home]  # type: ignore[union-attr]
        assert not any(map(lives, running))
        assert processes_of(held.home) == {}
        warm_start = {
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "trained"}],
            "WarmStartType": "TransferLearning",
        }
        tune(again, "child", "trains", WarmStartConfig=warm_start)
        wait_for(again, "child", "Completed")
        best = before["BestTrainingJob"]["TunedHyperParameters"]
        assert trained(again, "child")[0]["HyperParameters"].items() >= best.items()
    assert list(temporary.iterdir()) == []
    assert processes_of(temporary) == {}


@LINUX
def test_a_stack_that_was_being_made_can_be_deleted(held: Held, images: Path, state: Path) -> None:
    cloud = held.cloud()
    cloud.client("cloudformation").create_stack(StackName="waits", TemplateBody=WAITS)
    eventually(lambda: held.saved("cloudformation", "CREATE_IN_PROGRESS"))
    os.kill(held.server, signal.SIGKILL)
    held.process.kill()
    held.process.wait()
    with LocalCloud(state=state) as again:
        formation = again.client("cloudformation")
        (stack,) = formation.describe_stacks(StackName="waits")["Stacks"]
        assert stack["StackStatus"] == "CREATE_FAILED"
        assert stack["StackStatusReason"] == "The local cloud ended while the stack was being changed."
        formation.delete_stack(StackName="waits")
        wait_for_stack(formation, "stack_delete_complete", "waits")


def test_an_end_while_it_starts_loses_nothing(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCloud(state=state) as cloud:
        make_role(cloud, "kept")
        cloud.client("s3").create_bucket(Bucket="kept")
    for seconds in (0.2, 0.4, 0.6, 0.8, 1.0):
        monkeypatch.setattr(process, "START_SECONDS", seconds)
        with contextlib.suppress(LocalCloudError):
            LocalCloud(state=state).start().stop()
    monkeypatch.setattr(process, "START_SECONDS", 90)
    with LocalCloud(state=state) as cloud:
        assert [each["RoleName"] for each in cloud.client("iam").list_roles()["Roles"]] == ["kept"]
        assert [each["Name"] for each in cloud.client("s3").list_buckets()["Buckets"]] == ["kept"]


def test_two_clouds_do_not_share_a_state(state: Path) -> None:
    with LocalCloud(state=state) as cloud:
        with pytest.raises(LocalCloudError, match=r"state is used by another local cloud"):
            LocalCloud(state=state).start()
        assert cloud.client("sts").get_caller_identity()["Account"] == cloud.account
    with LocalCloud(state=state):
        pass


def test_a_folder_with_something_else_is_refused(state: Path, temporary: Path) -> None:
    state.mkdir()
    (state / "thesis.tex").write_text("mine")
    with pytest.raises(LocalCloudError, match="holds something else than a local cloud's state"):
        LocalCloud(state=state).start()
    assert (state / "thesis.tex").read_text() == "mine"
    assert list(temporary.iterdir()) == []


def test_a_broken_record_is_told_and_nothing_is_left(state: Path, temporary: Path) -> None:
    with LocalCloud(state=state):
        pass
    (state / "tuning-jobs" / "broken.json").write_text("{}")
    with pytest.raises(LocalCloudError, match=r"The record of a tuning job cannot be read: \S+/broken.json"):
        LocalCloud(state=state).start()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_command_keeps_its_state(state: Path, temporary: Path, how: signal.Signals) -> None:
    variables = {**os.environ, "TMPDIR": str(temporary)}
    for number in range(2):
        process = subprocess.Popen(
            [sys.executable, "-m", "cdk_hpo.local", "--port", "0", "--train", "--state", str(state)],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            lines = list(iter(process.stdout.readline, "Ctrl-C ends it.\n"))
            assert (
                f"  Nothing but what a training job sends leaves this machine; the state is kept in {state}.\n" in lines
            )
            assert any("no containers, so neither network nor files are shut off" in line for line in lines)
            assert any("one machine, no GPU, for small data" in line for line in lines)
            s3 = boto3.client(
                "s3",
                endpoint_url=lines[0].split()[-1],
                region_name="us-east-1",
                aws_access_key_id="123456789012",
                aws_secret_access_key="local",
            )
            assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["first"][:number]
            if number == 0:
                s3.create_bucket(Bucket="first")
            process.send_signal(how)
            output, errors = process.communicate(timeout=60)
            assert (process.returncode, errors) == (0, "")
            assert output == f"\nThe local cloud has ended; nothing is left running. Its state is in {state}.\n"
        finally:
            process.kill()
            process.communicate()
    assert list(temporary.iterdir()) == []


def test_the_time_of_the_loss_is_not_that_of_the_next_start(state: Path) -> None:
    with LocalCloud(state=state, job_seconds=600) as cloud:
        make_role(cloud, "hpo-exec")
        cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("ran"))
        created = described(cloud, "ran")["CreationTime"].timestamp()
    os.utime(state / "lock", (created + 100, created + 100))
    with LocalCloud(state=state) as cloud:
        found = described(cloud, "ran")
        assert found["HyperParameterTuningEndTime"].timestamp() == pytest.approx(created + 100, abs=0.01)
        assert found["ConsumedResources"] == {"RuntimeInSeconds": 200}
        assert abs(time.time() - (state / "lock").stat().st_mtime) < 60
