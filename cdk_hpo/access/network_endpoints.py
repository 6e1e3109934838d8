"""The endpoints of a `TuningNetwork`, and what may pass through them."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_s3 import IBucketRef
from constructs import Construct

from cdk_hpo.access.partition import Place

#: Services whose endpoints take a policy, by the last part of their name. Others refuse one.
#: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
_WITH_POLICY = frozenset(
    ["ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "sagemaker.api", "sagemaker.runtime", "secretsmanager", "sts"]
)
_IMAGES = frozenset(["ecr.api", "ecr.dkr"])


def new_s3_endpoint(
    scope: Construct,
    id: str,
    *,
    vpc: ec2.IVpc,
    subnets: Sequence[ec2.ISubnet],
    buckets: Sequence[IBucketRef] | None,
    services: Iterable[ec2.InterfaceVpcEndpointAwsService],
    place: Place,
) -> ec2.GatewayVpcEndpoint:
    """Return the way to S3, which costs nothing: for this account's roles, and to the given buckets only, if any."""
    endpoint = ec2.GatewayVpcEndpoint(
        scope,
        id,
        vpc=vpc,
        service=ec2.GatewayVpcEndpointAwsService.S3,
        subnets=[ec2.SubnetSelection(subnets=subnets)],
    )
    resources = ["*"]
    if buckets is not None:
        arns = [each.bucket_ref.bucket_arn for each in buckets]
        resources = [resource for arn in arns for resource in (arn, f"{arn}/*")]
    endpoint.add_to_policy(_own_account("UseBuckets", "s3:*", resources, place))
    if any(each.short_name in _IMAGES for each in services):
        # Layers of images lie in buckets of ECR, and are read with addresses that ECR has signed.
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        layers = f"arn:{place.partition}:s3:::prod-{place.region}-starport-layer-bucket/*"
        endpoint.add_to_policy(
            iam.PolicyStatement(
                sid="ReadImageLayers", principals=[iam.AnyPrincipal()], actions=["s3:GetObject"], resources=[layers]
            )
        )
    return endpoint


def new_interface_endpoint(
    scope: Construct,
    service: ec2.InterfaceVpcEndpointAwsService,
    *,
    vpc: ec2.IVpc,
    subnets: Sequence[ec2.ISubnet],
    security_group: ec2.ISecurityGroup,
    place: Place,
) -> ec2.InterfaceVpcEndpoint:
    """Return the way to another service, for this account's roles and the members of one security group."""
    endpoint = ec2.InterfaceVpcEndpoint(
        scope,
        service.short_name,
        vpc=vpc,
        service=service,
        subnets=ec2.SubnetSelection(subnets=one_per_zone(subnets)),
        security_groups=[security_group],
        # Otherwise the whole VPC may use it.
        open=False,
    )
    if service.short_name in _WITH_POLICY:
        prefix = service.short_name.partition(".")[0].replace("monitoring", "cloudwatch")
        endpoint.add_to_policy(_own_account("UseService", f"{prefix}:*", ["*"], place))
    return endpoint


def one_per_zone(subnets: Sequence[ec2.ISubnet]) -> list[ec2.ISubnet]:
    """Return the first subnet of each availability zone: an endpoint takes no second one."""
    first: dict[str, ec2.ISubnet] = {}
    for subnet in subnets:
        first.setdefault(subnet.availability_zone, subnet)
    return list(first.values())


def _own_account(sid: str, action: str, resources: list[str], place: Place) -> iam.PolicyStatement:
    # What a role may do says the role; the endpoint keeps out credentials of other accounts, with which data could be
    # carried away.
    return iam.PolicyStatement(
        sid=sid,
        principals=[cast(Any, iam.AnyPrincipal())],
        actions=[action],
        resources=resources,
        conditions={"StringEquals": {"aws:PrincipalAccount": place.account}},
    )
