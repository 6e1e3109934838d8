"""Container images: which of SageMaker's built-in algorithms one is, if any."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cdk_hpo.checks.tables import builtin_images

# These take checkpoints themselves, so managed spot training can wait longer than an hour for them.
# The repository sagemaker-xgboost begins with version 0.90-1, the first that does; xgboost is older.
_CHECKPOINTING = frozenset({"image-classification", "object-detection", "semantic-segmentation", "sagemaker-xgboost"})


@cache
def _address() -> re.Pattern[str]:
    registry = r"([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\.[a-z0-9.-]+"
    return re.compile(rf"{registry}/([^:@]+)(?:[:@].*)?", re.DOTALL)


@lru_cache(maxsize=64)
def builtin_algorithm(image: str) -> str:
    """Return the built-in algorithm that an image is, or an empty text.

    Own copies of an algorithm's image and framework images are not built in: both the repository
    and the registry account must be SageMaker's.
    """
    address = _address().fullmatch(image)
    if address is None:
        return ""
    account, repository = address.groups()
    algorithm, accounts = builtin_images().get(repository, ("", frozenset()))
    return algorithm if account in accounts else ""


def takes_checkpoints(image: str) -> bool:
    """Tell whether a built-in algorithm's image can continue from a checkpoint."""
    address = _address().fullmatch(image)
    return address is not None and address[2] in _CHECKPOINTING
