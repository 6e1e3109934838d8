import json
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local import DeploymentError, LocalCloud
from cdk_hpo.local.deployment import Assembly

VERSION = "/cdk-bootstrap/hnb659fds/version"
BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"


def write_assembly(folder: Path, value: str, *, padding: int = 0, **assets: Any) -> Path:
    """Write by hand what a synthesis leaves: one stack whose function's code is an asset."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    template = {
        "Description": "x" * min(padding, 1000),
        "Metadata": {"padding": "x" * padding},
        "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": VERSION}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "main.handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"S3Bucket": BUCKET.replace("${AWS::", "").replace("}", ""), "S3Key": "code.zip"},
                    "Environment": {"Variables": {"VALUE": value}},
                },
            },
        },
        "Outputs": {"Function": {"Value": {"Ref": "Function"}}},
    }
    template["Resources"]["Function"]["Properties"]["Code"]["S3Bucket"] = {"Fn::Sub": BUCKET}  # type: ignore[index]
    source = folder / "asset.code"
    (source / "inner").mkdir(parents=True)
    (source / "main.py").write_text(
        "import os\nfrom inner import text\ndef handler(event, context): return text.SAYS + os.environ['VALUE']\n"
    )
    (source / "inner" / "__init__.py").write_text("")
    (source / "inner" / "text.py").write_text("SAYS = 'hello '\n")
    destination = {"here": {"bucketName": BUCKET, "objectKey": "code.zip"}}
    files = {"code": {"source": {"path": "asset.code", "packaging": "zip"}, "destinations": destination}}
    manifest = {
        "version": "48.0.0",
        "artifacts": {
            "App": {
                "type": "aws:cloudformation:stack",
                "displayName": "App",
                "properties": {
                    "templateFile": "App.template.json",
                    "stackName": "AppStack",
                    "requiresBootstrapStackVersion": 6,
                    "bootstrapStackVersionSsmParameter": VERSION,
                    "tags": {"team": "ml"},
                },
            },
            "App.assets": {"type": "cdk:asset-manifest", "properties": {"file": "App.assets.json"}},
        },
    }
    (folder / "App.template.json").write_text(json.dumps(template))
    (folder / "App.assets.json").write_text(json.dumps({"version": "48.0.0", "files": files, **assets}))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def says(cloud: LocalCloud, stack: dict[str, Any]) -> str:
    name = stack["Outputs"][0]["OutputValue"]
    text: str = json.load(cloud.client("lambda").invoke(FunctionName=name)["Payload"])
    return text


@pytest.mark.parametrize("padding", [0, 60_000])
def test_deploy_update_and_destroy(cloud: LocalCloud, tmp_path: Path, padding: int) -> None:
    made = cloud.deploy(write_assembly(tmp_path / "a", "one", padding=padding), "AppStack")
    assert (made["StackStatus"], says(cloud, made)) == ("CREATE_COMPLETE", "hello one")
    assert made["Tags"] == [{"Key": "team", "Value": "ml"}]
    changed = cloud.deploy(write_assembly(tmp_path / "b", "two", padding=padding), "AppStack", artifact="App")
    assert (changed["StackStatus"], says(cloud, changed)) == ("UPDATE_COMPLETE", "hello two")
    statuses = [event["ResourceStatus"] for event in cloud.stack_events("AppStack")]
    assert (statuses[0], statuses[-1]) == ("CREATE_IN_PROGRESS", "UPDATE_COMPLETE")
    cloud.destroy("AppStack")
    assert cloud.stack("AppStack") is None
    cloud.destroy("AppStack")


def test_a_failure_says_why_or_is_returned(cloud: LocalCloud) -> None:
    wait = {"Handle": {"Ref": "Handle"}, "Timeout": "1", "Count": "1"}
    broken = {
        "Resources": {
            "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
            "Late": {"Type": "AWS::CloudFormation::WaitCondition", "Properties": wait},
        }
    }
    with pytest.raises(DeploymentError, match="Late CREATE_FAILED: ") as failed:
        cloud.deploy_template(broken, "Broken")
    assert (failed.value.stack_name, failed.value.status) == ("Broken", "ROLLBACK_COMPLETE")
    assert cloud.deploy_template(broken, "Broken", check=False)["StackStatus"] == "ROLLBACK_COMPLETE"


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no manifest\.json"):
        Assembly(tmp_path)
    assembly = Assembly(write_assembly(tmp_path / "a", "x", dockerImages={"i": {}}))
    with pytest.raises(ValueError, match=r"no stack 'Other' in .*; there are App"):
        assembly.stack("Other")
    with pytest.raises(ValueError, match="image assets"):
        assembly.file_assets(assembly.stack("App"))


def test_a_stack_whose_dependencies_are_missing(cloud: LocalCloud, tmp_path: Path) -> None:
    there = {"Type": "AWS::S3::Bucket"}
    exported = {"Bucket": {"Value": {"Ref": "There"}, "Export": {"Name": "the-bucket"}}}
    tags = [{"Key": "of", "Value": {"Fn::ImportValue": "the-bucket"}}]
    templates: dict[str, Any] = {
        "First": {"Resources": {"There": there}, "Outputs": exported},
        "Second": {"Resources": {"Here": {**there, "Properties": {"Tags": tags}}}},
    }
    artifacts: dict[str, Any] = {}
    for name, template in templates.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps(template))
        properties = {"templateFile": f"{name}.template.json", "stackName": f"{name}Stack"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": properties}
    artifacts["Second"]["dependencies"] = ["First", "Second.assets"]
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    with pytest.raises(
        DeploymentError, match=r"it depends on FirstStack, not deployed yet: deploy that first"
    ) as caught:
        cloud.deploy(tmp_path, "SecondStack")
    assert "the-bucket" in str(caught.value)
    cloud.deploy(tmp_path, "FirstStack")
    assert cloud.deploy(tmp_path, "SecondStack")["StackStatus"] == "CREATE_COMPLETE"
    cloud.destroy("SecondStack")
    cloud.destroy("FirstStack")
