"""Runs of many random histories, from a seed."""

import types
from unittest import mock

import botocore.endpoint
from botocore.retries import quota
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.lifecycle.machine import Lifecycle

STEPS = 14


def quick() -> list[mock._patch]:  # type: ignore[type-arg]
    """Return patches under which botocore's own second try takes no time, and depends on no earlier calls."""
    return [
        mock.patch.object(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda seconds: None)),
        mock.patch.object(quota.RetryQuota, "acquire", return_value=True),
    ]


def options(examples: int, *, shrink: bool = True, derandomize: bool = False) -> settings:
    """Return hypothesis's settings for a run."""
    return settings(
        max_examples=examples, stateful_step_count=STEPS, derandomize=derandomize, deadline=None, database=None,
        report_multiple_bugs=False, print_blob=False, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
    )  # fmt: skip


def tell(seed: int, examples: int, *, shrink: bool = True) -> None:
    """Tell histories; raises what the first one that went wrong has shrunk to."""

    class Seeded(Lifecycle):
        _hypothesis_internal_use_seed = seed

    run_state_machine_as_test(Seeded, settings=options(examples, shrink=shrink), _min_steps=0)
