"""Change sets, as the CDK's command line makes them."""

import json
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from cdk_hpo.local import LocalCloud

BUCKET: dict[str, Any] = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
EXPORTED = BUCKET | {"Outputs": {"Name": {"Value": {"Ref": "Bucket"}, "Export": {"Name": "the-bucket"}}}}


def change(cloud: LocalCloud, template: dict[str, Any], name: str) -> None:
    client = cloud.client("cloudformation")
    client.create_change_set(
        StackName="Changed", ChangeSetName=name, ChangeSetType="UPDATE", TemplateBody=json.dumps(template)
    )
    client.get_waiter("change_set_create_complete").wait(
        StackName="Changed", ChangeSetName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 5}
    )
    client.execute_change_set(StackName="Changed", ChangeSetName=name)
    client.get_waiter("stack_update_complete").wait(StackName="Changed", WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def test_a_new_output_is_a_change(cloud: LocalCloud) -> None:
    cloud.deploy_template(BUCKET, "Changed")
    change(cloud, EXPORTED, "first")
    exports = cloud.client("cloudformation").list_exports()["Exports"]
    assert [each["Name"] for each in exports if each["Name"] == "the-bucket"] == ["the-bucket"]
    with pytest.raises(WaiterError, match="FAILED"):
        change(cloud, EXPORTED, "second")
    cloud.destroy("Changed")
