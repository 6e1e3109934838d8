"""Stand-ins for two custom-resource functions that CDK itself adds to stacks.

They are written for Node.js and need the AWS SDK for JavaScript, which Lambda has and a laptop has not. Without a
stand-in a stack with such a resource would wait for its answer until the resource's time is up.
"""

from collections.abc import Callable
from typing import Any

Event = dict[str, Any]
Provider = Callable[[Event], str]

_EMPTY_ME = "aws-cdk:auto-delete-objects"
_ALL_TRAFFIC = {"IpProtocol": "-1", "Ipv6Ranges": [], "PrefixListIds": []}


def empty_bucket(event: Event) -> str:
    """Do what ``Custom::S3AutoDeleteObjects`` does: empty a tagged bucket before it is deleted.

    Returns the physical id, a new one when the bucket is another one, so that a delete for the old one follows.
    """
    bucket = event["ResourceProperties"]["BucketName"]
    if event["RequestType"] == "Delete":
        from ministack.services import s3

        if s3._bucket_tags.get(bucket, {}).get(_EMPTY_ME) == "true" and bucket in s3._buckets:
            _delete_objects(bucket)
    if event["RequestType"] == "Update" and event["OldResourceProperties"].get("BucketName") != bucket:
        return str(bucket)
    return _kept_id(event)


def restrict_default_security_group(event: Event) -> str:
    """Do what ``Custom::VpcRestrictDefaultSG`` does: take a VPC's default group its rules, or give them back."""
    from ministack.services import ec2

    group_id = event["ResourceProperties"]["DefaultSecurityGroupId"]
    group = ec2._security_groups.get(group_id)
    if group is not None and event["RequestType"] == "Delete":
        group["IpPermissions"] = [{**_ALL_TRAFFIC, "IpRanges": [], "UserIdGroupPairs": [{"GroupId": group_id}]}]
        group["IpPermissionsEgress"] = [{**_ALL_TRAFFIC, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": []}]
    elif group is not None:
        group["IpPermissions"], group["IpPermissionsEgress"] = [], []
    return _kept_id(event)


PROVIDERS: dict[str, Provider] = {
    "Custom::S3AutoDeleteObjects": empty_bucket,
    "Custom::VpcRestrictDefaultSG": restrict_default_security_group,
}


def _delete_objects(bucket: str) -> None:
    """Delete every object and version through the emulator's own API, as its account's root."""
    import os

    import boto3

    s3 = boto3.client("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        doomed = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if doomed:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})


def _kept_id(event: Event) -> str:
    return str(event.get("PhysicalResourceId") or event["RequestId"])
