"""The rules that look at several fields, one file per subject. Importing this package registers them."""

from cdk_hpo.checks.rules import (  # noqa: F401
    algorithms,
    channels,
    credentials,
    definitions,
    hyperparameters,
    instances,
    limits,
    network,
    ranges,
    stopping,
    storage,
    strategy,
    tags,
    warm_start,
)
