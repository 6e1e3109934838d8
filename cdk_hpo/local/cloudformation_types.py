"""CloudFormation resource types, and properties of types, that the emulator lacks."""

import re
import uuid
from collections.abc import Callable
from typing import Any

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]
Create = Callable[[str, Properties, str], Created]
Delete = Callable[[str, Properties], None]


def install() -> None:
    """Register the missing types and repair the incomplete ones."""
    from ministack.services.cloudformation import provisioners

    for name, (create, delete) in _TYPES.items():
        provisioners._RESOURCE_HANDLERS.setdefault(name, _handler(create, delete))
    for name, repair in _REPAIRS.items():
        _extend(provisioners._RESOURCE_HANDLERS[name], repair)


def _handler(create: Create, delete: Delete) -> dict[str, Any]:
    """Make a type whose every change but that of tags is a replacement."""

    def update(
        physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str | None = None
    ) -> Created:
        from ministack.services.cloudformation import provisioners

        created = create(logical_id or physical_id, new, stack_name)
        provisioners._delete_predecessor(delete, physical_id, old)
        return created

    return {"create": create, "delete": delete, "update": update, "update_with_logical_id": True}


def _extend(handler: dict[str, Any], repair: Callable[[str, Properties], dict[str, Any]]) -> None:
    """Run a repair after each create and update of a type; it returns attributes to add."""
    create, update = handler["create"], handler.get("update")

    def repaired_create(logical_id: str, props: Properties, stack_name: str) -> Created:
        physical_id, attributes = create(logical_id, props, stack_name)
        return physical_id, {**repair(physical_id, props), **attributes}

    def repaired_update(physical_id: str, old: Properties, new: Properties, *rest: Any) -> Created:
        assert update is not None
        physical_id, attributes = update(physical_id, old, new, *rest)
        return physical_id, {**repair(physical_id, new), **attributes}

    handler["create"] = repaired_create
    if update is not None:
        handler["update"] = repaired_update


# -- repairs ---------------------------------------------------------------------------------------------------------


def _bucket(name: str, props: Properties) -> dict[str, Any]:
    """Keep a bucket's tags and encryption: ``auto_delete_objects`` looks at the tags, who uses the bucket at both."""
    from ministack.services import s3

    if props.get("Tags"):
        s3._bucket_tags[name] = {tag["Key"]: tag["Value"] for tag in props["Tags"]}
    rules = [rule for rule in _encryption_rules(props) if _names_a_key(rule)]
    if rules:
        root = "ServerSideEncryptionConfiguration"
        s3._put_bucket_encryption(name, f"<{root}>{_rules(rules)}</{root}>".encode())
    return {}


def _encryption_rules(props: Properties) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = props.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    return found


def _names_a_key(rule: dict[str, Any]) -> bool:
    # The account's own key stands for a missing one, but the emulator takes no object without a key's id then.
    default = rule.get("ServerSideEncryptionByDefault", {})
    return default.get("SSEAlgorithm") != "aws:kms" or "KMSMasterKeyID" in default


def _rules(rules: list[dict[str, Any]]) -> str:
    text = ""
    for rule in rules:
        default = rule.get("ServerSideEncryptionByDefault", {})
        members = "".join(f"<{name}>{value}</{name}>" for name, value in default.items())
        text += f"<Rule><ApplyServerSideEncryptionByDefault>{members}</ApplyServerSideEncryptionByDefault></Rule>"
    return text


def _vpc(_: str, props: Properties) -> dict[str, Any]:
    """Give the attribute that interface endpoints' security groups refer to."""
    return {"CidrBlock": props.get("CidrBlock", "")}


def _function(name: str, props: Properties) -> dict[str, Any]:
    """Keep two properties that the emulator's Lambda knows but its CloudFormation drops."""
    from ministack.services import lambda_svc

    function = lambda_svc._functions[name]
    if props.get("DeadLetterConfig"):
        function["config"]["DeadLetterConfig"] = props["DeadLetterConfig"]
    if props.get("RecursiveLoop"):
        function["recursive_loop"] = props["RecursiveLoop"]
    return {}


# -- missing types ---------------------------------------------------------------------------------------------------


def _ec2(operation: str, **parameters: Any) -> str:
    """Call the emulator's EC2 and return its XML; ValueError with its message when it refuses."""
    from ministack.services import ec2

    query = {key: [str(value)] for key, value in parameters.items() if value is not None}
    status, _, body = getattr(ec2, operation)(query)
    text: str = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(_element(text, "Message") or text)
    return text


def _element(xml: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", xml)
    return found[1] if found else ""


def _tag(identifier: str, props: Properties) -> None:
    from ministack.services.cloudformation import provisioners

    provisioners._ec2_apply_tags(identifier, props)


def _create_address(_: str, props: Properties, __: str) -> Created:
    xml = _ec2("_allocate_address", Domain=props.get("Domain", "vpc"))
    allocation, address = _element(xml, "allocationId"), _element(xml, "publicIp")
    _tag(allocation, props)
    return address, {"AllocationId": allocation, "PublicIp": address}


def _delete_address(physical_id: str, _: Properties) -> None:
    from ministack.services import ec2

    for allocation, record in list(ec2._addresses.items()):
        if record["PublicIp"] == physical_id:
            _ec2("_release_address", AllocationId=allocation)


def _create_nat_gateway(_: str, props: Properties, __: str) -> Created:
    xml = _ec2(
        "_create_nat_gateway",
        SubnetId=props.get("SubnetId"),
        AllocationId=props.get("AllocationId"),
        ConnectivityType=props.get("ConnectivityType", "public"),
    )
    identifier = _element(xml, "natGatewayId")
    _tag(identifier, props)
    return identifier, {"NatGatewayId": identifier}


def _delete_nat_gateway(physical_id: str, _: Properties) -> None:
    _ec2("_delete_nat_gateway", NatGatewayId=physical_id)


def _create_flow_log(_: str, props: Properties, __: str) -> Created:
    xml = _ec2(
        "_create_flow_logs",
        **{"ResourceId.1": props.get("ResourceId")},
        ResourceType=props.get("ResourceType"),
        TrafficType=props.get("TrafficType"),
        LogDestinationType=props.get("LogDestinationType"),
        LogDestination=props.get("LogDestination"),
        LogGroupName=props.get("LogGroupName"),
    )
    identifier = _element(xml, "item")
    _tag(identifier, props)
    return identifier, {"Id": identifier}


def _delete_flow_log(physical_id: str, _: Properties) -> None:
    _ec2("_delete_flow_logs", **{"FlowLogId.1": physical_id})


def _create_network_acl(_: str, props: Properties, __: str) -> Created:
    identifier = _element(_ec2("_create_network_acl", VpcId=props.get("VpcId")), "networkAclId")
    _tag(identifier, props)
    return identifier, {"Id": identifier}


def _delete_network_acl(physical_id: str, _: Properties) -> None:
    _ec2("_delete_network_acl", NetworkAclId=physical_id)


def _create_network_acl_entry(_: str, props: Properties, __: str) -> Created:
    _ec2(
        "_create_network_acl_entry",
        NetworkAclId=props.get("NetworkAclId"),
        RuleNumber=props.get("RuleNumber"),
        Protocol=props.get("Protocol"),
        RuleAction=props.get("RuleAction"),
        Egress=str(props.get("Egress", False)).lower(),
        CidrBlock=props.get("CidrBlock"),
        Ipv6CidrBlock=props.get("Ipv6CidrBlock"),
    )
    return _identifier("acle"), {}


def _delete_network_acl_entry(_: str, props: Properties) -> None:
    _ec2(
        "_delete_network_acl_entry",
        NetworkAclId=props.get("NetworkAclId"),
        RuleNumber=props.get("RuleNumber"),
        Egress=str(props.get("Egress", False)).lower(),
    )


def _associate_network_acl(_: str, props: Properties, __: str) -> Created:
    from ministack.services import ec2

    if props.get("NetworkAclId") not in ec2._network_acls:
        raise ValueError(f"The network ACL '{props.get('NetworkAclId')}' does not exist")
    association = _identifier("aclassoc")
    for acl in ec2._network_acls.values():
        acl["Associations"] = [a for a in acl["Associations"] if a["SubnetId"] != props.get("SubnetId")]
    ec2._network_acls[props["NetworkAclId"]]["Associations"].append(
        {"NetworkAclAssociationId": association, "SubnetId": props.get("SubnetId")}
    )
    return association, {"AssociationId": association}


def _dissociate_network_acl(physical_id: str, _: Properties) -> None:
    from ministack.services import ec2

    for acl in ec2._network_acls.values():
        acl["Associations"] = [a for a in acl["Associations"] if a["NetworkAclAssociationId"] != physical_id]


def _rule(store: str) -> tuple[Create, Delete]:
    """Make a type for a rule of a security group that another resource declares."""

    def create(_: str, props: Properties, __: str) -> Created:
        from ministack.services import ec2
        from ministack.services.cloudformation import provisioners

        group = ec2._security_groups.get(props.get("GroupId", ""))
        if group is None:
            raise ValueError(f"The security group '{props.get('GroupId')}' does not exist")
        group.setdefault(store, []).extend(provisioners._ec2_sg_permissions([props]))
        identifier = _identifier("sgr")
        return identifier, {"Id": identifier}

    def delete(_: str, props: Properties) -> None:
        from ministack.services import ec2
        from ministack.services.cloudformation import provisioners

        group = ec2._security_groups.get(props.get("GroupId", ""))
        if group is not None:
            gone = provisioners._ec2_sg_permissions([props])
            group[store] = [rule for rule in group.get(store, []) if rule not in gone]

    return create, delete


def _create_composite_alarm(logical_id: str, props: Properties, stack_name: str) -> Created:
    from ministack.core.responses import get_account_id, get_region

    name = props.get("AlarmName") or f"{stack_name}-{logical_id}-{uuid.uuid4().hex[:8]}"
    return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}


def _forget(_: str, __: Properties) -> None:
    """Delete what is only recorded."""


def _identifier(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


_REPAIRS: dict[str, Callable[[str, Properties], dict[str, Any]]] = {
    "AWS::EC2::VPC": _vpc,
    "AWS::Lambda::Function": _function,
    "AWS::S3::Bucket": _bucket,
}
_TYPES: dict[str, tuple[Create, Delete]] = {
    "AWS::CloudWatch::CompositeAlarm": (_create_composite_alarm, _forget),  # recorded only, it never fires
    "AWS::EC2::EIP": (_create_address, _delete_address),
    "AWS::EC2::FlowLog": (_create_flow_log, _delete_flow_log),
    "AWS::EC2::NatGateway": (_create_nat_gateway, _delete_nat_gateway),
    "AWS::EC2::NetworkAcl": (_create_network_acl, _delete_network_acl),
    "AWS::EC2::NetworkAclEntry": (_create_network_acl_entry, _delete_network_acl_entry),
    "AWS::EC2::SecurityGroupEgress": _rule("IpPermissionsEgress"),
    "AWS::EC2::SecurityGroupIngress": _rule("IpPermissions"),
    "AWS::EC2::SubnetNetworkAclAssociation": (_associate_network_acl, _dissociate_network_acl),
}
