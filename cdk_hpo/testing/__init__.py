"""For tests of stacks that hold tuning jobs: the requests that SageMaker will be sent, assertions, and snapshots.

A template in a file or a dictionary needs neither the CDK nor Node. The fixture ``local_cloud`` for pytest is in
``cdk_hpo.testing.pytest_plugin``.
"""

from cdk_hpo.testing.assertions import assert_tuning_job
from cdk_hpo.testing.requests import requests_of
from cdk_hpo.testing.snapshots import snapshot_of

__all__ = ["assert_tuning_job", "requests_of", "snapshot_of"]
