"""A network for a definition that remembers what must stand before a job can use it."""

import dataclasses

from aws_cdk import CfnResource
from constructs import IDependable

from cdk_hpo.access.lint_findings import acknowledge
from cdk_hpo.definition._value import value
from cdk_hpo.definition.network import VpcConfig
from cdk_hpo.definition.tuning import TuningJobDefinition


@value
class TuningNetworkConfig(VpcConfig):
    """What `TuningNetwork.vpc_config` returns: ids for the request, and what a launcher has to wait for."""

    #: Endpoints, routes and rules: a job must come after them and be gone before them.
    ready: IDependable = dataclasses.field(compare=False, repr=False)


def depend_on_networks(resource: CfnResource, definition: TuningJobDefinition) -> None:
    """Create the resource that launches a definition after the definition's networks, and delete it before them.

    A job's subnets and groups are ids in its request, from which CloudFormation does not learn that the job needs the
    endpoints behind them, too.
    """
    networks = [job.vpc for job in definition.training_jobs if isinstance(job.vpc, TuningNetworkConfig)]
    for network in networks:
        resource.node.add_dependency(network.ready)
    if networks:
        acknowledge(resource, {"W3005": "The dependency on a security group is for rules that are added to it later."})
