from collections.abc import Iterator

import pytest

from cdk_hpo.local import LocalCloud
from tests.local.requests import make_role


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    """A local cloud whose jobs only end when they are told to, with an execution role."""
    with LocalCloud(job_seconds=600, stop_seconds=0.2) as running:
        make_role(running, "hpo-exec")
        yield running
