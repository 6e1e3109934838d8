"""The network that training jobs run in."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.definition._codec import Many, Problem, Resource
from cdk_hpo.definition._shown import shown
from cdk_hpo.definition._tokens import attribute
from cdk_hpo.definition._value import Value, value, wire

if TYPE_CHECKING:
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk.interfaces.aws_ec2 import ISecurityGroupRef, ISubnetRef

_GROUP = Resource("a security group or its id as text", "security_group_ref.security_group_id", "security_group_id")
_SUBNETS = "a list of subnets such as vpc.private_subnets"
_SUBNET = Resource("a subnet or its id as text", "subnet_ref.subnet_id", "subnet_id")

_FIND = 'Vpc.from_lookup(self, "Vpc", vpc_id="vpc-…") makes one of an id'
_SELECT = "write SubnetSelection(subnets=[…]), or VpcConfig(security_groups=[…], subnets=[…]) without the VPC"


@value
class VpcConfig(Value):
    """The subnets and security groups of the training jobs' network interfaces.

    Parameters
    ----------
    security_groups : sequence of ISecurityGroupRef or str
        The security groups or their ids, 1 to 5.
    subnets : sequence of ISubnetRef or str
        The subnets or their ids, 1 to 16.

    Raises
    ------
    ValidationError
        When a list is empty, or holds something else.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_VpcConfig.html
    """

    _shape = "VpcConfig"
    _advice = "of a whole VPC, VpcConfig.from_vpc(vpc, security_groups=[…]) makes one"

    security_groups: "Sequence[ISecurityGroupRef | str]" = wire(
        "SecurityGroupIds", Many(_GROUP, at_least=1, rule="security-groups-count")
    )
    subnets: "Sequence[ISubnetRef | str]" = wire(
        "Subnets", Many(_SUBNET, at_least=1, rule="subnets-count", expected=_SUBNETS)
    )

    @classmethod
    def from_vpc(
        cls,
        vpc: "ec2.IVpc",
        *,
        security_groups: "Sequence[ISecurityGroupRef | str]",
        subnets: "ec2.SubnetSelection | None" = None,
    ) -> Self:
        """Return the network of a VPC.

        Parameters
        ----------
        vpc : IVpc
            The VPC, created in this app or imported.
        security_groups : sequence of ISecurityGroupRef or str
            The security groups or their ids, 1 to 5.
        subnets : SubnetSelection, optional
            Which subnets; all private ones by default, as elsewhere in the CDK.

        Raises
        ------
        ValidationError
            When the VPC is no construct, or the subnets are not selected.
        """
        if attribute(vpc, "select_subnets") is None:
            raise cls._refused("vpc", f"expected a VPC of the CDK, got {shown(vpc)}: {_FIND}")
        if subnets is not None and attribute(subnets, "_values") is None:
            raise cls._refused("subnets", f"expected a SubnetSelection, got {shown(subnets)}: {_SELECT}")
        selected = vpc.select_subnets() if subnets is None else vpc.select_subnets(**subnets._values)
        return cls(security_groups=security_groups, subnets=selected.subnet_ids)

    @classmethod
    def _refused(cls, argument: str, words: str) -> ValidationError:
        return ValidationError([cls._finding(argument, None, Problem(words))])
