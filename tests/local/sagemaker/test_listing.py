from typing import Any

import pytest

from cdk_hpo.local.sagemaker import Caller, ServiceError
from tests.local.requests import tuning_request
from tests.local.sagemaker.conftest import Bench

JOBS, TRAINING = "ListHyperParameterTuningJobs", "ListTrainingJobsForHyperParameterTuningJob"


def names(bench: Bench, **request: Any) -> list[str]:
    found, token = [], None
    while True:
        page = bench.call(JOBS, **request, **({"NextToken": token} if token else {}))
        assert len(page["HyperParameterTuningJobSummaries"]) <= request.get("MaxResults", 10)
        found += [job["HyperParameterTuningJobName"] for job in page["HyperParameterTuningJobSummaries"]]
        if (token := page.get("NextToken")) is None:
            return found


@pytest.fixture
def many(bench: Bench) -> Bench:
    for number in range(25):
        bench.create(f"{'odd' if number % 2 else 'even'}-{number:02d}")
        bench.now += 0.01
    return bench


def test_ten_a_page_by_name(many: Bench) -> None:
    first = many.call(JOBS)
    assert len(first["HyperParameterTuningJobSummaries"]) == 10
    assert first["NextToken"]
    assert names(many) == sorted(names(many))
    assert len(names(many)) == 25


def test_any_page_size_gives_the_same_list(many: Bench) -> None:
    for size in (1, 3, 24, 25, 26, 100):
        assert names(many, MaxResults=size, SortBy="CreationTime") == [
            f"{'odd' if n % 2 else 'even'}-{n:02d}" for n in range(25)
        ]
    assert names(many, MaxResults=4, SortBy="CreationTime", SortOrder="Descending")[0] == "even-24"


def test_filters(many: Bench) -> None:
    assert len(names(many, NameContains="ODD")) == 12
    many.stop("odd-03")
    assert names(many, StatusEquals="Stopping") == ["odd-03"]
    middle = many.describe("odd-13")["CreationTime"]
    assert len(names(many, CreationTimeAfter=middle + 0.001)) == 11
    assert len(names(many, CreationTimeBefore=middle - 0.001)) == 13
    assert names(many, LastModifiedTimeAfter=many.now - 0.001) == ["odd-03"]


def test_pages_stay_right_while_jobs_come_and_go(many: Bench) -> None:
    first = many.call(JOBS, MaxResults=5)
    many.create("aaa-new")  # before the page that was shown
    many.now += 11
    many.call("DeleteHyperParameterTuningJob", HyperParameterTuningJobName="even-00")
    second = many.call(JOBS, MaxResults=5, NextToken=first["NextToken"])
    assert [job["HyperParameterTuningJobName"] for job in second["HyperParameterTuningJobSummaries"]] == [
        f"even-{n:02d}" for n in (10, 12, 14, 16, 18)
    ]


@pytest.mark.parametrize("token", ["nonsense", "eyJhIjogMX0="])
def test_a_foreign_token_is_refused(many: Bench, token: str) -> None:
    with pytest.raises(ServiceError, match="NextToken is not valid"):
        many.call(JOBS, NextToken=token)


def test_a_token_belongs_to_its_filters(many: Bench) -> None:
    token = many.call(JOBS, MaxResults=5)["NextToken"]
    with pytest.raises(ServiceError, match="NextToken is not valid"):
        many.call(JOBS, MaxResults=5, NameContains="odd", NextToken=token)


def test_accounts_and_regions_do_not_see_each_other(bench: Bench) -> None:
    bench.create("job")
    other = Caller(account="111122223333", region="eu-west-1")
    assert bench.service.call(JOBS, {}, other) == {"HyperParameterTuningJobSummaries": []}
    made = bench.service.call("CreateHyperParameterTuningJob", tuning_request("job"), other)
    assert made["HyperParameterTuningJobArn"].startswith("arn:aws:sagemaker:eu-west-1:111122223333:")


def test_training_jobs_sorted_by_value_leave_out_those_without_one(bench: Bench) -> None:
    bench.create("job", limits=(30, 10))
    bench.now += 4
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = bench.call(
            TRAINING, HyperParameterTuningJobName="job", SortBy="FinalObjectiveMetricValue", MaxResults=7, **token
        )
        found += page["TrainingJobSummaries"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    values = [job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for job in found]
    assert len(values) == 10
    assert values == sorted(values)
    running = bench.call(TRAINING, HyperParameterTuningJobName="job", StatusEquals="InProgress", MaxResults=100)
    assert len(running["TrainingJobSummaries"]) == 10
