"""Functions under their own role: what the handler of a tuning job relies on."""

import io
import json
import time
import zipfile
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from tests.local.requests import make_role, trust

CODE = """
import json, boto3

def handler(event, context):
    found = boto3.client("sagemaker").list_hyper_parameter_tuning_jobs(NameContains=event["mark"])
    if event["hops"] > 0:
        boto3.client("lambda").invoke(
            FunctionName=context.function_name,
            InvocationType="Event",
            Payload=json.dumps({**event, "hops": event["hops"] - 1}),
        )
    return len(found["HyperParameterTuningJobSummaries"])
"""


def make_function(cloud: LocalCloud, name: str, *actions: str, source: str = CODE) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", source)
    role = make_role(cloud, name, trust("lambda.amazonaws.com"))
    if actions:
        policy = {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
        cloud.client("iam").put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Timeout=10,
        Role=role,
        Code={"ZipFile": code.getvalue()},
    )


def run(cloud: LocalCloud, name: str, hops: int) -> dict[str, Any]:
    payload = json.dumps({"mark": name, "hops": hops})
    answer: dict[str, Any] = cloud.client("lambda").invoke(FunctionName=name, Payload=payload)
    return answer


def calls(cloud: LocalCloud, name: str) -> list[dict[str, Any]]:
    return [call for call in cloud.calls() if (call["request"] or {}).get("NameContains") == name]


def test_a_function_calls_the_service_under_its_role_and_itself_again(cloud: LocalCloud) -> None:
    make_function(cloud, "chain", "sagemaker:ListHyperParameterTuningJobs", "lambda:InvokeFunction")
    assert json.load(run(cloud, "chain", 2)["Payload"]) == 0
    deadline = time.monotonic() + 10
    while len(calls(cloud, "chain")) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(calls(cloud, "chain")) == 3
    assert {call["principal"].split("/")[1] for call in calls(cloud, "chain")} == {"chain"}
    decisions = {(d["action"], d["decision"]) for d in cloud.iam_decisions() if "/chain/" in str(d["principal"])}
    assert decisions == {("sagemaker:ListHyperParameterTuningJobs", "Allow"), ("lambda:InvokeFunction", "Allow")}


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ("lambda:InvokeFunction", "sagemaker:ListHyperParameterTuningJobs"),
        ("sagemaker:ListHyperParameterTuningJobs", "lambda:InvokeFunction"),
    ],
)
def test_what_is_not_granted_is_denied(cloud: LocalCloud, granted: str, missing: str) -> None:
    name = missing.split(":")[0] + "-less"
    make_function(cloud, name, granted)
    answer = run(cloud, name, 1)
    assert answer["FunctionError"] == "Unhandled"
    assert missing in json.load(answer["Payload"])["errorMessage"]
    decisions = [d for d in cloud.iam_decisions() if f"/{name}/" in str(d["principal"])]
    assert {d["action"] for d in decisions if d["decision"] != "Allow"} == {missing}


def test_no_secret_of_the_shell_reaches_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "a-secret")
    with LocalCloud() as cloud:
        make_function(cloud, "env", source="import os\ndef handler(event, context): return dict(os.environ)\n")
        seen = json.load(run(cloud, "env", 0)["Payload"])
    assert "a-secret" not in seen.values()
    assert "PYTHONPATH" not in seen
    assert seen["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_a_report_of_failure_is_an_asynchronous_call_too(cloud: LocalCloud) -> None:
    """What a function is called with when all tries have failed is tried three times, and reported in its turn."""
    code = """
import json

def handler(event, context):
    depth = 0
    while "requestPayload" in event:
        depth, event = depth + 1, event["requestPayload"]
    print("depth", depth)
    if depth < 2:
        raise RuntimeError("again")
"""
    make_function(cloud, "reported", "lambda:InvokeFunction", source=code)
    client = cloud.client("lambda")
    arn = client.get_function(FunctionName="reported")["Configuration"]["FunctionArn"]
    client.put_function_event_invoke_config(
        FunctionName="reported", DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    client.invoke(FunctionName="reported", InvocationType="Event", Payload="{}")
    deadline = time.monotonic() + 60
    while len(written := [each for each in cloud.function_log() if each["function"] == "reported"]) < 7:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ["depth " + text for text in "0001112"] == [each["text"].splitlines()[0] for each in written]
    assert [each["failed"] for each in written] == [True] * 6 + [False]
