"""CloudFormation's side of a custom resource, with a small function in a plain template."""

from typing import Any

import pytest

from cdk_hpo.local import DeploymentError, LocalCloud

CODE = """
import json, os, pathlib, tempfile, time, urllib.error, urllib.request

def handler(event, context):
    wanted = event["ResourceProperties"]
    mode = wanted.get("Mode", "ok")
    if event["RequestType"] == "Delete" and mode != "stays":
        mode = "ok"
    tries = pathlib.Path(tempfile.gettempdir()) / event["RequestId"]
    tries.write_text((tries.read_text() if tries.exists() else "") + "x")
    if mode == "silent" or (mode == "crash" and len(tries.read_text()) < 3):
        os._exit(1)
    body = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    body |= {"Status": "SUCCESS", "PhysicalResourceId": wanted["Name"],
             "Data": {"Seen": json.dumps(wanted["Values"]), "Tries": str(len(tries.read_text()))}}
    headers = {"Content-Type": ""}
    if mode == "mute":
        return
    going_back = event["RequestType"] == "Update" and mode == "fail-back"
    if mode == "fail" or going_back or (mode == "stays" and event["RequestType"] == "Delete"):
        body |= {"Status": "FAILED", "Reason": "it did not work"}
    if mode == "big":
        body["Data"]["Seen"] = "x" * 4096
    if mode == "anonymous":
        del body["PhysicalResourceId"]
    if mode == "typed":
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), headers, method="PUT")
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        if error.code != 403:
            raise
"""
VALUES = {"int": 1, "float": 1.5, "yes": True, "list": [False, "x", {"n": 2**60}], "empty": []}


def template(name: str = "thing-1", *, mode: str = "ok", fail_later: bool = False, **changes: Any) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Timeout": 5,
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
    }
    properties = {
        "ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]},
        "ServiceTimeout": 10,
        "Name": name,
        "Mode": mode,
        "Values": VALUES,
    }
    resources: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Thing": {"Type": "Custom::Thing", "Properties": {**properties, **changes}},
    }
    if fail_later:
        resources["Handle"] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
        resources["Late"] = {
            "Type": "AWS::CloudFormation::WaitCondition",
            "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1", "Count": 1},
            "DependsOn": "Thing",
        }
    outputs = {key: {"Value": {"Fn::GetAtt": ["Thing", key]}} for key in ("Seen", "Tries")}
    return {"Resources": resources, "Outputs": {**outputs, "Ref": {"Value": {"Ref": "Thing"}}}}


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def sent(cloud: LocalCloud, stack_name: str) -> list[tuple[str, str | None]]:
    return [
        (event["RequestType"], event.get("PhysicalResourceId"))
        for event in cloud.events()
        if f":stack/{stack_name}/" in event["StackId"]
    ]


def failing(cloud: LocalCloud, stack_name: str, **changes: Any) -> str:
    with pytest.raises(DeploymentError) as failed:
        cloud.deploy_template(template(**changes), stack_name, timeout=60)
    return str(failed.value)


def test_create_update_replace_delete(cloud: LocalCloud) -> None:
    made = cloud.deploy_template(template(), "Whole")
    assert outputs(made)["Ref"] == "thing-1"
    assert outputs(made)["Seen"] == (
        '{"int": "1", "float": "1.5", "yes": "true", "list": ["false", "x", {"n": "1152921504606846976"}], "empty": []}'
    )
    assert cloud.deploy_template(template(Extra="x"), "Whole")["StackStatus"] == "UPDATE_COMPLETE"
    assert outputs(cloud.deploy_template(template("thing-2"), "Whole"))["Ref"] == "thing-2"
    assert (
        cloud.deploy_template(template("thing-2"), "Whole")["StackStatus"] == "UPDATE_COMPLETE"
    )  # no change: no event
    cloud.destroy("Whole")
    assert sent(cloud, "Whole") == [
        ("Create", None),
        ("Update", "thing-1"),
        ("Update", "thing-1"),
        ("Delete", "thing-1"),
        ("Delete", "thing-2"),
    ]
    assert all(answer["valid"] and answer["expected"] for answer in cloud.answers() if "/Whole/" in answer["StackId"])
    assert cloud.stack("Whole") is None


def test_a_failed_create_is_rolled_back_and_deleted_by_the_id_of_its_answer(cloud: LocalCloud) -> None:
    text = failing(cloud, "Fails", name="half-made", mode="fail")
    assert text.startswith("The stack Fails is ROLLBACK_COMPLETE:")
    assert (
        "Thing CREATE_FAILED: Received response status [FAILED] from custom resource. Message returned: it did" in text
    )
    assert sent(cloud, "Fails") == [("Create", None), ("Delete", "half-made")]
    made = cloud.deploy_template(template(), "Fails")  # what failed at its creation is replaced, as the CLI does it
    assert made["StackStatus"] == "CREATE_COMPLETE"


def test_a_failed_update_is_followed_by_an_update_back(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(), "Back")
    assert "UPDATE_ROLLBACK_COMPLETE" in failing(cloud, "Back", mode="fail")
    assert sent(cloud, "Back") == [("Create", None), ("Update", "thing-1"), ("Update", "thing-1")]
    assert [e["ResourceProperties"]["Mode"] for e in cloud.events() if ":stack/Back/" in e["StackId"]] == [
        "ok",
        "fail",
        "ok",
    ]


def test_an_update_rolled_back_by_another_resource(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(), "Other")
    assert "Late UPDATE_FAILED" in failing(cloud, "Other", name="thing-2", fail_later=True)
    stack = cloud.stack("Other")
    assert stack is not None
    assert outputs(stack)["Ref"] == "thing-1"
    assert sent(cloud, "Other")[-1] == ("Delete", "thing-2")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("big", "Response object is too long."),
        ("anonymous", "Invalid PhysicalResourceId"),
        ("typed", "The answer was sent with the Content-Type application/json; it must have none"),
    ],
)
def test_answers_that_break_the_protocol_fail(cloud: LocalCloud, mode: str, reason: str) -> None:
    assert reason in failing(cloud, f"Bad-{mode}", mode=mode)
    answer = next(a for a in cloud.answers() if f":stack/Bad-{mode}/" in a.get("StackId", ""))
    assert (answer["valid"], reason in answer["problem"]) == (False, True)


def test_a_crash_is_healed_by_the_retries_of_an_asynchronous_call(cloud: LocalCloud) -> None:
    made = cloud.deploy_template(template(mode="crash"), "Crash")
    assert outputs(made)["Tries"] == "3"
    assert sent(cloud, "Crash") == [("Create", None)]


def test_no_answer_at_all(cloud: LocalCloud) -> None:
    text = failing(cloud, "Silent", mode="silent", ServiceTimeout=1)
    assert "CloudFormation did not receive a response from your Custom Resource." in text
    # The id is of CloudFormation's own making.
    (_, create), (kind, made_up) = sent(cloud, "Silent")
    assert (create, kind) == (None, "Delete")
    assert str(made_up).startswith("Silent-Thing-")


@pytest.mark.parametrize("timeout", [0, 3601, "soon"])
def test_limits_of_the_service_timeout(cloud: LocalCloud, timeout: object) -> None:
    assert "between 1 and 3600" in failing(cloud, "Limits", ServiceTimeout=timeout)
    assert sent(cloud, "Limits") == []


def test_the_service_token_cannot_be_modified(cloud: LocalCloud) -> None:
    cloud.deploy_template(template(), "Token")
    moved = template(ServiceToken={"Fn::GetAtt": ["Second", "Arn"]})
    moved["Resources"]["Second"] = moved["Resources"]["Function"]
    with pytest.raises(DeploymentError, match="Modifying service token is not allowed"):
        cloud.deploy_template(moved, "Token")
    assert sent(cloud, "Token") == [("Create", None)]


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:nobody", "Lambda function not found"),
        ("arn:aws:lambda:eu-west-1:123456789012:function:far", "must be in the region of the stack"),
        ("arn:aws:sns:us-east-1:123456789012:topic", "to Lambda functions only"),
    ],
)
def test_a_service_token_that_leads_nowhere(cloud: LocalCloud, token: str, reason: str) -> None:
    assert reason in failing(cloud, "Nowhere", ServiceToken=token)


def test_a_function_that_cannot_run_here_fails_at_once(cloud: LocalCloud) -> None:
    given = template(ServiceTimeout=60)
    code = "const s3 = require('@aws-sdk/client-s3'); exports.handler = async () => {};"
    given["Resources"]["Function"]["Properties"] |= {"Runtime": "nodejs22.x", "Code": {"ZipFile": code}}
    with pytest.raises(DeploymentError, match="it has no @aws-sdk/client-s3 for Node"):
        cloud.deploy_template(given, "Node", timeout=50)


def test_what_cdk_adds_for_node_is_done_here(cloud: LocalCloud) -> None:
    given = template()
    add = given["Resources"]
    token = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
    tag = {"Key": "aws-cdk:auto-delete-objects", "Value": "true"}
    add["Bucket"] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "to-be-emptied", "Tags": [tag]}}
    add["Empty"] = {"Type": "Custom::S3AutoDeleteObjects", "Properties": {**token, "BucketName": {"Ref": "Bucket"}}}
    add["Vpc"] = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    group = {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}
    add["Restrict"] = {"Type": "Custom::VpcRestrictDefaultSG", "Properties": {**token, "DefaultSecurityGroupId": group}}
    given["Outputs"]["Group"] = {"Value": group}
    made = outputs(cloud.deploy_template(given, "Cdk"))
    rules = cloud.client("ec2").describe_security_groups(GroupIds=[made["Group"]])["SecurityGroups"][0]
    assert (rules["IpPermissions"], rules["IpPermissionsEgress"]) == ([], [])
    cloud.client("s3").put_object(Bucket="to-be-emptied", Key="a/b", Body=b"x")
    cloud.destroy("Cdk")
    assert "to-be-emptied" not in [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]
