from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.lifecycle.run import quick


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with ExitStack() as stack:
        for patch in quick():
            stack.enter_context(patch)
        yield
