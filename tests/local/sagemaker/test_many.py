"""Long lists: whole, without anything twice, in every order and behind every filter; no time is measured."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local.sagemaker import Records, ServiceError, TuningService
from tests.local.engine.stage import Acted, Stage
from tests.local.sagemaker.conftest import Bench

JOBS, TRAINING = "ListHyperParameterTuningJobs", "ListTrainingJobsForHyperParameterTuningJob"
FEW, MANY = 200, 1000
BYTES = 64 * 1024**2  # what these records may take at most; they take about a tenth


def pages(call: Callable[..., dict[str, Any]], operation: str, **request: Any) -> list[dict[str, Any]]:
    """Return all records, page by page."""
    member = {JOBS: "HyperParameterTuningJobSummaries", TRAINING: "TrainingJobSummaries"}[operation]
    found: list[dict[str, Any]] = []
    tokens: set[str] = set()
    while True:
        page = call(operation, **request)
        shown = page[member]
        assert len(shown) <= request.get("MaxResults", 10)
        found += shown
        if "NextToken" not in page:
            return found
        assert len(shown) == request.get("MaxResults", 10)
        assert page["NextToken"] not in tokens
        tokens.add(page["NextToken"])
        request["NextToken"] = page["NextToken"]


@pytest.fixture(scope="module")
def many() -> Bench:
    """Two hundred tuning jobs, each third stopped, two made at a time."""
    bench = Bench()
    for number in range(FEW):
        bench.create(f"{'odd' if number % 2 else 'even'}-{number * 7919 % FEW:03d}", limits=(1, 1))
        if number % 3 == 0:
            bench.stop(f"{'odd' if number % 2 else 'even'}-{number * 7919 % FEW:03d}")
        bench.now += number % 2
    return bench


def act(acted: Acted) -> None:
    number = int(acted.order.name.split("-")[1])
    if number % 10 == 3:
        acted.fail()
    elif number % 10 == 5:
        acted.complete()  # without an objective
    else:
        acted.complete(float(number % 100))  # ten have each value


@pytest.fixture(scope="module")
def long() -> Stage:
    """A tuning job with a thousand training jobs."""
    stage = Stage()
    stage.create("job", limits=(MANY, 50))
    stage.play(act)
    return stage


@pytest.mark.parametrize("size", [7, 100, None])
@pytest.mark.parametrize("order", ["Ascending", "Descending", None])
@pytest.mark.parametrize("by", ["Name", "Status", "CreationTime", None])
def test_two_hundred_tuning_jobs(many: Bench, size: int | None, order: str | None, by: str | None) -> None:
    given = {"MaxResults": size, "SortOrder": order, "SortBy": by}
    found = pages(many.call, JOBS, **{name: value for name, value in given.items() if value is not None})
    names = [each["HyperParameterTuningJobName"] for each in found]
    assert (len(names), len(set(names))) == (FEW, FEW)
    member = {"Status": "HyperParameterTuningJobStatus", "CreationTime": "CreationTime"}.get(by or "", "")
    keys = [(each[member], name) if member else (name,) for each, name in zip(found, names, strict=True)]
    assert keys == sorted(keys, reverse=order == "Descending")


def test_filters_of_two_hundred(many: Bench) -> None:
    everything = pages(many.call, JOBS, MaxResults=100)
    assert len(pages(many.call, JOBS, NameContains="ODD-", MaxResults=9)) == FEW / 2
    by_status = {
        status: pages(many.call, JOBS, StatusEquals=status, MaxResults=8)
        for status in ("InProgress", "Stopping", "Stopped", "Completed", "Failed")
    }
    assert sum(map(len, by_status.values())) == FEW
    assert sum(len(found) > 0 for found in by_status.values()) >= 3
    for status, found in by_status.items():
        assert {each["HyperParameterTuningJobStatus"] for each in found} <= {status}
    times = sorted(each["CreationTime"] for each in everything)
    middle = times[FEW // 2]
    after, before = pages(many.call, JOBS, CreationTimeAfter=middle), pages(many.call, JOBS, CreationTimeBefore=middle)
    assert len(after) + len(before) + times.count(middle) == FEW
    assert all(each["CreationTime"] > middle for each in after)
    assert pages(many.call, JOBS, NameContains="nobody") == []
    changed = pages(many.call, JOBS, LastModifiedTimeAfter=middle, StatusEquals="Stopped", MaxResults=3)
    assert changed == [
        each
        for each in sorted(everything, key=lambda each: each["HyperParameterTuningJobName"])
        if each["LastModifiedTime"] > middle and each["HyperParameterTuningJobStatus"] == "Stopped"
    ]


@pytest.mark.parametrize("size", [33, 100])
@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize("by", ["Name", "Status", "CreationTime", "FinalObjectiveMetricValue"])
def test_a_thousand_training_jobs(long: Stage, size: int, order: str, by: str) -> None:
    given = {"HyperParameterTuningJobName": "job", "SortOrder": order, "SortBy": by, "MaxResults": size}
    found = pages(long.call, TRAINING, **given)
    names = [each["TrainingJobName"] for each in found]
    expected = MANY * 8 // 10 if by == "FinalObjectiveMetricValue" else MANY
    assert (len(names), len(set(names))) == (expected, expected)
    keys = [(_key(each, by), each["TrainingJobName"]) for each in found]
    assert keys == sorted(keys, reverse=order == "Descending")


def _key(each: dict[str, Any], by: str) -> Any:
    if by == "FinalObjectiveMetricValue":
        return each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    return each[{"Name": "TrainingJobName", "Status": "TrainingJobStatus", "CreationTime": "CreationTime"}[by]]


def test_filters_of_a_thousand(long: Stage) -> None:
    name = {"HyperParameterTuningJobName": "job"}
    assert len(pages(long.call, TRAINING, **name, StatusEquals="Failed", MaxResults=13)) == MANY / 10
    assert len(pages(long.call, TRAINING, **name, StatusEquals="Completed", MaxResults=100)) == MANY * 9 / 10
    assert pages(long.call, TRAINING, **name, StatusEquals="InProgress") == []
    described = long.describe()
    assert described["TrainingJobStatusCounters"]["Completed"] == MANY * 9 / 10
    assert described["ObjectiveStatusCounters"] == {"Succeeded": 800, "Pending": 0, "Failed": 200}


@pytest.mark.parametrize(("operation", "more"), [(JOBS, {}), (TRAINING, {"HyperParameterTuningJobName": "job"})])
@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_has_one_to_a_hundred(long: Stage, operation: str, more: dict[str, str], size: int) -> None:
    with pytest.raises(ServiceError, match="'maxResults' failed to satisfy constraint") as refused:
        long.call(operation, MaxResults=size, **more)
    assert refused.value.code == "ValidationException"


def test_a_token_is_for_its_job_and_order(long: Stage) -> None:
    token = long.call(TRAINING, HyperParameterTuningJobName="job")["NextToken"]
    for other in ({"SortOrder": "Descending"}, {"SortBy": "Status"}, {"StatusEquals": "Completed"}):
        with pytest.raises(ServiceError, match="NextToken is not valid"):
            long.call(TRAINING, HyperParameterTuningJobName="job", NextToken=token, **other)
    with pytest.raises(ServiceError, match="NextToken is not valid"):
        long.call(JOBS, NextToken=token)


def test_a_thousand_outlive_the_process_in_little_memory(long: Stage, tmp_path: Path) -> None:
    records = Records(tmp_path, 0)
    for number in range(FEW):
        stage = Stage()
        stage.create(f"small-{number}", limits=(1, 1))
        stage.play(lambda each: each.complete(1.0), f"small-{number}")
        records.keep(next(iter(stage.service.jobs)))
    records.keep(next(iter(long.service.jobs)))
    assert len(list(tmp_path.iterdir())) == FEW + 1
    tracemalloc.start()
    try:
        again = TuningService(records=Records(tmp_path, 0))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < BYTES

    def call(operation: str, **request: Any) -> dict[str, Any]:
        return again.call(operation, request)

    name = {"HyperParameterTuningJobName": "job", "MaxResults": 100}
    assert pages(call, TRAINING, **name) == pages(long.call, TRAINING, **name)
    assert len(pages(call, JOBS, MaxResults=100)) == FEW + 1
