from typing import Any

from cdk_hpo.local import LocalCloud


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def ref(name: str, attribute: str | None = None) -> dict[str, Any]:
    return {"Ref": name} if attribute is None else {"Fn::GetAtt": [name, attribute]}


def network(port: int = 443) -> dict[str, Any]:
    return {
        "Resources": {
            "Vpc": resource("EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Subnet": resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.0.0/24"),
            "Address": resource("EC2::EIP", Domain="vpc", Tags=[{"Key": "Name", "Value": "out"}]),
            "Gateway": resource("EC2::NatGateway", SubnetId=ref("Subnet"), AllocationId=ref("Address", "AllocationId")),
            "Flow": resource("EC2::FlowLog", ResourceId=ref("Vpc"), ResourceType="VPC", TrafficType="ALL"),
            "Acl": resource("EC2::NetworkAcl", VpcId=ref("Vpc")),
            "Entry": resource(
                "EC2::NetworkAclEntry",
                NetworkAclId=ref("Acl"),
                RuleNumber=100,
                Protocol=-1,
                RuleAction="allow",
                Egress=True,
                CidrBlock="0.0.0.0/0",
            ),
            "Association": resource(
                "EC2::SubnetNetworkAclAssociation", NetworkAclId=ref("Acl"), SubnetId=ref("Subnet")
            ),
            "Group": resource("EC2::SecurityGroup", GroupDescription="of the test", VpcId=ref("Vpc")),
            "In": resource(
                "EC2::SecurityGroupIngress",
                GroupId=ref("Group"),
                IpProtocol="tcp",
                FromPort=port,
                ToPort=port,
                CidrIp=ref("Vpc", "CidrBlock"),
            ),
            "Out": resource(
                "EC2::SecurityGroupEgress",
                GroupId=ref("Group"),
                IpProtocol="-1",
                DestinationSecurityGroupId=ref("Group"),
            ),
            "Alarm": resource("CloudWatch::CompositeAlarm", AlarmRule="TRUE"),
            "Metadata": resource("CDK::Metadata", Analytics="v2:deflate64:x"),
        },
        "Outputs": {"Vpc": {"Value": ref("Vpc")}, "Address": {"Value": ref("Address")}},
    }


def test_a_network_comes_changes_and_goes(cloud: LocalCloud) -> None:
    ec2 = cloud.client("ec2")
    made = cloud.deploy_template(network(), "Network")
    outputs = {output["OutputKey"]: output["OutputValue"] for output in made["Outputs"]}
    here = [{"Name": "vpc-id", "Values": [outputs["Vpc"]]}]
    assert ec2.describe_nat_gateways(Filters=here)["NatGateways"][0]["State"] == "available"
    address = ec2.describe_addresses()["Addresses"][0]
    assert (address["PublicIp"], address["Tags"]) == (outputs["Address"], [{"Key": "Name", "Value": "out"}])
    acl = next(acl for acl in ec2.describe_network_acls(Filters=here)["NetworkAcls"] if not acl["IsDefault"])
    assert (acl["Entries"][0]["Egress"], acl["Associations"][0]["SubnetId"][:7]) == (True, "subnet-")

    cloud.deploy_template(network(port=8443), "Network")
    groups = ec2.describe_security_groups(Filters=here)["SecurityGroups"]
    group = next(group for group in groups if group["Description"] == "of the test")
    assert [(rule["FromPort"], rule["IpRanges"]) for rule in group["IpPermissions"]] == [
        (8443, [{"CidrIp": "10.0.0.0/16"}])
    ]
    assert len(group["IpPermissionsEgress"]) == 2

    cloud.destroy("Network")
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_flow_logs()["FlowLogs"] == []
    assert ec2.describe_network_acls(Filters=here)["NetworkAcls"] == []


def test_what_the_functions_dead_letters_need(cloud: LocalCloud) -> None:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    given = {
        "Resources": {
            "Role": resource("IAM::Role", AssumeRolePolicyDocument={"Statement": [trust]}),
            "Queue": resource("SQS::Queue"),
            "Function": resource(
                "Lambda::Function",
                FunctionName="with-letters",
                Runtime="python3.13",
                Handler="index.handler",
                Role=ref("Role", "Arn"),
                Code={"ZipFile": "def handler(event, context): pass"},
                DeadLetterConfig={"TargetArn": ref("Queue", "Arn")},
            ),
        }
    }
    cloud.deploy_template(given, "Letters")
    found = cloud.client("lambda").get_function_configuration(FunctionName="with-letters")
    assert ":Letters-Queue" in found["DeadLetterConfig"]["TargetArn"]
