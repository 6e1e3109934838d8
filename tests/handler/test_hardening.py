"""Events, tags and answers that are not as they should be: nothing runs on, and every event is answered."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tuning_job.answer import UnansweredError, deliver
from tuning_job.redact import looks_secret

from tests.handler.cloudformation import A, B, CloudFormation, properties, request
from tests.handler.test_answer import Server, address, server  # noqa: F401
from tests.handler.world import FakeClock, Fault


@pytest.mark.parametrize("tag", ["cdk-hpo:logical-id", "cdk-hpo:stack"])
def test_one_of_two_tags_that_somebody_took_off_makes_no_second_job(cloud: CloudFormation, tag: str) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    del cloud.sagemaker.records[name].tags[tag]
    cloud.update({**A, "ServiceTimeout": "1800"})
    assert cloud.sagemaker.live() == [name]


@pytest.mark.parametrize("fixed", [None, "nightly"])
def test_a_retained_job_runs_on_when_its_successor_is_changed(cloud: CloudFormation, fixed: str | None) -> None:
    retained = {"Retain": "true"}
    first = cloud.create({**A, **retained, **({"Name": fixed} if fixed else {})})["PhysicalResourceId"]
    # CloudFormation sends no delete for what a retaining update leaves behind.
    second = cloud.send("Update", {**B, **retained}, first, {**A, **retained})["PhysicalResourceId"]
    tagged = {**B, **retained, "Tags": [{"Key": "team", "Value": "blue"}]}
    cloud.send("Update", tagged, second, {**B, **retained})
    assert sorted(cloud.sagemaker.live()) == sorted([first, second])


def test_a_job_retained_long_ago_is_no_orphan(cloud: CloudFormation) -> None:
    kept = {**A, "Retain": "true"}
    name = cloud.create(kept)["PhysicalResourceId"]
    cloud.clock.time += 100_000
    cloud.sagemaker.job_seconds = 10**9
    assert cloud.sagemaker.status(name) is not None
    assert cloud.send("Delete", kept, "made-up-by-cloudformation")["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) != "Stopping"


def test_a_delete_after_an_invalid_fixed_name_succeeds(cloud: CloudFormation) -> None:
    wrong = {**A, "Name": "my_job"}
    answer = cloud.send("Create", wrong)
    assert answer["Status"] == "FAILED" and "'my_job'" in answer["Reason"]
    assert cloud.send("Delete", wrong, answer["PhysicalResourceId"])["Status"] == "SUCCESS"
    assert cloud.send("Delete", wrong, "made-up-by-cloudformation")["Status"] == "SUCCESS"


@pytest.mark.parametrize("odd", [{"Tags": [{"Value": "x"}]}, {"Tags": "none"}, {"NamePrefix": ["a"]}])
def test_a_delete_does_not_fail_for_odd_properties(cloud: CloudFormation, odd: dict[str, Any]) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    assert cloud.send("Delete", {**A, **odd}, name)["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == []


def test_a_throttled_hand_over_is_tried_again(cloud: CloudFormation) -> None:
    cloud.function_seconds = 20
    cloud.sagemaker.job_seconds = 100
    hand_over, tries = cloud.tools.hand_over, []

    def throttled(function: str, payload: bytes) -> None:
        tries.append(1)
        if len(tries) % 3:
            error = {"Error": {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}}
            raise ClientError(error, "Invoke")  # type: ignore[arg-type]
        hand_over(function, payload)

    cloud.tools = replace(cloud.tools, hand_over=throttled)
    assert cloud.create({**A, "WaitFor": "completed"})["Status"] == "SUCCESS"
    assert len(tries) >= 6


def test_a_client_that_cannot_be_made_leaves_the_name_of_what_was_made(cloud: CloudFormation) -> None:
    event = cloud.event("Create", A)
    made = cloud.deliver(event)
    assert made is not None

    def broken() -> Any:
        raise RuntimeError

    cloud.tools = replace(cloud.tools, connect=broken)
    cloud.deliver(event)
    assert cloud.answers[event["RequestId"]][1]["PhysicalResourceId"] == made["PhysicalResourceId"]


@pytest.mark.parametrize("status", [307, 400, 408, 409])
def test_answers_that_were_not_taken_are_sent_again(server: Server, status: int) -> None:  # noqa: F811
    server.statuses = [status, status]
    assert deliver(address(server), b"{}", FakeClock()) == 200
    server.statuses = [status] * 20
    with pytest.raises(UnansweredError):
        deliver(address(server), b"{}", FakeClock())


def test_half_a_character_in_a_message_harms_nothing(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.sagemaker.faults = [Fault("CreateHyperParameterTuningJob", "ValidationException", "bad \ud800 value")]
    answer = cloud.send("Create", A)
    assert "bad" in answer["Reason"] and "Unexpected" not in answer["Reason"]
    assert capsys.readouterr().out.isascii()


def test_a_limit_of_tags_is_not_waited_for(cloud: CloudFormation) -> None:
    cloud.create({**A, "OnLimit": "wait"})
    cloud.sagemaker.faults = [Fault("AddTags", "ResourceLimitExceeded", "too many tags", times=1000)]
    begun = cloud.clock.now()
    changed = properties(OnLimit="wait", Tags=[{"Key": "other", "Value": "x"}])
    assert cloud.send("Update", changed, cloud.physical_id, {**A, "OnLimit": "wait"})["Status"] == "FAILED"
    assert cloud.clock.now() - begun < 120


@pytest.mark.parametrize(
    ("name", "value"),
    [("url", "postgres://me:hunter2@db/x"), ("db", "Server=a;Pwd=hunter3"), ("dsn", "x"), ("pem", "-----BEGIN KEY")],
)
def test_more_shapes_of_secrets(name: str, value: str) -> None:
    assert looks_secret(name, value)


def test_a_value_that_is_also_in_the_environment_is_no_attribute(cloud: CloudFormation) -> None:
    wanted = request()
    wanted["TrainingJobDefinition"]["Environment"] = {"X": "plain words"}
    wanted["TrainingJobDefinition"]["StaticHyperParameters"] = {"note": "plain words", "num_round": "9"}
    cloud.sagemaker.job_seconds = 20
    data = cloud.create(properties(Request=wanted, WaitFor="completed"))["Data"]
    assert json.loads(data["HyperParameters"])["num_round"] == "9"
    assert "note" not in json.loads(data["HyperParameters"])
