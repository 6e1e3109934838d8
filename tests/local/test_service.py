"""The SageMaker part through boto3, with permissions enforced."""

import json
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cdk_hpo.local import LocalCloud
from tests.local.requests import ROLE, make_role, trust, tuning_request, with_role

JOB_ARN = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/"
ALLOWED = ["sagemaker:CreateHyperParameterTuningJob", "sagemaker:DescribeHyperParameterTuningJob"]


def refused(action: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        action(**request)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def as_role(cloud: LocalCloud, name: str, *statements: dict[str, Any]) -> Any:
    """Return a SageMaker client of a role that may do what the statements say."""
    document = trust()
    document["Statement"][0]["Principal"] = {"AWS": f"arn:aws:iam::{cloud.account}:root"}
    arn = make_role(cloud, name, document)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}
    if statements:
        cloud.client("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    session = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return cloud.client(
        "sagemaker",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def passing(role: str = ROLE, service: str = "sagemaker.amazonaws.com") -> dict[str, Any]:
    return {
        "Action": "iam:PassRole",
        "Resource": role,
        "Condition": {"StringEquals": {"iam:PassedToService": service}},
    }


def test_a_job_from_its_creation_to_its_end(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    made = sagemaker.create_hyper_parameter_tuning_job(**tuning_request("Life", Tags=[{"Key": "a", "Value": "b"}]))
    assert made["HyperParameterTuningJobArn"] == JOB_ARN + "life"
    name = {"HyperParameterTuningJobName": "Life"}
    assert sagemaker.describe_hyper_parameter_tuning_job(**name)["HyperParameterTuningJobStatus"] == "InProgress"
    assert sagemaker.list_tags(ResourceArn=JOB_ARN + "life")["Tags"] == [{"Key": "a", "Value": "b"}]
    sagemaker.stop_hyper_parameter_tuning_job(**name)
    assert sagemaker.describe_hyper_parameter_tuning_job(**name)["HyperParameterTuningJobStatus"] == "Stopping"
    time.sleep(0.3)
    described = sagemaker.describe_hyper_parameter_tuning_job(**name)
    assert described["HyperParameterTuningJobStatus"] == "Stopped"
    assert described["HyperParameterTuningEndTime"] > described["CreationTime"]
    code, message = refused(sagemaker.stop_hyper_parameter_tuning_job, **name)
    assert (code, message.endswith("in status Stopped.")) == ("ValidationException", True)
    sagemaker.delete_hyper_parameter_tuning_job(**name)
    code, message = refused(sagemaker.describe_hyper_parameter_tuning_job, **name)
    assert code == "ResourceNotFound"
    assert message.startswith("Amazon SageMaker can't find a tuning job called Life")


def test_boto3_sees_modelled_exceptions(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request("twice"))
    with pytest.raises(sagemaker.exceptions.ResourceInUse, match="with the name, twice, already exists"):
        sagemaker.create_hyper_parameter_tuning_job(**tuning_request("twice"))
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="nobody")


def test_boto3_pages_through_all_jobs(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    for number in range(12):
        sagemaker.create_hyper_parameter_tuning_job(**tuning_request(f"page-{number:02d}"))
    pages = list(sagemaker.get_paginator("list_hyper_parameter_tuning_jobs").paginate(NameContains="page-"))
    assert [len(page["HyperParameterTuningJobSummaries"]) for page in pages] == [10, 2]


def test_unknown_operations_and_services_are_named(cloud: LocalCloud) -> None:
    code, message = refused(cloud.client("sagemaker").list_models)
    assert (code, "operation ListModels" in message) == ("UnknownOperationException", True)
    code, message = refused(cloud.client("fsx").describe_file_systems)
    assert (code, message) == ("UnknownOperationException", "The local cloud does not have the service fsx.")


def test_what_is_wrong_on_the_wire_is_said_in_the_words_of_the_service(cloud: LocalCloud) -> None:
    from botocore.config import Config

    unchecked = cloud.client("sagemaker", config=Config(parameter_validation=False))
    code, message = refused(unchecked.describe_hyper_parameter_tuning_job, HyperParameterTuningJobName="a b")
    assert code == "ValidationException"
    assert message.startswith("1 validation error detected: Value 'a b' at 'hyperParameterTuningJobName' failed")


def test_without_grants_nothing_is_allowed(cloud: LocalCloud) -> None:
    client = as_role(cloud, "powerless")
    code, message = refused(client.create_hyper_parameter_tuning_job, **tuning_request("denied"))
    assert code == "AccessDeniedException"
    assert message == (
        "User: arn:aws:sts::123456789012:assumed-role/powerless/test is not authorized to perform: "
        f"sagemaker:CreateHyperParameterTuningJob on resource: {JOB_ARN}denied because no identity-based policy "
        "allows the sagemaker:CreateHyperParameterTuningJob action"
    )
    assert refused(client.describe_hyper_parameter_tuning_job, HyperParameterTuningJobName="nobody")[0] == code
    denied = [d for d in cloud.iam_decisions() if "/powerless/" in str(d["principal"])]
    assert {(d["action"], d["decision"]) for d in denied} == {(action, "ImplicitDeny") for action in ALLOWED}


def test_a_forged_signature_is_refused(cloud: LocalCloud) -> None:
    session = cloud.client("sts").assume_role(
        RoleArn=make_role(cloud, "forged", {"Statement": [{**trust()["Statement"][0], "Principal": {"AWS": "*"}}]}),
        RoleSessionName="test",
    )["Credentials"]
    forged = cloud.client(
        "sagemaker",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key="not-the-secret",
        aws_session_token=session["SessionToken"],
    )
    assert "Signature" in refused(forged.list_hyper_parameter_tuning_jobs)[0]


def test_tags_need_a_permission_of_their_own(cloud: LocalCloud) -> None:
    client = as_role(cloud, "tagless", {"Action": ALLOWED, "Resource": "*"}, passing())
    client.create_hyper_parameter_tuning_job(**tuning_request("untagged"))
    tagged = tuning_request("tagged", Tags=[{"Key": "a", "Value": "b"}])
    code, message = refused(client.create_hyper_parameter_tuning_job, **tagged)
    assert (code, "perform: sagemaker:AddTags" in message) == ("AccessDeniedException", True)


def test_conditions_on_tags(cloud: LocalCloud) -> None:
    only_mine = {"StringEquals": {"aws:ResourceTag/owner": "me"}}
    client = as_role(
        cloud, "owner", {"Action": "sagemaker:Describe*", "Resource": f"{JOB_ARN}*", "Condition": only_mine}
    )
    for name in ("me", "you"):
        request = tuning_request(f"of-{name}", Tags=[{"Key": "owner", "Value": name}])
        cloud.client("sagemaker").create_hyper_parameter_tuning_job(**request)
    assert client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="of-me")
    code, _ = refused(client.describe_hyper_parameter_tuning_job, HyperParameterTuningJobName="of-you")
    assert code == "AccessDeniedException"


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        ("passes-nothing", []),
        ("passes-another", [passing("arn:aws:iam::123456789012:role/another")]),
        ("passes-to-lambda", [passing(service="lambda.amazonaws.com")]),
    ],
)
def test_passing_a_role_needs_a_grant_for_this_role_and_service(
    cloud: LocalCloud, name: str, statements: list[dict[str, Any]]
) -> None:
    client = as_role(cloud, name, {"Action": "sagemaker:*", "Resource": "*"}, *statements)
    code, message = refused(client.create_hyper_parameter_tuning_job, **tuning_request("pass"))
    assert code == "AccessDeniedException"
    assert f"is not authorized to perform: iam:PassRole on resource: {ROLE}" in message


def test_roles_that_cannot_be_assumed(cloud: LocalCloud) -> None:
    make_role(cloud, "for-lambda", trust("lambda.amazonaws.com"))
    make_role(cloud, "elsewhere", trust(StringEquals={"aws:SourceAccount": "111122223333"}))
    make_role(cloud, "tuning-only", trust(ArnLike={"aws:SourceArn": f"{JOB_ARN}*"}))
    for name in ("no-such-role", "for-lambda", "elsewhere", "tuning-only"):
        arn = f"arn:aws:iam::123456789012:role/{name}"
        request = with_role(tuning_request("unassumable"), arn)
        code, message = refused(cloud.client("sagemaker").create_hyper_parameter_tuning_job, **request)
        assert code == "ValidationException"
        assert message.startswith(f"Could not assume role {arn}. Please ensure that the role exists")


def test_a_role_with_conditions_that_hold(cloud: LocalCloud) -> None:
    condition = {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:us-east-1:123456789012:*"},
    }
    arn = make_role(cloud, "confined", trust(**condition))
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**with_role(tuning_request("confined"), arn))


def test_a_role_of_another_account(cloud: LocalCloud) -> None:
    request = with_role(tuning_request("foreign"), "arn:aws:iam::111122223333:role/hpo-exec")
    code, message = refused(cloud.client("sagemaker").create_hyper_parameter_tuning_job, **request)
    assert (code, message) == ("AccessDeniedException", "Cross-account pass role is not allowed.")


def test_calls_are_recorded_as_they_came(cloud: LocalCloud) -> None:
    request = tuning_request("recorded")
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**request)
    call = cloud.calls()[-1]
    assert call["operation"] == "CreateHyperParameterTuningJob"
    assert call["request"] == request
    assert (call["principal"], call["error"]) == ("arn:aws:iam::123456789012:root", None)
    refused(cloud.client("sagemaker").create_hyper_parameter_tuning_job, **request)
    assert cloud.calls()[-1]["error"] == "ResourceInUse"


def test_faults(cloud: LocalCloud) -> None:
    cloud.inject_faults(
        [{"operation": "ListTags", "code": "ThrottlingException", "message": "Rate exceeded", "nth": 2, "status": 429}]
    )
    sagemaker = cloud.client("sagemaker")
    sagemaker.create_hyper_parameter_tuning_job(**tuning_request("faulty"))
    sagemaker.list_tags(ResourceArn=JOB_ARN + "faulty")
    with pytest.raises(ClientError, match="Rate exceeded") as throttled:
        sagemaker.list_tags(ResourceArn=JOB_ARN + "faulty")
    assert throttled.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    cloud.inject_faults([])
    with pytest.raises(ValueError, match="a fault has operation, code"):
        cloud.inject_faults([{"op": "ListTags"}])


def test_the_pace_and_the_end_of_jobs(cloud: LocalCloud) -> None:
    sagemaker = cloud.client("sagemaker")
    for name in ("failing", "hasty"):
        sagemaker.create_hyper_parameter_tuning_job(**tuning_request(name))
    cloud.end_job("failing", "Failed", "No objective metrics found.")
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="failing")
    assert (described["HyperParameterTuningJobStatus"], described["FailureReason"]) == (
        "Failed",
        "No objective metrics found.",
    )
    cloud.configure(job_seconds=0)
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="hasty")
    cloud.configure(job_seconds=600)
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    with pytest.raises(ValueError, match="job_seconds must be a number of seconds"):
        cloud.configure(job_seconds=-1)


def test_unknown_hooks_are_named(cloud: LocalCloud) -> None:
    with pytest.raises(ValueError, match=r"No such hook: 'nothing'\. There are info, calls, iam"):
        cloud._read("nothing")
    with pytest.raises(ValueError, match="can't find a tuning job called nobody"):
        cloud.end_job("nobody")


def test_state_changes_reach_event_bridge(cloud: LocalCloud) -> None:
    events, queues = cloud.client("events"), cloud.client("sqs")
    url = queues.create_queue(QueueName="states")["QueueUrl"]
    pattern = {"source": ["aws.sagemaker"], "detail": {"HyperParameterTuningJobStatus": ["InProgress", "Failed"]}}
    events.put_rule(Name="states", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="states", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:123456789012:states"}])
    cloud.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request("eventful"))
    time.sleep(0.3)
    cloud.end_job("eventful", "Failed", "why")
    seen: list[tuple[str, str]] = []
    deadline = time.monotonic() + 10
    while len(seen) < 2 and time.monotonic() < deadline:
        for message in queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            assert event["detail-type"] == "SageMaker HyperParameter Tuning Job State Change"
            if event["detail"]["HyperParameterTuningJobName"] == "eventful":
                seen.append((event["detail"]["HyperParameterTuningJobStatus"], event["resources"][0]))
        time.sleep(0.05)
    assert sorted(seen) == [("Failed", JOB_ARN + "eventful"), ("InProgress", JOB_ARN + "eventful")]


def test_without_iam_any_role_will_do() -> None:
    with LocalCloud(iam=False) as open_cloud:
        request = with_role(tuning_request("free"), "arn:aws:iam::111122223333:role/no-such-role")
        open_cloud.client("sagemaker").create_hyper_parameter_tuning_job(**request)
