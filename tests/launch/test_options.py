"""What launchers say of arguments of another kind, before anything is made."""

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from tests.cdk import new_stack
from tests.examples import minimal_definition

ROLE = "arn:aws:iam::111122223333:role/training"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/one"


def job(stack: Stack, **options: Any) -> None:
    hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition(), **options)


def task(stack: Stack, **options: Any) -> None:
    hpo.HyperParameterTuningTask(stack, "Tuning", minimal_definition(), **options)


def schedule(stack: Stack, **options: Any) -> None:
    each_day = scheduler.ScheduleExpression.rate(Duration.days(1))
    hpo.TuningSchedule(stack, "Tuning", minimal_definition(), schedule=each_day, **options)


def fleet(stack: Stack, **options: Any) -> None:
    results = s3.Bucket.from_bucket_name(stack, "Results", "results")
    given: dict[str, Any] = {"variants": [{"data": "s3://data/1/"}], "max_concurrency": 1, "results_bucket": results}
    hpo.TuningFleet(stack, "Tuning", minimal_definition(), **given, **options)


@pytest.mark.parametrize("launch", [job, task, schedule, fleet])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"role": ROLE},
            f"role: expected a role, got text: write iam.Role.from_role_arn(self, \"Imported\", '{ROLE}')",
        ),
        (
            {"encryption_key": KEY},
            f"encryption_key: expected a key, got text: write kms.Key.from_key_arn(self, \"Imported\", '{KEY}')",
        ),
        (
            {"max_cost": 5},
            "max_cost: expected a MaxCost, got 5: write MaxCost(amount, prices), with what an hour of each instance "
            "type costs",
        ),
    ],
    ids=["role", "key", "cost"],
)
def test_another_kind_is_told_what_to_write(launch: Any, options: dict[str, Any], words: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError) as error:
        launch(stack, **options)
    assert str(error.value) == f"Stack/Tuning: {words}"
    assert stack.node.try_find_child("Tuning") is None


@pytest.mark.parametrize(
    ("launch", "argument"),
    [(job, "timeout"), (schedule, "run_timeout"), (fleet, "run_timeout")],
    ids=["job", "schedule", "fleet"],
)
@pytest.mark.parametrize(
    ("given", "write"),
    [
        (3600, "Duration.seconds(3600), if seconds are meant"),
        (timedelta(hours=1), "Duration.seconds(3600)"),
        ("2h", "Duration.hours(2), for example"),
    ],
    ids=["number", "timedelta", "text"],
)
def test_times_are_durations(launch: Any, argument: str, given: object, write: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError) as error:
        launch(stack, **{argument: given})
    assert str(error.value) == f"Stack/Tuning: {argument}: expected a Duration, got {given!r}: write {write}"
    assert stack.node.try_find_child("Tuning") is None


def test_the_time_to_wait_is_known_at_synthesis() -> None:
    with pytest.raises(TypeError, match="Stack/Tuning: timeout: expected a Duration that is known at synthesis"):
        job(new_stack(), timeout=Duration.seconds(Token.as_number({"Ref": "Time"})))
