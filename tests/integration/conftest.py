"""One local cloud for each test process, with IAM enforced."""

import time
from collections.abc import Iterator

import pytest

from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer
from tests.integration.evidence import Evidence


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud(job_seconds=300, stop_seconds=0.2) as running:
        yield running


@pytest.fixture(autouse=True)
def _valid_answers_and_no_secrets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Look, after the stacks of a test are gone, at all that the function has said."""
    if "cloud" not in request.fixturenames:
        yield
        return
    cloud: LocalCloud = request.getfixturevalue("cloud")
    start, lines = time.time(), len(cloud.log(1_000_000).splitlines())
    yield
    assert Evidence.since(cloud, start, lines).problems() == []


@pytest.fixture
def deployer(cloud: LocalCloud) -> Iterator[Deployer]:
    """Deploy stacks, and destroy them afterwards."""
    cloud.configure(job_seconds=300, stop_seconds=0.2, roll_back="update-new")
    made = Deployer(cloud)
    yield made
    cloud.inject_faults([])
    made.destroy_all()
