"""The VPC that a `TuningNetwork` makes: isolated subnets and nothing else."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk_hpo.access.log_key import allow_logs


def new_vpc(
    scope: Construct,
    id: str,
    *,
    max_azs: int,
    ip_addresses: ec2.IIpAddresses | None,
    restrict_default_security_group: bool,
) -> ec2.Vpc:
    """Return a VPC without a way to the internet, with one subnet in each availability zone."""
    return ec2.Vpc(
        scope,
        id,
        max_azs=max_azs,
        ip_addresses=ip_addresses,
        nat_gateways=0,
        create_internet_gateway=False,
        restrict_default_security_group=restrict_default_security_group,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="Training", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        ],
    )


def add_flow_logs(scope: Construct, vpc: ec2.Vpc, encryption_key: kms.IKey | None) -> None:
    """Log the VPC's traffic."""
    group = logs.LogGroup(
        scope,
        "FlowLogs",
        encryption_key=encryption_key,
        retention=logs.RetentionDays.THREE_MONTHS,
        removal_policy=RemovalPolicy.DESTROY,
    )
    if encryption_key is not None:
        allow_logs(group, encryption_key)
    vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(group))


def default_selection(vpc: ec2.IVpc, given: ec2.SubnetSelection | None) -> ec2.SelectedSubnets:
    """Return the selected subnets; by default the private ones, as elsewhere in the CDK."""
    return vpc.select_subnets() if given is None else vpc.select_subnets(**given._values)


def route_table_associations(subnets: list[ec2.ISubnet]) -> list[Construct]:
    """Return what joins subnets that are made here to their routes; imported ones have none."""
    found = [each.node.try_find_child("RouteTableAssociation") for each in subnets]
    return [each for each in found if isinstance(each, Construct)]
