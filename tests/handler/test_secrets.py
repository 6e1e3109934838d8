"""No planted secret comes out of the handler: not in an answer, not in a log line."""

from typing import Any

import pytest
from tuning_job.redact import Redactor, secrets_of

from tests.handler.cloudformation import CloudFormation, properties, request
from tests.handler.world import Fault

PLANTED = {
    "environment": 'env "quoted" s3cret\nvalue',
    "password": "hunter2",
    "unnamed": "AKIAIOSFODNN7EXAMPLEKEY",
    "tag": "tag-value-of-mine",
    "list": "second-definition-secret",
}


def planted() -> dict[str, Any]:
    wanted = request()
    wanted["TrainingJobDefinition"]["Environment"] = {"X": PLANTED["environment"]}
    wanted["TrainingJobDefinition"]["StaticHyperParameters"] = {
        "db_password": PLANTED["password"], "x": PLANTED["unnamed"], "num_round": "100",
    }  # fmt: skip
    wanted["TrainingJobDefinitions"] = [{"Environment": {"Y": PLANTED["list"]}}]
    return properties(Request=wanted, Tags=[{"Key": "owner", "Value": PLANTED["tag"]}])


ECHO = "Value '" + "', '".join(PLANTED.values()) + "' at 'trainingJobDefinition' failed; num_round 100 is fine"


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
@pytest.mark.parametrize("code", ["ValidationException", "ThrottlingException", "AccessDeniedException", "KeyError"])
def test_service_that_echoes_everything(
    cloud: CloudFormation, code: str, level: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    cloud.sagemaker.faults = [Fault("*", code, ECHO, times=1000)]
    answer = cloud.deliver(cloud.event("Create", planted()))
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert "num_round 100 is fine" in answer["Reason"]
    unharmed(cloud, capsys)


def test_failure_reason_that_echoes(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.sagemaker.after = lambda number, operation: (
        cloud.sagemaker.end(next(iter(cloud.sagemaker.records)), "Failed", ECHO) if operation[:6] == "Create" else None
    )
    answer = cloud.create({**planted(), "WaitFor": "completed"})
    assert answer["Status"] == "FAILED"
    unharmed(cloud, capsys)


def test_previous_values_are_kept_secret_too(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    known = planted()
    # The service takes one form only.
    first, (second,) = known["Request"].pop("TrainingJobDefinition"), known["Request"]["TrainingJobDefinitions"]
    known["Request"]["TrainingJobDefinitions"] = [
        {**first, "DefinitionName": "first"}, {**first, **second, "DefinitionName": "second"},
    ]  # fmt: skip
    assert cloud.create(known)["Status"] == "SUCCESS"
    cloud.sagemaker.faults = [Fault("CreateHyperParameterTuningJob", "ValidationException", ECHO)]
    cloud.update(properties(Request=request(MaxNumberOfTrainingJobs="9")))
    cloud.delete()
    unharmed(cloud, capsys)


def unharmed(cloud: CloudFormation, capsys: pytest.CaptureFixture[str]) -> None:
    output = capsys.readouterr().out + "".join(body.decode() for body in cloud.bodies)
    assert cloud.bodies
    for secret in PLANTED.values():
        for part in secret.split("\n"):
            assert part not in output
    assert "signature-of-the-answer-address" not in output


def test_short_values_are_masked_as_words_only() -> None:
    redact = Redactor(["abcd", "1", "prod-secret"])
    assert redact("1 error: abcd, abcde, xprod-secrety") == "1 error: ***, abcde, x***y"


def test_longest_first() -> None:
    assert Redactor(["longsecret", "longsecret-and-more"])("longsecret-and-more") == "***"


def test_ordinary_hyperparameters_are_no_secrets() -> None:
    static = {"num_round": "100", "objective": "binary:logistic", "keys_per_batch": "3", "author": "me"}
    assert not list(secrets_of({"TrainingJobDefinition": {"StaticHyperParameters": static}}, {}))
