"""The network that training jobs run in: what it lets through, and what it is made of."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from cdk_hpo.access.network import TuningNetwork
from cdk_hpo.access.network_config import depend_on_networks
from tests.cdk import assert_matches_snapshot, masked, new_stack, readable, resources, template_of
from tests.examples import minimal_definition

AWS = ec2.InterfaceVpcEndpointAwsService


def networked(**options: Any) -> dict[str, Any]:
    stack = new_stack()
    TuningNetwork(stack, "Network", **options)
    return template_of(stack)


def endpoint(template: dict[str, Any], service: str) -> dict[str, Any]:
    """Return the properties of a service's endpoint."""
    (found,) = [
        each
        for each in readable(resources(template, "AWS::EC2::VPCEndpoint"))
        if each["Properties"]["ServiceName"].endswith(f".{service}")
    ]
    properties: dict[str, Any] = found["Properties"]
    return properties


def statements(template: dict[str, Any], service: str) -> dict[str, dict[str, Any]]:
    return {each.pop("Sid"): each for each in endpoint(template, service)["PolicyDocument"]["Statement"]}


def imported(stack: Stack, *, zones: int = 2, subnets: int | None = None, public: bool = False) -> ec2.IVpc:
    """Return a VPC that exists already."""
    names = [f"eu-west-1{chr(ord('a') + index)}" for index in range(zones)]
    ids = [f"subnet-{index:08x}" for index in range(zones if subnets is None else subnets)]
    tables = [f"rtb-{index:08x}" for index in range(len(ids))]
    if public:
        return ec2.Vpc.from_vpc_attributes(
            stack, "Given", vpc_id="vpc-0a1b2c3d", availability_zones=names, public_subnet_ids=ids
        )
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Given",
        vpc_id="vpc-0a1b2c3d",
        availability_zones=names,
        private_subnet_ids=ids,
        private_subnet_route_table_ids=tables,
    )


def warned(stack: Stack, text: str) -> bool:
    return bool(Annotations.from_stack(stack).find_warning("*", Match.string_like_regexp(text)))


def test_a_network_as_a_review_would_read_it() -> None:
    assert_matches_snapshot("network", masked(networked())["Resources"])


def test_endpoints_as_a_review_would_read_them() -> None:
    services = [AWS.ECR, AWS.ECR_DOCKER, AWS.CLOUDWATCH_LOGS, AWS.CLOUDWATCH_MONITORING, AWS.KMS, AWS.STS]
    template = networked(interface_endpoints=[*services, AWS.SAGEMAKER_API])
    found = {
        each["Properties"]["ServiceName"]: each["Properties"]["PolicyDocument"]["Statement"]
        for each in readable(resources(template, "AWS::EC2::VPCEndpoint"))
    }
    assert_matches_snapshot("network_endpoints", found)


def test_no_way_leads_to_the_internet() -> None:
    types = {each["Type"] for each in networked()["Resources"].values()}
    assert not types & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route"}


def test_only_s3_has_an_endpoint_by_default() -> None:
    (only,) = resources(networked(), "AWS::EC2::VPCEndpoint")
    assert only["Properties"]["VpcEndpointType"] == "Gateway"


def test_s3_is_for_this_accounts_roles_only() -> None:
    statement = statements(networked(), "s3")["UseBuckets"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "${AWS::AccountId}"}}


def test_s3_can_be_limited_to_some_buckets() -> None:
    stack = new_stack()
    TuningNetwork(stack, "Network", s3_buckets=[s3.Bucket.from_bucket_name(stack, "Data", "data")])
    assert statements(template_of(stack), "s3")["UseBuckets"]["Resource"] == [
        "arn:${AWS::Partition}:s3:::data",
        "arn:${AWS::Partition}:s3:::data/*",
    ]


def test_image_layers_can_be_read_when_images_are_pulled_from_inside() -> None:
    assert "ReadImageLayers" not in statements(networked(interface_endpoints=[AWS.STS]), "s3")
    assert "ReadImageLayers" in statements(networked(interface_endpoints=[AWS.ECR_DOCKER]), "s3")


def test_an_endpoint_without_policies_gets_none() -> None:
    template = networked(interface_endpoints=[AWS.EMR])
    assert "PolicyDocument" not in endpoint(template, "elasticmapreduce")


def test_endpoints_are_for_training_jobs_only() -> None:
    template = networked(interface_endpoints=[AWS.STS])
    (group,) = endpoint(template, "sts")["SecurityGroupIds"]
    rules = readable(resources(template, "AWS::EC2::SecurityGroupIngress"))
    (rule,) = [each["Properties"] for each in rules if each["Properties"]["GroupId"] == group]
    assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (443, 443, "tcp")
    assert "NetworkSecurityGroup" in rule["SourceSecurityGroupId"]


def test_outgoing_connections_can_be_limited_to_s3s_prefix_list() -> None:
    template = networked(s3_prefix_list="pl-63a5400a")
    (group,) = resources(template, "AWS::EC2::SecurityGroup")
    rules = [each["Properties"] for each in resources(template, "AWS::EC2::SecurityGroupEgress")]
    assert "pl-63a5400a" in [each.get("DestinationPrefixListId") for each in rules]
    assert "SecurityGroupEgress" not in group["Properties"]


def test_flow_logs_can_be_encrypted_or_left_out() -> None:
    stack = new_stack()
    TuningNetwork(stack, "Network", encryption_key=kms.Key(stack, "Key"))
    template = template_of(stack)
    (group,) = resources(template, "AWS::Logs::LogGroup")
    assert "KmsKeyId" in group["Properties"]
    (key,) = resources(template, "AWS::KMS::Key")
    assert "EncryptLogs" in [each.get("Sid") for each in key["Properties"]["KeyPolicy"]["Statement"]]
    assert resources(networked(flow_logs=False), "AWS::EC2::FlowLog") == []


def test_a_job_may_connect_to_a_file_system() -> None:
    stack = new_stack()
    network = TuningNetwork(stack, "Network")
    files = efs.FileSystem(stack, "Files", vpc=network.vpc)
    network.connections.allow_to(files, ec2.Port.tcp(2049))
    rules = readable(resources(template_of(stack), "AWS::EC2::SecurityGroupEgress"))
    assert 2049 in [each["Properties"].get("FromPort") for each in rules]


def test_other_constructs_take_the_network_as_a_peer() -> None:
    stack = new_stack()
    network = TuningNetwork(stack, "Network")
    other = ec2.SecurityGroup(stack, "Other", vpc=network.vpc)
    other.connections.allow_from(network, ec2.Port.tcp(988))
    rules = readable(resources(template_of(stack), "AWS::EC2::SecurityGroupIngress"))
    assert 988 in [each["Properties"].get("FromPort") for each in rules]


def test_the_definition_gets_subnets_and_groups() -> None:
    stack = new_stack()
    further = ec2.SecurityGroup.from_security_group_id(stack, "Further", "sg-0a1b2c3d")
    config = TuningNetwork(stack, "Network", security_groups=[further]).vpc_config.to_wire()
    resolved = readable(stack.resolve(config))
    assert len(resolved["Subnets"]) == 2
    assert resolved["SecurityGroupIds"][0].startswith("${NetworkSecurityGroup")
    assert resolved["SecurityGroupIds"][1:] == ["sg-0a1b2c3d"]


def test_a_launchers_resource_waits_for_the_networks_of_its_definition() -> None:
    stack = new_stack()
    network = TuningNetwork(stack, "Network")
    definition = minimal_definition()
    training = dataclasses.replace(definition.training_jobs[0], vpc=network.vpc_config)
    with_network, without = s3.CfnBucket(stack, "With"), s3.CfnBucket(stack, "Without")
    depend_on_networks(with_network, dataclasses.replace(definition, training=training))
    depend_on_networks(without, definition)
    # A rule that is added after the launch is waited for as well.
    network.connections.allow_to(ec2.SecurityGroup(stack, "Late", vpc=network.vpc), ec2.Port.tcp(2049))
    found = template_of(stack)["Resources"]
    assert any("NetworkS3Endpoint" in id for id in found["With"]["DependsOn"])
    assert any(id.startswith("NetworkSecurityGrouptoStackLate") for id in found["With"]["DependsOn"])
    assert "DependsOn" not in found["Without"]


def test_what_depends_on_a_network_comes_after_endpoints_routes_and_rules() -> None:
    stack = new_stack()
    network = TuningNetwork(stack, "Network", interface_endpoints=[AWS.STS])
    user = s3.CfnBucket(stack, "User")
    user.node.add_dependency(network.ready)
    template = template_of(stack)
    (bucket,) = resources(template, "AWS::S3::Bucket")
    kinds = sorted({template["Resources"][id]["Type"] for id in bucket["DependsOn"]})
    assert kinds == [
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::EC2::VPCEndpoint",
    ]


def test_a_given_vpc_gets_nothing_but_a_security_group() -> None:
    stack = new_stack()
    network = TuningNetwork(stack, "Network", vpc=imported(stack))
    assert readable(stack.resolve(network.vpc_config.to_wire()))["Subnets"] == ["subnet-00000000", "subnet-00000001"]
    types = {each["Type"] for each in template_of(stack)["Resources"].values()}
    assert {each for each in types if "SecurityGroup" not in each} == set()


def test_a_given_vpc_gets_the_endpoints_that_are_asked_for() -> None:
    stack = new_stack()
    TuningNetwork(stack, "Network", vpc=imported(stack), s3_endpoint=True, interface_endpoints=[AWS.STS])
    template = template_of(stack)
    assert endpoint(template, "s3")["RouteTableIds"] == ["rtb-00000000", "rtb-00000001"]
    assert endpoint(template, "sts")["SubnetIds"] == ["subnet-00000000", "subnet-00000001"]


def test_an_endpoint_has_one_subnet_in_each_zone() -> None:
    stack = new_stack()
    vpc = imported(stack, zones=2, subnets=4)
    TuningNetwork(stack, "Network", vpc=vpc, interface_endpoints=[AWS.STS])
    assert len(endpoint(template_of(stack), "sts")["SubnetIds"]) == 2


def test_public_subnets_are_warned_of() -> None:
    stack = new_stack()
    public = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)
    TuningNetwork(stack, "Network", vpc=imported(stack, public=True), subnets=public)
    assert warned(stack, "at least one is public")


def test_a_single_zone_is_warned_of() -> None:
    stack = new_stack()
    TuningNetwork(stack, "Network", vpc=imported(stack, zones=1))
    assert warned(stack, "all are in one availability zone")


def test_private_subnets_in_two_zones_are_fine() -> None:
    stack = new_stack()
    TuningNetwork(stack, "Network", vpc=imported(stack))
    assert not warned(stack, ".*")


def test_a_vpc_that_is_still_to_be_looked_up_is_not_judged() -> None:
    stack = new_stack(region="eu-west-1")
    vpc = ec2.Vpc.from_lookup(stack, "Given", vpc_id="vpc-0a1b2c3d")
    TuningNetwork(stack, "Network", vpc=vpc, subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC))
    assert [entry for entry in stack.node.find_child("Network").node.metadata if "warning" in entry.type] == []


def test_a_network_of_another_stack_is_deployed_first() -> None:
    stack = new_stack()
    user = Stack(stack.node.root, "User")
    network = TuningNetwork(stack, "Network")
    s3.CfnBucket(user, "Bucket").node.add_dependency(network.ready)
    template_of(stack)
    assert [each.stack_name for each in user.dependencies] == ["Stack"]


GROUP = "sg-0a1b2c3d"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subnets": ec2.SubnetSelection(one_per_az=True)}, "subnets: they select among those of an existing VPC"),
        ({"s3_endpoint": False}, "s3_endpoint: isolated subnets reach S3 through it alone"),
        ({"max_azs": 0}, "max_azs: expected a whole number from 1 to 16, got 0"),
        ({"max_azs": True}, "max_azs: expected a whole number from 1 to 16, got True"),
        ({"s3_buckets": []}, "s3_buckets: an empty list"),
        ({"interface_endpoints": [AWS.STS, AWS.KMS, AWS.STS]}, "sts stands there 2 times"),
        ({"interface_endpoints": ["sts"]}, "expected services such as ec2.InterfaceVpcEndpointAwsService.STS"),
        ({"security_groups": [GROUP] * 5}, "security_groups: a training job takes at most 5.*got 5"),
        ({"vpc": 17}, "subnets: a training job takes 1 to 16 subnets, and the selection finds 17"),
        ({"vpc": 2, "max_azs": 3}, "max_azs: vpc is given"),
        ({"vpc": 2, "flow_logs": True}, "flow_logs: vpc is given"),
        ({"vpc": 2, "ip_addresses": ec2.IpAddresses.cidr("10.1.0.0/16")}, "ip_addresses: vpc is given"),
        ({"vpc": 2, "restrict_default_security_group": True}, "restrict_default_security_group: vpc is given"),
        ({"vpc": 2, "s3_buckets": ["data"]}, "only with s3_endpoint=True"),
    ],
)
def test_contradictions_are_refused_before_anything_is_made(options: dict[str, Any], message: str) -> None:
    stack, elsewhere = new_stack(), new_stack()
    if "vpc" in options:
        options = options | {"vpc": imported(elsewhere, zones=1, subnets=options["vpc"])}
    if "security_groups" in options:
        given = enumerate(options["security_groups"])
        groups = [ec2.SecurityGroup.from_security_group_id(elsewhere, f"Group{index}", id) for index, id in given]
        options = options | {"security_groups": groups}
    with pytest.raises(ValueError, match=message) as refused:
        TuningNetwork(stack, "Network", **options)
    assert str(refused.value).startswith("Stack/Network:\n")
    assert stack.node.children == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vpc": "vpc-1"}, r"vpc: expected a VPC, or one from ec2\.Vpc\.from_lookup\(…\), got str"),
        ({"security_groups": ["sg-1"]}, "security_groups: item 0: expected a security group, .*got 'sg-1'"),
    ],
)
def test_text_is_no_network(options: dict[str, Any], message: str) -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match=message):
        TuningNetwork(stack, "Network", **options)
    assert stack.node.children == []


def test_a_key_without_flow_logs_is_refused() -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match="encryption_key: it encrypts flow logs, and flow_logs is False"):
        TuningNetwork(stack, "Network", flow_logs=False, encryption_key=kms.Key(stack, "Key"))
