"""A local cloud for laptops and tests: CloudFormation, Lambda, IAM and tuning jobs without an AWS account.

It needs the extra ``local`` (``pip install 'cdk-hpo[local]'``); importing this module does not.
"""

from .cloud import LocalCloud
from .deployment import DeploymentError
from .process import LocalCloudError

__all__ = ["DeploymentError", "LocalCloud", "LocalCloudError"]
