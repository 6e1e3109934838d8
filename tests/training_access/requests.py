"""The real requests behind calls, for those that the emulator decides as AWS does.

It knows the resources of S3, KMS, ECR and of EC2's interfaces, and a log group's without its streams; it passes on no
condition key of KMS and CloudWatch, and takes every repository for one of the caller's account.
"""

from collections.abc import Callable
from typing import Any

from tests.training_access.calls import Call

Client = Callable[[str], Any]
Request = Callable[[], Any]

_GROUP = "/aws/sagemaker/TrainingJobs"
_DIGEST = "sha256:" + "0" * 64


class Requests:
    """Makes requests as the execution role.

    ``prepare`` gives the account's own clients, for what goes before or after. Buckets must exist: to one that does
    not, the emulator says so before it looks at permissions.
    """

    def __init__(self, client: Client, prepare: Client, *, account: str, region: str) -> None:
        self._client, self._prepare = client, prepare
        self._account, self._region = account, region

    def of(self, call: Call) -> Request | None:
        """Return what makes the call, None when the emulator would not decide it as AWS does."""
        make: Callable[[Call], Request | None] | None = getattr(self, f"_{call.action.split(':')[0]}", None)
        return None if make is None else make(call)

    def _s3(self, call: Call) -> Request | None:
        bucket, key = call.facts.get("bucket"), call.resource.split(":::", 1)[-1].partition("/")[2]
        if bucket is None:
            return None  # an access point
        s3, where = self._client("s3"), {"Bucket": bucket}
        if call.action == "s3:ListBucket":
            return lambda: s3.list_objects_v2(**where, Prefix=call.context["s3:prefix"])
        where["Key"] = key
        return {
            "s3:GetObject": lambda: s3.get_object(**where),
            "s3:PutObject": lambda: s3.put_object(**where, Body=b"1"),
            "s3:DeleteObject": lambda: s3.delete_object(**where),
            "s3:AbortMultipartUpload": lambda: s3.abort_multipart_upload(**where, UploadId="none"),
        }[call.action]

    def _kms(self, call: Call) -> Request | None:
        if call.action == "kms:CreateGrant" or not self._is_ours(call.resource) or call.context:
            return None
        kms, key = self._client("kms"), {"KeyId": call.resource}
        if call.action == "kms:Decrypt":
            text = self._prepare("kms").encrypt(**key, Plaintext=b"1")["CiphertextBlob"]
            return lambda: kms.decrypt(CiphertextBlob=text)
        return {
            "kms:DescribeKey": lambda: kms.describe_key(**key),
            "kms:Encrypt": lambda: kms.encrypt(**key, Plaintext=b"1"),
            "kms:GenerateDataKey": lambda: kms.generate_data_key(**key, KeySpec="AES_256"),
        }[call.action]

    def _ecr(self, call: Call) -> Request | None:
        ecr = self._client("ecr")
        if call.action == "ecr:GetAuthorizationToken":
            return lambda: ecr.get_authorization_token()
        if not self._is_ours(call.resource):
            return None
        name = {"repositoryName": call.facts["repository"]}
        return {
            "ecr:BatchGetImage": lambda: ecr.batch_get_image(**name, imageIds=[{"imageTag": "1"}]),
            "ecr:GetDownloadUrlForLayer": lambda: ecr.get_download_url_for_layer(**name, layerDigest=_DIGEST),
            "ecr:BatchCheckLayerAvailability": lambda: ecr.batch_check_layer_availability(
                **name, layerDigests=[_DIGEST]
            ),
        }[call.action]

    def _logs(self, call: Call) -> Request | None:
        if not call.resource.endswith(_GROUP):
            return None
        logs, group = self._client("logs"), {"logGroupName": _GROUP}
        stream = {"logStreamName": f"{call.facts['job']}/algo-1"}
        return {
            "logs:CreateLogGroup": lambda: logs.create_log_group(**group),
            "logs:CreateLogStream": lambda: logs.create_log_stream(**group, **stream),
            "logs:DescribeLogStreams": lambda: logs.describe_log_streams(**group),
        }[call.action]

    def _ec2(self, call: Call) -> Request | None:
        ec2, name = self._client("ec2"), call.action.split(":")[1]
        if name == "CreateNetworkInterface" and "subnet" in call.facts:
            return lambda: self._create_interface(ec2, call.facts["subnet"])
        if name == "DeleteNetworkInterface":
            return lambda: ec2.delete_network_interface(NetworkInterfaceId=call.facts["interface"])
        return {
            "DescribeDhcpOptions": lambda: ec2.describe_dhcp_options(),
            "DescribeNetworkInterfaces": lambda: ec2.describe_network_interfaces(),
            "DescribeSecurityGroups": lambda: ec2.describe_security_groups(),
            "DescribeSubnets": lambda: ec2.describe_subnets(),
            "DescribeVpcs": lambda: ec2.describe_vpcs(),
        }.get(name)

    def _create_interface(self, ec2: Any, subnet: str) -> None:
        made = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
        self._prepare("ec2").delete_network_interface(NetworkInterfaceId=made)

    def _is_ours(self, arn: str) -> bool:
        return arn.split(":")[3:5] == [self._region, self._account]
