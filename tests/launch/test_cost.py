"""A ceiling for what a job can cost."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from tests.cdk import new_stack
from tests.examples import minimal_definition

PRICES = {"ml.m5.large": 0.5}
# Four training jobs of an hour, and two minutes each to end.
MOST = 4 * 3720 / 3600 * 0.5


def schedule(stack: Stack, ceiling: hpo.MaxCost) -> Any:
    weekly = scheduler.ScheduleExpression.rate(Duration.days(7))
    return hpo.TuningSchedule(stack, "It", minimal_definition(), schedule=weekly, max_cost=ceiling)


LAUNCHERS: list[Callable[[Stack, hpo.MaxCost], Any]] = [
    lambda stack, ceiling: hpo.HyperParameterTuningJob(stack, "It", minimal_definition(), max_cost=ceiling),
    lambda stack, ceiling: hpo.HyperParameterTuningTask(stack, "It", minimal_definition(), max_cost=ceiling),
    schedule,
]


@pytest.mark.parametrize("launch", LAUNCHERS, ids=["job", "task", "schedule"])
def test_a_job_that_may_cost_more_is_refused(launch: Callable[[Stack, hpo.MaxCost], Any]) -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match=r"Stack/It: max_cost: .* up to 2\.07, .* ceiling of 2\.00: lower"):
        launch(stack, hpo.MaxCost(2, PRICES))
    assert stack.node.try_find_child("It") is None


@pytest.mark.parametrize("launch", LAUNCHERS, ids=["job", "task", "schedule"])
def test_the_bound_is_shown(launch: Callable[[Stack, hpo.MaxCost], Any]) -> None:
    stack = new_stack()
    launch(stack, hpo.MaxCost(MOST + 0.01, PRICES))
    app = stack.node.root
    assert isinstance(app, App)
    shown = [str(each.entry.data) for each in app.synth().get_stack_by_name("Stack").messages]
    assert len([each for each in shown if "2.07 at most" in each]) == 1


def test_a_type_without_a_price() -> None:
    with pytest.raises(ValueError, match=r"Stack/It: max_cost: no price for ml\.m5\.large"):
        LAUNCHERS[0](new_stack(), hpo.MaxCost(2, {"ml.m5.xlarge": 1}))


@pytest.mark.parametrize(("amount", "prices"), [(0, {}), (True, {}), ("1", {}), (1, {"ml.m5.large": -1})])
def test_numbers_that_are_no_ceiling(amount: Any, prices: Any) -> None:
    with pytest.raises(ValueError, match="expected a positive number"):
        hpo.MaxCost(amount, prices)
