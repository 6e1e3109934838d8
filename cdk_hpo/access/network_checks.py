"""What can be wrong with the options of a `TuningNetwork`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_ec2 as ec2

MAX_SUBNETS = 16
MAX_SECURITY_GROUPS = 5


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """The options as they were given."""

    vpc: ec2.IVpc | None
    subnets: ec2.SubnetSelection | None
    security_groups: Sequence[ec2.ISecurityGroup]
    max_azs: int | None
    ip_addresses: ec2.IIpAddresses | None
    s3_endpoint: bool | None
    s3_buckets: Sequence[Any] | None
    interface_endpoints: Sequence[ec2.InterfaceVpcEndpointAwsService]
    flow_logs: bool | None
    encryption_key: Any
    restrict_default_security_group: bool


def wrong_kinds(options: NetworkOptions) -> Iterator[str]:
    """Yield which options are text, for example, where a construct is needed: nothing else can be said of those."""
    if options.vpc is not None and not hasattr(options.vpc, "select_subnets"):
        yield f"vpc: expected a VPC, or one from ec2.Vpc.from_lookup(…), got {type(options.vpc).__name__}"
    for index, group in enumerate(options.security_groups):
        if not hasattr(group, "security_group_id"):
            example = "ec2.SecurityGroup.from_security_group_id(…)"
            yield f"security_groups: item {index}: expected a security group, or one from {example}, got {group!r}"


def problems(options: NetworkOptions, selected: ec2.SelectedSubnets | None) -> Iterator[str]:
    """Yield what is wrong, in words that say what to change.

    ``selected`` are the subnets of a given VPC; those of a VPC that is made here do not exist yet.
    """
    yield from _of_given_vpc(options) if options.vpc is not None else _of_new_vpc(options)
    yield from _endpoints(options)
    if selected is not None and not selected.is_pending_lookup and not 1 <= len(selected.subnet_ids) <= MAX_SUBNETS:
        yield (
            f"subnets: a training job takes 1 to {MAX_SUBNETS} subnets, and the selection finds "
            f"{len(selected.subnet_ids)}: select others, such as SubnetSelection(availability_zones=[…])"
        )
    groups = 1 + len(options.security_groups)
    if groups > MAX_SECURITY_GROUPS:
        yield (
            f"security_groups: a training job takes at most {MAX_SECURITY_GROUPS}, one of which is made here: expected "
            f"at most {MAX_SECURITY_GROUPS - 1}, got {len(options.security_groups)}"
        )


def warnings(selected: ec2.SelectedSubnets) -> Iterator[tuple[str, str]]:
    """Yield the id and text of each warning about the subnets of a given VPC."""
    if selected.is_pending_lookup:
        return
    if selected.has_public:
        yield (
            "public-subnets",
            "subnets: at least one is public; training jobs get no public address, so its way to the internet "
            "does not serve them, and isolated or private subnets are safer",
        )
    if len(set(selected.availability_zones)) < 2:
        yield (
            "single-availability-zone",
            "subnets: all are in one availability zone; when it has no instances of the wanted type, "
            "training jobs wait or fail",
        )


def _of_given_vpc(options: NetworkOptions) -> Iterator[str]:
    for name in ("max_azs", "ip_addresses", "flow_logs", "encryption_key"):
        if getattr(options, name) is not None:
            yield f"{name}: vpc is given, and only a VPC that is made here can have it: leave {name} out"
    if options.restrict_default_security_group:
        yield "restrict_default_security_group: vpc is given, and its default security group is left alone"
    if options.s3_buckets is not None and not options.s3_endpoint:
        yield (
            "s3_buckets: they go into the policy of an endpoint that is made here: for a given vpc "
            "that is one only with s3_endpoint=True"
        )


def _of_new_vpc(options: NetworkOptions) -> Iterator[str]:
    if options.subnets is not None:
        yield "subnets: they select among those of an existing VPC: give vpc, too, or leave subnets out"
    if options.s3_endpoint is False:
        yield "s3_endpoint: isolated subnets reach S3 through it alone, and training begins with S3: leave it out"
    if options.flow_logs is False and options.encryption_key is not None:
        yield "encryption_key: it encrypts flow logs, and flow_logs is False: leave one of them out"
    zones = options.max_azs
    if zones is not None and (isinstance(zones, bool) or not isinstance(zones, int) or not 1 <= zones <= MAX_SUBNETS):
        yield f"max_azs: expected a whole number from 1 to {MAX_SUBNETS}, got {zones!r}"


def _endpoints(options: NetworkOptions) -> Iterator[str]:
    wrong = [each for each in options.interface_endpoints if not isinstance(each, ec2.InterfaceVpcEndpointAwsService)]
    if wrong:
        yield (
            "interface_endpoints: expected services such as ec2.InterfaceVpcEndpointAwsService.STS, "
            f"got {', '.join(map(repr, wrong))}"
        )
        return
    for name, count in Counter(each.short_name for each in options.interface_endpoints).items():
        if count > 1:
            yield f"interface_endpoints: {name} stands there {count} times; a VPC takes one"
    if options.s3_buckets is not None and not options.s3_buckets:
        yield "s3_buckets: an empty list would let training jobs reach no bucket: leave it out for any bucket"
