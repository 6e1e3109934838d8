"""The network of tuning jobs."""

from collections.abc import Sequence
from typing import Any, cast

import jsii
from aws_cdk import Annotations, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.interfaces.aws_ec2 import IPrefixListRef
from aws_cdk.interfaces.aws_s3 import IBucketRef
from constructs import Construct, DependencyGroup, IDependable

from cdk_hpo.access.network_checks import NetworkOptions, problems, warnings, wrong_kinds
from cdk_hpo.access.network_config import TuningNetworkConfig
from cdk_hpo.access.network_endpoints import new_interface_endpoint, new_s3_endpoint
from cdk_hpo.access.network_vpc import add_flow_logs, default_selection, new_vpc, route_table_associations
from cdk_hpo.access.option_problems import refuse_if_any
from cdk_hpo.access.partition import Place
from cdk_hpo.definition.network import VpcConfig

_HTTPS = 443
_ZONES = 2


@jsii.implements(ec2.IConnectable)
class TuningNetwork(Construct):
    """A network for training jobs: isolated subnets, a security group, and endpoints in place of the internet.

    By default a VPC is made that has no way to the internet and none from it, with the gateway endpoint of S3, which
    costs nothing. That is all that a training job needs: SageMaker pulls the image, writes logs and metrics, and uses
    keys outside the VPC. Interface endpoints, which are paid for by the hour, are for what the training code itself
    calls.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    vpc : IVpc, optional
        An existing VPC of default tenancy; one is made by default. Nothing is added to a given one but a security
        group, and the endpoints that are asked for.
    subnets : SubnetSelection, optional
        Which subnets of the given VPC, 1 to 16; its private ones by default. Training takes at least two addresses for
        each instance, with Elastic Fabric Adapter five.
    security_groups : sequence of ISecurityGroup, optional
        Groups that training jobs belong to besides the one made here, up to 4.
    max_azs : int, optional
        In how many availability zones a VPC made here has a subnet, 1 to 16: 2 by default. One that does not know its
        region gets no more than 2.
    ip_addresses : IIpAddresses, optional
        The addresses of a VPC made here; 10.0.0.0/16 by default.
    s3_endpoint : bool, optional
        Whether to add the gateway endpoint of S3 to a given VPC: not by default, since a route table takes only one. A
        VPC made here always has it.
    s3_buckets : sequence of IBucketRef, optional
        The only buckets that can be reached through the endpoint of S3; any by default. In either case only by roles
        and users of this account.
    s3_prefix_list : IPrefixListRef or str, optional
        The prefix list of S3 in the region, ``pl-…``, to which outgoing connections are limited. By default they may
        go anywhere on port 443, and the routes decide: isolated subnets lead to S3 and the VPC only.
    interface_endpoints : sequence of InterfaceVpcEndpointAwsService, optional
        Services that training code calls, such as ``STS``, ``SAGEMAKER_API``, ``CLOUDWATCH_LOGS``,
        ``CLOUDWATCH_MONITORING``, ``KMS``, ``ECR`` and ``ECR_DOCKER``; none by default.
    flow_logs : bool, optional
        Whether a VPC made here logs its traffic, for three months: ``True`` by default.
    encryption_key : IKey, optional
        The customer key of the flow logs; the logs service's own by default.
    restrict_default_security_group : bool
        Whether to empty the default security group of a VPC made here, which nothing uses. ``False`` by default, since
        it takes a function of the CDK.

    Raises
    ------
    ValueError
        When options contradict each other, have no effect or exceed a limit of the service; it lists all problems, and
        nothing has been created.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/train-vpc.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc: ec2.IVpc | None = None,
        subnets: ec2.SubnetSelection | None = None,
        security_groups: Sequence[ec2.ISecurityGroup] = (),
        max_azs: int | None = None,
        ip_addresses: ec2.IIpAddresses | None = None,
        s3_endpoint: bool | None = None,
        s3_buckets: Sequence[IBucketRef] | None = None,
        s3_prefix_list: IPrefixListRef | str | None = None,
        interface_endpoints: Sequence[ec2.InterfaceVpcEndpointAwsService] = (),
        flow_logs: bool | None = None,
        encryption_key: kms.IKey | None = None,
        restrict_default_security_group: bool = False,
    ) -> None:
        options = NetworkOptions(
            vpc=vpc,
            subnets=subnets,
            security_groups=security_groups,
            max_azs=max_azs,
            ip_addresses=ip_addresses,
            s3_endpoint=s3_endpoint,
            s3_buckets=s3_buckets,
            interface_endpoints=interface_endpoints,
            flow_logs=flow_logs,
            encryption_key=encryption_key,
            restrict_default_security_group=restrict_default_security_group,
        )
        refuse_if_any(scope, id, wrong_kinds(options))
        selected = None if vpc is None else default_selection(vpc, subnets)
        refuse_if_any(scope, id, problems(options, selected))
        super().__init__(scope, id)
        place = Place.of(Stack.of(self))
        self._ready = DependencyGroup()
        if vpc is None or selected is None:
            self._vpc: ec2.IVpc = self._make_vpc(options)
            self._subnets = self._vpc.select_subnets(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        else:
            self._vpc, self._subnets = vpc, selected
            for warning, text in warnings(selected):
                Annotations.of(self).add_warning_v2(f"cdk-hpo:{warning}", text)
        self._add(*route_table_associations(self._subnets.subnets))
        self._security_group = self._new_security_group(s3_prefix_list)
        self._connections = ec2.Connections(security_groups=[self._security_group])
        self._further_groups = tuple(security_groups)
        self._s3_endpoint: ec2.GatewayVpcEndpoint | None = None
        if s3_endpoint or vpc is None:
            self._s3_endpoint = new_s3_endpoint(
                self,
                "S3Endpoint",
                vpc=self._vpc,
                subnets=self._subnets.subnets,
                buckets=s3_buckets,
                services=interface_endpoints,
                place=place,
            )
            self._add(self._s3_endpoint)
        self._endpoint_group = self._add_interface_endpoints(interface_endpoints, place)

    @property
    def vpc(self) -> ec2.IVpc:
        """The VPC, made here or given."""
        return self._vpc

    @property
    def subnets(self) -> list[ec2.ISubnet]:
        """The subnets that training jobs run in."""
        return self._subnets.subnets

    @property
    def security_group(self) -> ec2.SecurityGroup:
        """The security group of training jobs, made here."""
        return self._security_group

    @property
    def endpoint_security_group(self) -> ec2.SecurityGroup | None:
        """The security group of the interface endpoints; ``None`` when there are none."""
        return self._endpoint_group

    @property
    def s3_endpoint(self) -> ec2.GatewayVpcEndpoint | None:
        """The gateway endpoint of S3; ``None`` when a given VPC is left alone."""
        return self._s3_endpoint

    @property
    @jsii.member(jsii_name="connections")
    def connections(self) -> ec2.Connections:
        """What training jobs may connect to, and who to them: ``connections.allow_to(file_system, port)``."""
        return self._connections

    @property
    def ready(self) -> IDependable:
        """Endpoints, routes and rules: what uses the network depends on it, ``node.add_dependency(network.ready)``.

        A tuning job whose definition has this network's `vpc_config` does so by itself.
        """
        return cast(IDependable, self._ready)

    @property
    def vpc_config(self) -> VpcConfig:
        """The network for a training job definition, ``vpc=network.vpc_config``."""
        return TuningNetworkConfig(
            security_groups=cast(Any, [self._security_group, *self._further_groups]),
            subnets=self._subnets.subnet_ids,
            ready=self.ready,
        )

    def _make_vpc(self, options: NetworkOptions) -> ec2.IVpc:
        made = new_vpc(
            self,
            "Vpc",
            max_azs=_ZONES if options.max_azs is None else options.max_azs,
            ip_addresses=options.ip_addresses,
            restrict_default_security_group=options.restrict_default_security_group,
        )
        if options.flow_logs is not False:
            add_flow_logs(self, made, options.encryption_key)
        return made

    def _new_security_group(self, s3_prefix_list: IPrefixListRef | str | None) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=self._vpc,
            description="SageMaker training jobs",
            allow_all_outbound=False,
        )
        group.connections.allow_internally(ec2.Port.all_traffic(), "Between the instances of a training job")
        if s3_prefix_list is None:
            # The id of S3's prefix list is known at deployment to nobody but EC2; the routes lead to S3 only.
            group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(_HTTPS), "To S3, as far as the routes lead")
        else:
            listed = (
                s3_prefix_list if isinstance(s3_prefix_list, str) else s3_prefix_list.prefix_list_ref.prefix_list_id
            )
            group.add_egress_rule(ec2.Peer.prefix_list(listed), ec2.Port.tcp(_HTTPS), "To S3")
        self._add(group)
        return group

    def _add_interface_endpoints(
        self, services: Sequence[ec2.InterfaceVpcEndpointAwsService], place: Place
    ) -> ec2.SecurityGroup | None:
        if not services:
            return None
        group = ec2.SecurityGroup(
            self,
            "EndpointSecurityGroup",
            vpc=self._vpc,
            description="Endpoints that SageMaker training jobs use",
            allow_all_outbound=False,
        )
        self._connections.allow_to(group, ec2.Port.tcp(_HTTPS), "To the endpoints")
        self._add(group)
        endpoints = Construct(self, "Endpoints")
        for service in services:
            self._add(
                new_interface_endpoint(
                    endpoints,
                    service,
                    vpc=self._vpc,
                    subnets=self._subnets.subnets,
                    security_group=group,
                    place=place,
                )
            )
        return group

    def _add(self, *constructs: Construct) -> None:
        self._ready.add(*constructs)
