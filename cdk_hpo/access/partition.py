"""Where a stack is deployed to, as the parts of an ARN."""

from dataclasses import dataclass

from aws_cdk import Stack

from cdk_hpo._remembered import remembered
from cdk_hpo.access.pseudo_parameters import pseudo_parameter
from cdk_hpo.checks.unknown import is_unknown

stack_of = remembered(Stack.of)


@dataclass(frozen=True)
class Place:
    """The partition, region and account of a stack; each may be a token."""

    partition: str
    region: str
    account: str
    url_suffix: str

    @staticmethod
    @remembered
    def of(stack: Stack) -> "Place":
        """Return the place of a stack."""
        return Place(
            partition=stack.partition,
            region=stack.region,
            account=stack.account,
            url_suffix=pseudo_parameter("URL_SUFFIX"),
        )

    @property
    def knows_region(self) -> bool:
        """Whether the region is known at synthesis."""
        return not is_unknown(self.region)

    def arn(self, service: str, resource: str, *, region: str | None = None, account: str | None = None) -> str:
        """Return an ARN in this place, or for another region or account."""
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"
