"""A local cloud as a fixture of pytest.

In the ``conftest.py`` of your tests' top folder::

    pytest_plugins = ["cdk_hpo.testing.pytest_plugin"]

It is not loaded by itself, so that a pytest that happens to see this library stays as it is.
"""

from collections.abc import Iterator

import pytest

from cdk_hpo.local import LocalCloud


@pytest.fixture
def local_cloud() -> Iterator[LocalCloud]:
    """Give a test a local cloud of its own, and end it afterwards (needs the extra ``local``).

    It starts in a fraction of a second. For one that several tests share, or with other options, write a fixture
    around `cdk_hpo.local.LocalCloud`.
    """
    with LocalCloud() as running:
        yield running
