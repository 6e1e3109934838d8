"""A dozen jobs in a stack, and four stacks at once; ``large_cases.py`` has more of each."""

from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.scale import many_jobs_in_a_stack, many_stacks_at_once


def test_a_dozen_jobs_in_a_stack(deployer: Deployer) -> None:
    many_jobs_in_a_stack(deployer, 12)


def test_four_stacks_at_once_with_throttling(cloud: LocalCloud, deployer: Deployer) -> None:
    many_stacks_at_once(cloud, deployer, 4)
