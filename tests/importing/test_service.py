"""Jobs of an account, read with boto3 from the local cloud, where permissions are enforced."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from tests.cli.command import Outcome
from tests.importing.modules import run
from tests.importing.test_requests import without_emptiness
from tests.local.requests import make_role, tuning_request
from tests.local.test_service import as_role

NAME = "to-be-read"
TAGS = [{"Key": "team", "Value": "penguins"}, {"Key": "cdk-hpo:stack", "Value": "x"}]


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(job_seconds=600, stop_seconds=0.2) as running:
        make_role(running, "hpo-exec")
        running.client("sagemaker").create_hyper_parameter_tuning_job(**tuning_request(NAME, Tags=TAGS))
        yield running


@pytest.fixture
def import_job(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    from cdk_hpo.cli import main

    for key, value in cloud.credentials().items():
        monkeypatch.setenv(key, value)

    def call(*words: str) -> Outcome:
        capsys.readouterr()
        return Outcome(main(["import", *words]), *capsys.readouterr())

    return call


def test_a_job_with_its_tags(import_job: Any, cloud: LocalCloud) -> None:
    before = len(cloud.calls())
    done = import_job("--job", NAME, "--region", cloud.region)
    assert done.status == 0
    assert done.out.startswith(f'"""A tuning job, read from {NAME} by cdk-hpo import."""')
    expected = without_emptiness(tuning_request(NAME)) | {"Tags": TAGS[:1]}
    assert run(done.out)["definition"].to_request() == expected
    assert done.err.startswith("note: HyperParameterTuningJobName: not taken over: ")
    operations = [call["operation"] for call in cloud.calls()[before:]]
    assert operations == ["DescribeHyperParameterTuningJob", "ListTags"]


def test_without_the_permission_to_read_tags(
    import_job: Any, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(cloud, "reader", {"Action": "sagemaker:DescribeHyperParameterTuningJob", "Resource": "*"})
    role = f"arn:aws:iam::{cloud.account}:role/reader"
    session = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", session["SessionToken"])
    done = import_job("--job", NAME, "--region", cloud.region)
    assert done.status == 1
    assert "lost: Tags: not read: An error occurred (AccessDeniedException)" in done.err
    assert run(done.out)["definition"].to_request() == without_emptiness(tuning_request(NAME))


def test_a_job_that_is_not_there(import_job: Any, cloud: LocalCloud) -> None:
    done = import_job("--job", "nobody", "--region", cloud.region)
    assert (done.status, done.out) == (2, "")
    assert "nobody: cannot be read: An error occurred (ResourceNotFound)" in done.err


def test_a_region_that_is_none(import_job: Any) -> None:
    done = import_job("--job", NAME, "--region", "not a region")
    assert (done.status, done.out) == (2, "")
    assert "cannot be read" in done.err


def test_without_boto3(import_job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    done = import_job("--job", NAME)
    assert done == (2, "", f"cdk-hpo: {NAME}: can be read with boto3 only: pip install boto3\n")
