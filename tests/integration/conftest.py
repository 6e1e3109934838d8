"""One local cloud for each test process, with IAM enforced."""

from collections.abc import Iterator

import pytest

from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(job_seconds=300, stop_seconds=0.2) as running:
        yield running


@pytest.fixture
def deployer(cloud: LocalCloud) -> Iterator[Deployer]:
    """Deploy stacks, and destroy them afterwards."""
    cloud.configure(job_seconds=300, stop_seconds=0.2)
    made = Deployer(cloud)
    yield made
    cloud.inject_faults([])
    made.destroy_all()
