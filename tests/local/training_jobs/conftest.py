from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.training_jobs.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Run jobs, and make sure that none leaves a folder behind."""
    made = Bench(tmp_path)
    yield made
    assert not made.jobs.exists() or list(made.jobs.iterdir()) == []
