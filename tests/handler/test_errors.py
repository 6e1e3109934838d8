"""Errors: what is tried again, how long, and what fails at once."""

import pytest
from botocore import exceptions
from tuning_job.errors import PASSING, Passing, code_of, message_of, passing

from tests.handler.cloudformation import A, B, CloudFormation
from tests.handler.world import Fault

ROLE = (
    "Could not assume role arn:aws:iam::123456789012:role/Execution. Please ensure that the role exists and allows"
    " principal 'sagemaker.amazonaws.com' to assume the role."
)
LIMIT = (
    "The account-level service limit 'ml.m5.large for training job usage' is 2 Instances, with current utilization of 2"
)
NO_DATA = 'No S3 objects found under S3 URL "s3://data/train/" given in input data source.'
CREATE = "CreateHyperParameterTuningJob"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(CREATE, "ThrottlingException", "Rate exceeded", times=7),
        Fault("*", "ThrottlingException", "Rate exceeded", times=9),
        Fault(CREATE, "InternalFailure", "", times=5, status=500),
        Fault("ListTags", "SomethingNew", "", times=5, status=503),
        Fault(CREATE, "ValidationException", ROLE, times=8),
        Fault(CREATE, "AccessDeniedException", "User: x is not authorized to perform: iam:PassRole", times=4),
        Fault(CREATE, "InternalFailure", "lost response", times=3, status=500, after=True),
    ],
    ids=lambda fault: f"{fault.operation}-{fault.code}",
)
@pytest.mark.parametrize("kind", ["create", "update", "delete"])
def test_passing_errors_are_waited_out(cloud: CloudFormation, fault: Fault, kind: str) -> None:
    if kind != "create":
        cloud.create(A)
    cloud.sagemaker.faults = [Fault(**vars(fault))]
    answer = {"create": lambda: cloud.create(A), "update": lambda: cloud.update(B), "delete": cloud.delete}[kind]()
    assert answer["Status"] == "SUCCESS"
    assert len(cloud.sagemaker.live()) == (0 if kind == "delete" else 1)


def test_trouble_that_never_passes_ends_in_time_with_the_last_words(cloud: CloudFormation) -> None:
    cloud.sagemaker.faults = [Fault(CREATE, "ThrottlingException", "Rate exceeded", times=10_000)]
    begun = cloud.clock.now()
    answer = cloud.deliver(cloud.event("Create", {**A, "ServiceTimeout": "900"}))
    assert answer is not None
    assert answer["Status"] == "FAILED"
    assert "ThrottlingException: Rate exceeded" in answer["Reason"]
    assert 600 < cloud.clock.now() - begun < 900
    assert 40 < cloud.sagemaker.count(CREATE) < 160, "botocore tries each call twice"


def test_role_that_can_never_be_assumed_does_not_take_the_whole_hour(cloud: CloudFormation) -> None:
    cloud.sagemaker.faults = [Fault(CREATE, "ValidationException", ROLE, times=10_000)]
    begun = cloud.clock.now()
    answer = cloud.deliver(cloud.event("Create", {**A, "ServiceTimeout": "3600"}))
    assert answer is not None and answer["Status"] == "FAILED" and ROLE in answer["Reason"]
    assert 600 < cloud.clock.now() - begun < 650


def test_denial_that_does_not_settle_is_final(cloud: CloudFormation) -> None:
    cloud.sagemaker.faults = [Fault(CREATE, "AccessDeniedException", "not authorized", times=10_000)]
    begun = cloud.clock.now()
    answer = cloud.create(A)
    assert "AccessDeniedException: not authorized" in answer["Reason"]
    assert 300 < cloud.clock.now() - begun < 400


@pytest.mark.parametrize(("code", "words", "option"), [
    ("ResourceLimitExceeded", LIMIT, "OnLimit"), ("ValidationException", NO_DATA, "OnMissingData"),
])  # fmt: skip
def test_what_passes_only_if_the_user_says_so(cloud: CloudFormation, code: str, words: str, option: str) -> None:
    cloud.sagemaker.faults = [Fault(CREATE, code, words)]
    assert words in cloud.create(A)["Reason"]
    cloud.sagemaker.faults = [Fault(CREATE, code, words, times=5)]
    assert cloud.create({**A, option: "wait"})["Status"] == "SUCCESS"


def test_validation_errors_are_final_at_once_with_the_service_words_and_the_request_id(cloud: CloudFormation) -> None:
    words = "You don't have enough combinations of hyperparameter ranges."
    cloud.sagemaker.faults = [Fault(CREATE, "ValidationException", words, times=100)]
    answer = cloud.create(A)
    assert f"ValidationException: {words} (request id request-" in answer["Reason"]
    assert answer["PhysicalResourceId"] in answer["Reason"]
    assert cloud.sagemaker.count(CREATE) == 1
    assert cloud.sagemaker.records == {}


def test_refusal_of_a_copy_whose_twin_has_made_the_job(cloud: CloudFormation) -> None:
    """Two deliveries at once: the second is refused by a limit that the first one's job has reached."""
    cloud.sagemaker.faults = [Fault(CREATE, "ResourceLimitExceeded", LIMIT, after=True)]
    assert cloud.create(A)["Status"] == "SUCCESS"
    assert len(cloud.sagemaker.live()) == 1


def test_stop_that_fails_for_good_fails_the_delete(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.sagemaker.faults = [Fault("StopHyperParameterTuningJob", "UnknownOperation", "no", times=100)]
    answer = cloud.delete()
    assert answer["Status"] == "FAILED"
    assert "could not be stopped" in answer["Reason"]


def test_job_that_cannot_be_marked_is_stopped_all_the_same(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.sagemaker.faults = [Fault("AddTags", "ValidationException", "too many tags", times=100)]
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == []


def test_user_tags_that_are_refused_fail_the_update_with_the_service_words(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.sagemaker.faults = [Fault("AddTags", "ValidationException", "Invalid tag")]
    answer = cloud.update({**A, "Tags": [{"Key": "x", "Value": "y"}]})
    assert answer["Status"] == "FAILED"
    assert "could not be tagged" in answer["Reason"]
    assert len(cloud.sagemaker.live()) == 1


def test_broken_connections_pass() -> None:
    for error in (
        exceptions.EndpointConnectionError(endpoint_url="x"),
        exceptions.ReadTimeoutError(endpoint_url="x"),
        exceptions.ConnectionClosedError(endpoint_url="x"),
    ):
        assert passing(error) is not None
    assert passing(exceptions.NoCredentialsError()) is None


@pytest.mark.parametrize("error", [
    exceptions.ConnectionClosedError(endpoint_url="x"), exceptions.HTTPClientError(error="x"),
    exceptions.ReadTimeoutError(endpoint_url="x"),
])  # fmt: skip
def test_errors_without_an_answer_have_their_type_as_code(error: Exception) -> None:
    assert code_of(error) == type(error).__name__
    assert message_of(error) == str(error)


@pytest.mark.parametrize("line", PASSING, ids=lambda line: line.name)
def test_every_line_matches_the_service_words_that_it_shows(line: Passing) -> None:
    code, message = line.example
    error = exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "CreateHyperParameterTuningJob")
    asked = {line.option} if line.option else set()
    assert passing(error, asked) is line
    if line.option:
        assert passing(error) is None


def test_unknown_errors_are_final_with_the_request_id(cloud: CloudFormation) -> None:
    cloud.sagemaker.faults = [Fault(CREATE, "SomethingNew", "words", times=100)]
    answer = cloud.create(A)
    assert answer["Status"] == "FAILED" and "SomethingNew: words (request id request-" in answer["Reason"]
    assert cloud.sagemaker.count(CREATE) == 1


def test_every_line_says_where_it_is_from() -> None:
    assert all(line.source.startswith("https://") for line in PASSING)
    assert len({line.name for line in PASSING}) == len(PASSING)
