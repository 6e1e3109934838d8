"""The table of the calls that a training job makes, read for a request without a cloud."""

import subprocess
import sys
from typing import Any

import pytest

from cdk_hpo.local.training_jobs.addresses import Address
from tests.shared import ROOT
from tests.training_access import calls_of, rows, sources
from tests.training_access.facts import FINDERS, World

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
WORLD = World(
    "aws", "us-east-1", "123456789012", lambda bucket: KEY if bucket == "locked" else None, lambda _: (KEY, ())
)


def part(**changes: Any) -> dict[str, Any]:
    return {
        "AlgorithmSpecification": {"AlgorithmName": "mine"},
        "OutputDataConfig": {"S3OutputPath": "s3://out/models"},
        **changes,
    }


def made(**changes: Any) -> set[str]:
    """Return the calls that a field adds, as text."""
    return {f"{each.action} {each.resource}" for each in calls_of(part(**changes), "job", WORLD)} - {
        f"{each.action} {each.resource}" for each in calls_of(part(), "job", WORLD)
    }


def channel(uri: str, type: str = "S3Prefix") -> list[dict[str, Any]]:
    return [{"ChannelName": "train", "DataSource": {"S3DataSource": {"S3DataType": type, "S3Uri": uri}}}]


def test_every_row_says_what_it_looks_for_and_where_it_is_documented() -> None:
    assert {row.facts for row in rows()} == set(FINDERS)
    assert {source for row in rows() for source in row.sources} == set(sources())
    assert all(each["url"].startswith("https://") for each in sources().values())


def test_the_page_is_that_of_the_table() -> None:
    script = ROOT / "scripts" / "make_execution_role_page.py"
    checked = subprocess.run([sys.executable, str(script), "--check"], check=False)
    assert checked.returncode == 0, f"run: python scripts/{script.name}"


@pytest.mark.parametrize(
    ("uri", "bucket", "key", "path"),
    [
        ("s3://b", "b", "", ""),
        ("s3://b/", "b", "", ""),
        ("s3://b/a/b", "b", "a/b", "a/b/"),
        ("s3://b/a/", "b", "a/", "a/"),
        ("s3://arn:aws:s3:r:1:accesspoint/p/a/b", "arn:aws:s3:r:1:accesspoint/p", "a/b", "a/b/"),
        ("https://b.s3.us-east-1.amazonaws.com/a/b", "b", "a/b", "a/b/"),
        ("https://s3.amazonaws.com/b/a/b", "b", "a/b", "a/b/"),
        ("s3://x--use1-az4--x-s3/a", "x--use1-az4--x-s3", "a", "a/"),
    ],
)
def test_addresses(uri: str, bucket: str, key: str, path: str) -> None:
    address = Address.of(uri)
    assert (address.bucket, address.key, address.path) == (bucket, key, path)


def test_a_prefix_is_listed_and_every_object_that_begins_with_it_is_read() -> None:
    assert made(InputDataConfig=channel("s3://in/train")) == {
        "s3:ListBucket arn:aws:s3:::in",
        "s3:GetObject arn:aws:s3:::in/train0",
    }


def test_a_manifest_and_what_it_lists_are_read() -> None:
    assert made(InputDataConfig=channel("s3://in/a.manifest", "ManifestFile")) == {
        "s3:ListBucket arn:aws:s3:::in",
        "s3:GetObject arn:aws:s3:::in/a.manifest",
        "s3:GetObject arn:aws:s3:::in/listed/by/the/manifest",
    }


def test_the_key_of_a_bucket_is_used() -> None:
    assert f"kms:Decrypt {KEY}" in made(InputDataConfig=channel("s3://locked/a"))
    assert made(OutputDataConfig={"S3OutputPath": "s3://locked/models"}) >= {
        f"kms:Decrypt {KEY}",
        f"kms:GenerateDataKey {KEY}",
    }
    assert made(InputDataConfig=channel("s3://in/a")) & {f"kms:Decrypt {KEY}"} == set()


def test_a_key_of_the_volume_is_granted_to_ebs() -> None:
    changes = {"ResourceConfig": {"VolumeKmsKeyId": "1"}}
    assert made(**changes) == {f"kms:CreateGrant {KEY}", f"kms:DescribeKey {KEY}"}
    (grant,) = [each for each in calls_of(part(**changes), "job", WORLD) if each.action == "kms:CreateGrant"]
    assert grant.context == {"kms:GrantIsForAWSResource": "true"}


def test_a_call_is_made_once() -> None:
    twice = channel("s3://in/train") * 2
    calls = [each.resource for each in calls_of(part(InputDataConfig=twice), "job", WORLD)]
    assert calls.count("arn:aws:s3:::in/train0") == 1


def test_without_a_field_its_calls_are_not_made() -> None:
    services = {each.action.split(":")[0] for each in calls_of(part(), "job", WORLD)}
    assert services == {"s3", "sagemaker", "logs", "cloudwatch"}
