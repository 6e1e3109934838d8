"""Snapshots change when what is deployed changes, and only then."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as assets
from aws_cdk.assertions import Template

import cdk_hpo as hpo
from cdk_hpo.launch.job import RESOURCE_TYPE
from cdk_hpo.testing import snapshot_of
from tests.cdk import feature_flags, new_stack, template_of
from tests.examples import minimal_definition
from tests.testing.stacks import penguins

DIGEST = "0123456789abcdef" * 4


def with_function(folder: Path, code: str) -> Stack:
    folder.mkdir()
    (folder / "index.py").write_text(code, encoding="utf-8")
    stack = penguins()
    lambda_.Function(
        stack,
        "Own",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_asset(str(folder)),
        environment={"DATA": assets.Asset(stack, "Asset", path=str(folder)).s3_object_url},
    )
    return stack


def test_new_code_changes_nothing(tmp_path: Path) -> None:
    one, two = with_function(tmp_path / "one", "a = 1"), with_function(tmp_path / "two", "a = 2")
    assert template_of(one) != template_of(two)
    assert snapshot_of(one) == snapshot_of(two)
    assert re.search(r"\b[0-9a-f]{64}\b", snapshot_of(one)) is None


def test_a_change_of_the_job_is_seen() -> None:
    one, two = snapshot_of(penguins()), snapshot_of(penguins(max_training_jobs=21))
    changed = [(a, b) for a, b in zip(one.splitlines(), two.splitlines(), strict=True) if a != b]
    assert [(a.strip(), b.strip()) for a, b in changed] == [
        ('"MaxNumberOfTrainingJobs": 20,', '"MaxNumberOfTrainingJobs": 21,')
    ]


def test_every_form_of_a_template_gives_the_same(tmp_path: Path) -> None:
    stack = penguins()
    template = template_of(stack)
    file = tmp_path / "a.template.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    assert snapshot_of(stack) == snapshot_of(template) == snapshot_of(file) == snapshot_of(Template.from_stack(stack))


def test_how_the_app_is_run_is_not_seen(tmp_path: Path) -> None:
    """The command line switches metadata on, and the CDK adds to every template."""

    def build(**context: Any) -> Stack:
        stack = Stack(App(context={**feature_flags(), **context}), "Penguins")
        hpo.HyperParameterTuningJob(
            stack, "Job", minimal_definition(), acknowledged_rules={"spot-without-checkpoint": "short"}
        )
        return stack

    shown = {"aws:cdk:enable-path-metadata": True, "aws:cdk:enable-asset-metadata": True}
    one, two = build(), build(**shown, **{"aws:cdk:version-reporting": True})
    assert "aws:cdk:path" in json.dumps(template_of(two)) and "aws:asset:path" in json.dumps(template_of(two))
    assert snapshot_of(one) == snapshot_of(two)
    text = snapshot_of(two)
    assert "BootstrapVersion" not in text and "CDKMetadata" not in text and "Rules" not in text
    assert '"spot-without-checkpoint": "short"' in text


def masked(value: Any, type: str = "T") -> Any:
    shown = json.loads(snapshot_of({"Resources": {"A": {"Type": type, "Properties": {"X": value}}}}))
    return shown["Resources"]["A"]["Properties"]["X"]


IMAGES = "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/cdk-hnb659fds-container-assets-1-${AWS::Region}"
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
IN_THE_BUCKET = {"Fn::Sub": BUCKET}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"Fn::Sub": f"s3://{BUCKET}/{DIGEST}.zip"}, f"s3://{BUCKET}/<asset>.zip"),
        (f"s3://cdk-own-assets-1-x/my/prefix/{DIGEST}.csv", "s3://cdk-own-assets-1-x/my/prefix/<asset>.csv"),
        (
            {"Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{BUCKET}/{DIGEST}.json"},
            f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/{BUCKET}/<asset>.json",
        ),
        ({"Fn::Join": ["", ["s3://", IN_THE_BUCKET, f"/{DIGEST}.tar.gz"]]}, f"s3://{BUCKET}/<asset>.tar.gz"),
        ({"Fn::Sub": f"arn:aws:s3:::{BUCKET}/{DIGEST}.zip"}, f"arn:aws:s3:::{BUCKET}/<asset>.zip"),
        ({"Fn::Sub": f'{{"Uri":"s3://{BUCKET}/{DIGEST}.json"}}'}, f'{{"Uri":"s3://{BUCKET}/<asset>.json"}}'),
        ({"S3Bucket": IN_THE_BUCKET, "S3Key": f"a/{DIGEST}.zip"}, {"S3Bucket": BUCKET, "S3Key": "a/<asset>.zip"}),
        (
            {"SourceBucketNames": [IN_THE_BUCKET], "SourceObjectKeys": [f"{DIGEST}.zip"]},
            {"SourceBucketNames": [BUCKET], "SourceObjectKeys": ["<asset>.zip"]},
        ),
        ({"Fn::Sub": f"{IMAGES}:{DIGEST}"}, f"{IMAGES}:<asset>"),
        ({"Fn::Sub": f"{IMAGES}:train-{DIGEST}"}, f"{IMAGES}:train-<asset>"),
    ],
)
def test_assets_are_masked(value: Any, shown: Any) -> None:
    assert masked(value) == shown


@pytest.mark.parametrize(
    ("type", "properties"),
    [
        ("AWS::Lambda::Function", {"Code": {"S3Bucket": "chosen", "S3Key": f"{DIGEST}.zip"}}),
        ("AWS::Lambda::LayerVersion", {"Content": {"S3Bucket": "chosen", "S3Key": f"layers/{DIGEST}.zip"}}),
        ("AWS::CloudFormation::Stack", {"TemplateURL": f"https://s3.us-east-1.amazonaws.com/chosen/{DIGEST}.json"}),
        ("AWS::CloudFormation::Stack", {"TemplateURL": {"Fn::Join": ["", ["https://", f"a/{DIGEST}.json"]]}}),
    ],
)
def test_code_and_templates_are_masked_in_any_bucket(type: str, properties: dict[str, Any]) -> None:
    text = snapshot_of({"Resources": {"A": {"Type": type, "Properties": properties}}})
    assert "<asset>." in text and DIGEST not in text
    assert DIGEST in snapshot_of({"Resources": {"A": {"Type": "T", "Properties": properties}}})


@pytest.mark.parametrize(
    "value",
    [
        f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/train@sha256:{DIGEST}",
        f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/train:{DIGEST}",
        f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/own-container-assets-1:{DIGEST}",
        DIGEST,
        f"{DIGEST}.zip",
        f"s3://data/{DIGEST}/train.csv",
        f"s3://data/{DIGEST}.csv",
        f"s3://data/cdk-own-assets-1/{DIGEST}.csv",
        f"s3://my-cdk-own-assets-1/{DIGEST}.csv",
        f"s3://{BUCKET}/x{DIGEST}.zip",
        f"s3://{BUCKET}/{DIGEST[:-1]}.zip",
        {"S3Bucket": "data", "S3Key": f"{DIGEST}.zip"},
        {"Bucket": BUCKET, "Digest": f"{DIGEST}.zip"},
        f"x{DIGEST}.zip",
        f"{DIGEST[:-1]}.zip",
    ],
)
def test_digests_of_the_user_are_not(value: Any) -> None:
    assert masked(value) == value


def test_other_data_change_the_snapshot() -> None:
    def job(digest: str) -> dict[str, Any]:
        data = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://my-training-data/{digest}.csv"}}
        request = {"TrainingJobDefinition": {"InputDataConfig": [{"ChannelName": "train", "DataSource": data}]}}
        return {"Resources": {"Job": {"Type": RESOURCE_TYPE, "Properties": {"Request": request}}}}

    assert snapshot_of(job("a" * 64)) != snapshot_of(job("b" * 64))


def test_parameters_rules_and_outputs_of_the_user_stay() -> None:
    template = {
        "Description": "d",
        "Parameters": {"BootstrapVersion": {"Type": "x"}, "Count": {"Type": "Number"}},
        "Rules": {"CheckBootstrapVersion": {}, "Own": {"Assertions": []}},
        "Conditions": {"CDKMetadataAvailable": {"Fn::Or": []}, "Prod": {"Fn::Equals": [{"Ref": "E"}, "p"]}},
        "Outputs": {"Name": {"Value": {"Ref": "Job"}}},
    }
    before = copy.deepcopy(template)
    assert json.loads(snapshot_of(template)) == {
        "Description": "d",
        "Parameters": {"Count": {"Type": "Number"}},
        "Rules": {"Own": {"Assertions": []}},
        "Conditions": {"Prod": '${Equals(E, "p")}'},
        "Outputs": {"Name": {"Value": "${Job}"}},
    }
    assert template == before


def test_it_ends_with_one_newline() -> None:
    text = snapshot_of(new_stack())
    assert text == "{}\n"
