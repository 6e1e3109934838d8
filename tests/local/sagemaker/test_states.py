import pytest

from cdk_hpo.local.sagemaker import ServiceError
from tests.local.sagemaker.conftest import Bench


def counters(bench: Bench, name: str) -> dict[str, int]:
    return {key: n for key, n in bench.describe(name)["TrainingJobStatusCounters"].items() if n}


def test_a_job_runs_its_training_jobs_in_waves_and_completes(bench: Bench) -> None:
    bench.create("job", limits=(4, 2))
    assert (bench.status("job"), counters(bench, "job")) == ("InProgress", {"InProgress": 2})
    assert "BestTrainingJob" not in bench.describe("job")
    bench.now += 6
    assert (bench.status("job"), counters(bench, "job")) == ("InProgress", {"Completed": 2, "InProgress": 2})
    bench.now += 60
    described = bench.describe("job")
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert counters(bench, "job") == {"Completed": 4}
    assert described["HyperParameterTuningEndTime"] == described["CreationTime"] + 10  # not when it was looked at


def test_never_more_training_jobs_at_once_than_allowed(bench: Bench) -> None:
    bench.create("job", limits=(7, 3))
    for _ in range(101):  # one more than ten seconds have, for the sake of rounding
        bench.now += 0.1
        assert counters(bench, "job").get("InProgress", 0) <= 3
    assert counters(bench, "job") == {"Completed": 7}


def test_the_best_training_job_has_the_lowest_value(bench: Bench) -> None:
    bench.create("job", limits=(9, 3))
    bench.now += 11
    listed = bench.call("ListTrainingJobsForHyperParameterTuningJob", HyperParameterTuningJobName="job")
    values = [job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for job in listed["TrainingJobSummaries"]]
    best = bench.describe("job")["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert best == min(values)
    assert len(set(values)) == 9


def test_stop_takes_its_time_and_keeps_what_was_completed(bench: Bench) -> None:
    bench.create("job", limits=(4, 2))
    bench.now += 6
    bench.stop("job")
    assert bench.status("job") == "Stopping"
    bench.now += 3
    assert (bench.status("job"), counters(bench, "job")) == ("Stopped", {"Completed": 2, "Stopped": 2})


@pytest.mark.parametrize("later", [0.0, 3.0])
def test_only_a_job_in_progress_can_be_stopped(bench: Bench, later: float) -> None:
    bench.create("job")
    bench.stop("job")
    bench.now += later
    with pytest.raises(ServiceError, match="is in status Stop") as refused:
        bench.stop("job")
    assert refused.value.code == "ValidationException"


def test_a_new_pace_counts_from_now_on(bench: Bench) -> None:
    bench.create("job")
    bench.now += 5
    bench.service.advance()
    bench.settings.job_seconds = 100  # half is done; the other half takes 50 seconds
    bench.now += 49
    assert bench.status("job") == "InProgress"
    bench.now += 2
    assert bench.status("job") == "Completed"


def test_a_job_can_be_made_to_fail(bench: Bench) -> None:
    bench.create("job")
    bench.service.end_job("job", "Failed", "No training job succeeded after 5 attempts.")
    described = bench.describe("job")
    assert described["HyperParameterTuningJobStatus"] == "Failed"
    assert described["FailureReason"].startswith("No training job succeeded")
    bench.now += 100
    assert bench.status("job") == "Failed"


def test_names_are_unique_ignoring_case_and_lower_case_in_arns(bench: Bench) -> None:
    assert bench.create("My-Job").endswith(":hyper-parameter-tuning-job/my-job")
    with pytest.raises(ServiceError, match="already exists") as taken:
        bench.create("my-jOB")
    assert taken.value.code == "ResourceInUse"
    assert bench.describe("MY-JOB")["HyperParameterTuningJobName"] == "My-Job"


@pytest.mark.parametrize("operation", ["Describe", "Stop", "Delete"])
def test_a_job_that_is_not_there(bench: Bench, operation: str) -> None:
    with pytest.raises(ServiceError, match="can't find a tuning job called nobody") as missing:
        bench.call(f"{operation}HyperParameterTuningJob", HyperParameterTuningJobName="nobody")
    assert missing.value.code == "ResourceNotFound"


def test_delete_frees_the_name_once_the_job_has_ended(bench: Bench) -> None:
    bench.create("job")
    with pytest.raises(ServiceError, match="cannot be deleted because it is in status InProgress"):
        bench.call("DeleteHyperParameterTuningJob", HyperParameterTuningJobName="job")
    bench.now += 11
    bench.call("DeleteHyperParameterTuningJob", HyperParameterTuningJobName="job")
    bench.create("job")


def test_the_same_job_finds_the_same_again() -> None:
    runs = []
    for _ in range(2):
        bench = Bench()
        bench.create("job")
        bench.now += 11
        runs.append(bench.describe("job"))
    assert runs[0] == runs[1]


def test_grid_without_a_limit_visits_every_combination(bench: Bench) -> None:
    config = {
        "Strategy": "Grid",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "m"},
        "ResourceLimits": {"MaxParallelTrainingJobs": 2},
        "ParameterRanges": {
            "CategoricalParameterRanges": [
                {"Name": "a", "Values": ["1", "2", "3"]},
                {"Name": "b", "Values": ["x", "y"]},
            ]
        },
    }
    bench.create("job", HyperParameterTuningJobConfig=config)
    bench.now += 11
    listed = bench.call("ListTrainingJobsForHyperParameterTuningJob", HyperParameterTuningJobName="job")
    visited = {tuple(job["TunedHyperParameters"].values()) for job in listed["TrainingJobSummaries"]}
    assert visited == {(a, b) for a in "123" for b in "xy"}


def test_operations_of_other_parts_are_refused_by_name(bench: Bench) -> None:
    with pytest.raises(ServiceError, match="does not implement the SageMaker operation CreateTrainingJob") as unknown:
        bench.call("CreateTrainingJob")
    assert unknown.value.code == "UnknownOperationException"
