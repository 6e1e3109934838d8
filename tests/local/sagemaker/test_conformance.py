"""The answers in every state, and the ways between the states."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local.engine import TrainingEngine
from cdk_hpo.local.sagemaker import Records, TuningService
from cdk_hpo.local.training_jobs import Images, Result, Settings, TrainingJob
from tests.local.engine.stage import PHASES, Stage
from tests.local.requests import tuning_request
from tests.local.sagemaker.conformance import FINAL, Recorder, require_conforming
from tests.local.sagemaker.conftest import Bench as Simulated
from tests.local.training import TRAINS
from tests.local.training_jobs.bench import Bench, eventually

# What an answer of the service holds, as its documentation shows it for jobs with one definition.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeHyperParameterTuningJob.html
TUNING_JOB = {
    "HyperParameterTuningJobName",
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobConfig",
    "HyperParameterTuningJobStatus",
    "TrainingJobDefinition",
    "CreationTime",
    "LastModifiedTime",
    "TrainingJobStatusCounters",
    "ObjectiveStatusCounters",
    "TuningJobCompletionDetails",
    "ConsumedResources",
}
TUNING_JOB_SUMMARY = {
    "HyperParameterTuningJobName",
    "HyperParameterTuningJobArn",
    "HyperParameterTuningJobStatus",
    "Strategy",
    "CreationTime",
    "LastModifiedTime",
    "TrainingJobStatusCounters",
    "ObjectiveStatusCounters",
    "ResourceLimits",
}
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobSummary.html
TRAINING_JOB_SUMMARY = {
    "TrainingJobName",
    "TrainingJobArn",
    "TuningJobName",
    "CreationTime",
    "TrainingStartTime",
    "TrainingJobStatus",
    "TunedHyperParameters",
    "ObjectiveStatus",
}
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrainingJob.html
TRAINING_JOB = {
    "TrainingJobName",
    "TrainingJobArn",
    "TuningJobArn",
    "ModelArtifacts",
    "TrainingJobStatus",
    "SecondaryStatus",
    "HyperParameters",
    "AlgorithmSpecification",
    "RoleArn",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "CreationTime",
    "TrainingStartTime",
    "LastModifiedTime",
    "SecondaryStatusTransitions",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
}
ENDED = {"TrainingEndTime", "TrainingTimeInSeconds", "BillableTimeInSeconds"}
FINAL_METRIC = "FinalHyperParameterTuningJobObjectiveMetric"


def test_the_members_of_the_answers_about_a_job_that_runs_and_one_that_has_ended() -> None:
    stage = Stage()
    stage.create("job", limits=(2, 2))
    stage.call("AddTags", ResourceArn=stage.describe()["HyperParameterTuningJobArn"], Tags=[{"Key": "a", "Value": "b"}])
    listed = stage.listed()
    described = [stage.call("DescribeTrainingJob", TrainingJobName=each["TrainingJobName"]) for each in listed]
    assert set(stage.describe()) == TUNING_JOB
    assert [set(each) for each in listed] == [TRAINING_JOB_SUMMARY] * 2
    assert [set(each) for each in described] == [TRAINING_JOB] * 2

    stage.acted[0].complete(0.5)
    stage.acted[1].fail()
    assert stage.status() == "Completed"
    listed = stage.listed()
    described = [stage.call("DescribeTrainingJob", TrainingJobName=each["TrainingJobName"]) for each in listed]
    assert set(stage.describe()) == TUNING_JOB | {"HyperParameterTuningEndTime", "BestTrainingJob"}
    best, failed = listed
    assert set(best) == TRAINING_JOB_SUMMARY | {"TrainingEndTime", FINAL_METRIC}
    assert set(failed) == TRAINING_JOB_SUMMARY | {"TrainingEndTime", "FailureReason"}
    assert set(best[FINAL_METRIC]) == {"Type", "MetricName", "Value"}
    assert set(described[0]) == TRAINING_JOB | ENDED | {"FinalMetricDataList"}
    assert set(described[1]) == TRAINING_JOB | ENDED | {"FailureReason"}
    (summary,) = stage.call("ListHyperParameterTuningJobs")["HyperParameterTuningJobSummaries"]
    assert set(summary) == TUNING_JOB_SUMMARY | {"HyperParameterTuningEndTime"}
    transition = described[0]["SecondaryStatusTransitions"][0]
    assert set(transition) == {"Status", "StartTime", "EndTime", "StatusMessage"}


@pytest.mark.parametrize(
    "broken",
    [
        {"Unknown": 1},
        {"HyperParameterTuningJobStatus": "Ended"},
        {"CreationTime": "yesterday"},
        {"HyperParameterTuningJobArn": "arn"},
        {"ObjectiveStatusCounters": {"Succeeded": -1}},
        {"FailureReason": "x" * 1025},
        {"TuningJobCompletionDetails": {"NumberOfTrainingJobsObjectiveNotImproving": 1.5}},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_an_answer_that_does_not_conform_is_found(broken: dict[str, Any]) -> None:
    stage = Stage()
    stage.create("job")
    parsed = require_conforming("DescribeHyperParameterTuningJob", stage.describe())
    assert parsed["CreationTime"].timestamp() == stage.now
    with pytest.raises(AssertionError):
        require_conforming("DescribeHyperParameterTuningJob", {**stage.describe(), **broken})


def completes(stage: Stage) -> None:
    stage.create("job", limits=(3, 2))


def fails(stage: Stage) -> None:
    stage.create("job", limits=(3, 2))
    stage.acted[0].fail()
    stage.now += 1
    stage.service.advance()
    for each in stage.running:
        each.fail()


def stops(stage: Stage) -> None:
    stage.create("job", limits=(9, 2))
    for each in stage.acted:
        each.obedient = False
    stage.stop()


def is_ended(stage: Stage) -> None:
    stage.create("job", limits=(9, 2))
    stage.service.end_job("job", "Completed")


def is_made_to_fail(stage: Stage) -> None:
    stage.create("job", limits=(9, 2))
    stage.service.end_job("job", "Failed", "No training job succeeded after 5 attempts.")


def meets_a_criterion(stage: Stage) -> None:
    stage.create("job", limits=(9, 3), TuningJobCompletionCriteria={"TargetObjectiveMetricValue": 0.5})
    stage.acted[0].complete(0.4)


def stops_one_early(stage: Stage) -> None:
    stage.create("job", limits=(3, 1), TrainingJobEarlyStoppingType="Auto")
    stage.acted[0].complete(1.0, 0.5)
    stage.service.advance()
    stage.acted[1].values = [1.5]


def runs_too_long(stage: Stage) -> None:
    stage.create("job", limits=(1, 1))
    acted = stage.acted[0]
    acted.phases = [(phase, stage.now + n) for n, phase in enumerate(PHASES)]
    acted.result = Result(status="Stopped", overtime=True)


@pytest.mark.parametrize(
    ("play", "status", "training"),
    [
        (completes, "Completed", {"Completed"}),
        (fails, "Failed", {"Failed"}),
        (stops, "Stopped", {"Stopped"}),
        (is_ended, "Completed", {"Stopped"}),
        (is_made_to_fail, "Failed", {"Failed"}),
        (meets_a_criterion, "Completed", {"Completed", "Stopped"}),
        (stops_one_early, "Completed", {"Completed", "Stopped"}),
        (runs_too_long, "Completed", {"Stopped"}),
    ],
)
def test_every_change_is_a_documented_one(
    tmp_path: Path, play: Callable[[Stage], None], status: str, training: set[str]
) -> None:
    stage = Stage()
    stage.service = TuningService(stage.engine, clock=lambda: stage.now, records=Records(tmp_path, 0))
    recorder = Recorder(stage.service)
    play(stage)
    recorder.look()
    for phase in PHASES:
        for each in stage.running:
            each.phases.append((phase, stage.now))
        stage.now += 1
        recorder.look()
    while stage.running:
        for each in stage.running:
            if each.stops:
                each.obedient = True
                each.stop()
            else:
                each.complete(1.0)
        stage.now += 1
        recorder.look()
    assert recorder.tuning["job"][-1] == status
    assert {states[-1] for states in recorder.training.values()} == training
    again = Recorder(TuningService(stage.engine, clock=lambda: stage.now, records=Records(tmp_path, 0)))
    again.look()
    assert again.transitions == recorder.transitions


@pytest.mark.parametrize("stopping", [False, True])
def test_a_loss_is_a_documented_change(tmp_path: Path, stopping: bool) -> None:
    stage = Stage()
    stage.service = TuningService(stage.engine, clock=lambda: stage.now, records=Records(tmp_path, 0))
    recorder = Recorder(stage.service)
    stage.create("job", limits=(9, 3))
    for each, phases in zip(stage.acted, ((), ("Downloading",), ("Downloading", "Training")), strict=True):
        each.phases = [(phase, stage.now) for phase in phases]
        each.obedient = False
    recorder.look()
    if stopping:
        stage.stop()
        recorder.look()
    recorder.service = TuningService(stage.engine, clock=lambda: stage.now, records=Records(tmp_path, stage.now))
    recorder.look()
    assert recorder.tuning["job"] == (["InProgress", "Stopping", "Stopped"] if stopping else ["InProgress", "Failed"])


def test_simulated_jobs_go_documented_ways() -> None:
    bench = Simulated()
    bench.create("completes", limits=(4, 2), Tags=[{"Key": "a", "Value": "b"}])
    bench.create("stops", limits=(4, 2))
    recorder = Recorder(bench.service)
    for second in range(14):
        recorder.look()
        if second == 6:
            bench.stop("stops")
        bench.now += 1
    assert recorder.tuning == {
        "completes": ["InProgress", "Completed"],
        "stops": ["InProgress", "Stopping", "Stopped"],
    }
    assert {tuple(states) for states in recorder.training.values()} == {
        ("InProgress", "Completed"),
        ("InProgress", "Stopping", "Stopped"),
    }


def test_training_jobs_that_really_run_go_documented_ways(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    images = Images({"*": [sys.executable, "-c", TRAINS]})
    settings = Settings(
        folder=bench.jobs, storage=lambda _: bench.storage, images=images, log=lambda _: bench.lines.extend
    )
    service = TuningService(TrainingEngine(lambda order: TrainingJob(order, settings)))
    request = tuning_request("job", limits=(1, 1))
    request["TrainingJobDefinition"].pop("InputDataConfig")
    request["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"] = "s3://out/models"
    service.call("CreateHyperParameterTuningJob", request)
    recorder = Recorder(service)

    def ended() -> bool:
        recorder.look()
        return recorder.tuning["job"][-1] in FINAL

    eventually(ended)
    assert recorder.tuning == {"job": ["InProgress", "Completed"]}
    (transitions,) = recorder.transitions.values()
    assert [each["Status"] for each in transitions] == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
