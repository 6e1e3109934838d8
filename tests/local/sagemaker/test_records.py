"""Records that outlive the process; training jobs are acted, and a new service takes the place of a new process."""

from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local.engine import TrainingEngine
from cdk_hpo.local.sagemaker import Records, ServiceError, TuningJob, TuningService
from cdk_hpo.local.state_events import StateEvents
from tests.local.engine.stage import Stage, loss
from tests.local.requests import tuning_request

REASON = "InternalServerError: The local cloud ended while the job was running."


class Kept(Stage):
    """A stage whose service keeps its records in a folder."""

    def __init__(self, folder: Path, now: float = 1_700_000_000.0, lost: float = 0.0) -> None:
        super().__init__(now=now)
        self.folder = folder
        self.service = TuningService(self.engine, clock=lambda: self.now, records=Records(folder, lost))

    def again(self, lost: float = 0.0) -> "Kept":
        """Return what a process finds that is started an hour after this one was killed."""
        return Kept(self.folder, self.now + 3600, lost)

    def everything(self, name: str) -> list[Any]:
        """Return all answers about a job."""
        described = self.describe(name)
        listed = self.listed(name)
        return [
            described,
            listed,
            [self.call("DescribeTrainingJob", TrainingJobName=each["TrainingJobName"]) for each in listed],
            self.call("ListTags", ResourceArn=described["HyperParameterTuningJobArn"]),
            self.call("ListHyperParameterTuningJobs", NameContains=name),
        ]


@pytest.fixture
def stage(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "jobs")


def test_every_answer_about_an_ended_job_stays_the_same(stage: Kept) -> None:
    stage.create("Done", limits=(5, 2))
    arn = stage.describe("Done")["HyperParameterTuningJobArn"]
    stage.call("AddTags", ResourceArn=arn, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "gone", "Value": "x"}])
    stage.acted[0].phases = [("Downloading", stage.now + 1), ("Training", stage.now + 2)]
    stage.acted[1].fail("AlgorithmError: no, exit code: 1")
    assert stage.play(lambda each: each.complete(loss(each)), "Done") == "Completed"
    stage.call("DeleteTags", ResourceArn=arn, TagKeys=["gone"])
    assert stage.everything("Done") == stage.again().everything("Done") == stage.again().again().everything("Done")


def test_all_forms_of_a_request_come_back(stage: Kept) -> None:
    request = tuning_request("several")
    definition = request.pop("TrainingJobDefinition")
    ranges = request["HyperParameterTuningJobConfig"].pop("ParameterRanges")
    objective = request["HyperParameterTuningJobConfig"].pop("HyperParameterTuningJobObjective")
    request["TrainingJobDefinitions"] = [
        {**definition, "DefinitionName": name, "TuningObjective": objective, "HyperParameterRanges": ranges}
        for name in ("one", "two")
    ]
    stage.call("CreateHyperParameterTuningJob", **request)
    stage.play(lambda each: each.complete(1.0), "several")
    assert [each["TrainingJobDefinitionName"] for each in stage.listed("several")] == ["one", "two"] * 2
    assert stage.again().everything("several") == stage.everything("several")


def test_a_job_that_ran_has_failed_when_its_process_was_lost(stage: Kept) -> None:
    stage.create("ran", limits=(5, 2))
    stage.acted[0].complete(0.5)
    stage.acted[0].phases = [("Training", stage.now)]
    stage.service.advance()
    completed, *running = stage.listed("ran")
    lost = stage.now + 40
    found = stage.again(lost)
    described = found.describe("ran")
    assert (described["HyperParameterTuningJobStatus"], described["FailureReason"]) == ("Failed", REASON)
    assert described["HyperParameterTuningEndTime"] == described["LastModifiedTime"] == lost
    assert {key: n for key, n in described["TrainingJobStatusCounters"].items() if n} == {
        "Completed": 1,
        "RetryableError": 2,
    }
    assert described["BestTrainingJob"] == completed == found.listed("ran")[0]
    for before, after in zip(running, found.listed("ran")[1:], strict=True):
        assert (after["TrainingJobStatus"], after["FailureReason"]) == ("Failed", REASON)
        assert (after["TrainingEndTime"], after["ObjectiveStatus"]) == (lost, "Failed")
        assert after["TunedHyperParameters"] == before["TunedHyperParameters"]
    assert not found.acted  # nothing is run again
    assert found.again().everything("ran") == found.everything("ran")


def test_a_job_that_was_being_stopped_has_stopped(stage: Kept) -> None:
    stage.create("stops", limits=(5, 2))
    for each in stage.acted:
        each.obedient = False
    stage.stop("stops")
    assert stage.status("stops") == "Stopping"
    found = stage.again(stage.now)
    assert found.status("stops") == "Stopped"
    assert "FailureReason" not in found.describe("stops")
    assert [each["TrainingJobStatus"] for each in found.listed("stops")] == ["Stopped", "Stopped"]


def test_time_does_not_go_back_when_the_clock_of_the_folder_is_behind(stage: Kept) -> None:
    stage.create("ran", limits=(5, 2))
    stage.acted[0].phases = [("Downloading", stage.now + 5), ("Training", stage.now + 9)]
    stage.service.advance()
    found = stage.again(stage.now - 1000)
    assert found.describe("ran")["HyperParameterTuningEndTime"] == stage.now + 9


def test_a_warm_start_knows_parents_of_an_earlier_process(stage: Kept) -> None:
    stage.create("Parent", limits=(8, 1))
    stage.play(lambda each: each.complete(loss(each)), "Parent")
    best = stage.describe("Parent")["BestTrainingJob"]
    warm_start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "parent"}],
        "WarmStartType": "TransferLearning",
    }
    found = stage.again()
    found.create("child", limits=(4, 1), warm_start=warm_start)
    assert found.listed("child")[0]["TunedHyperParameters"] == best["TunedHyperParameters"]
    found.play(lambda each: each.complete(loss(each)), "child")
    found.create("twin", limits=(4, 1), warm_start={**warm_start, "WarmStartType": "IdenticalDataAndAlgorithm"})
    found.play(lambda each: each.complete(9.0), "twin")
    assert found.again().describe("twin")["OverallBestTrainingJob"] == best


def test_what_is_deleted_stays_away_and_is_no_parent(stage: Kept) -> None:
    stage.create("gone", limits=(1, 1))
    stage.play(lambda each: each.complete(1.0), "gone")
    stage.call("DeleteHyperParameterTuningJob", HyperParameterTuningJobName="gone")
    warm_start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "gone"}],
        "WarmStartType": "TransferLearning",
    }
    for each in (stage, stage.again()):
        with pytest.raises(ServiceError, match="The parent hyperparameter tuning job gone does not exist"):
            each.create("child", warm_start=warm_start)
    stage.create("gone", limits=(1, 1))
    assert stage.again().status("gone") == "Failed"


def test_names_stay_taken(stage: Kept) -> None:
    stage.create("Job", limits=(1, 1))
    with pytest.raises(ServiceError, match="already exists"):
        stage.again().create("jOB")


def test_a_kill_in_the_middle_of_writing_leaves_the_record_before(stage: Kept) -> None:
    stage.create("job", limits=(1, 1))
    (record,) = stage.folder.iterdir()
    record.with_suffix(".half").write_text('{"name": "jo')
    assert stage.again().status("job") == "Failed"


def test_a_broken_record_is_named(stage: Kept) -> None:
    stage.create("job", limits=(1, 1))
    (record,) = stage.folder.iterdir()
    record.write_text("{}")
    with pytest.raises(ValueError, match=rf"cannot be read: {record}: KeyError\('request'\)"):
        stage.again()


def test_models_stay(stage: Kept) -> None:
    role = "arn:aws:iam::123456789012:role/hpo-exec"
    container = {"Image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:1"}
    stage.call("CreateModel", ModelName="best", ExecutionRoleArn=role, PrimaryContainer=container)
    stage.call("CreateModelPackageGroup", ModelPackageGroupName="digits")
    first = stage.call("CreateModelPackage", ModelPackageGroupName="digits")["ModelPackageArn"]
    found = stage.again()
    assert found.call("DescribeModel", ModelName="best") == stage.call("DescribeModel", ModelName="best")
    second = found.call("CreateModelPackage", ModelPackageGroupName="digits")["ModelPackageArn"]
    assert (first.rsplit("/", 1)[1], second.rsplit("/", 1)[1]) == ("1", "2")
    assert len(found.again().service.models.kept) == 4
    (record,) = stage.folder.iterdir()
    record.write_text("{")
    with pytest.raises(ValueError, match=f"The records of models cannot be read: {record}"):
        stage.again()


def test_events_tell_of_what_changes_and_not_of_what_was_told(stage: Kept) -> None:
    stage.create("done", limits=(1, 1))
    stage.play(lambda each: each.complete(1.0), "done")
    stage.create("ran", limits=(2, 1))
    told: list[tuple[str, str]] = []

    def emit(job: TuningJob, detail: dict[str, Any]) -> None:
        told.append((job.name, detail["HyperParameterTuningJobStatus"]))

    events = StateEvents(stage.again().service, emit)
    events.look()
    events.look()
    assert told == [("ran", "Failed")]


def test_nothing_is_written_while_nothing_changes(stage: Kept) -> None:
    stage.create("job", limits=(2, 1))
    (record,) = stage.folder.iterdir()
    record.unlink()
    stage.describe()
    stage.service.advance()
    assert not list(stage.folder.iterdir())
    stage.acted[0].complete(1.0)
    stage.service.advance()
    assert list(stage.folder.iterdir()) == [record]


def test_without_records_nothing_is_kept() -> None:
    stage = Stage()
    stage.create("job")
    assert isinstance(stage.engine, TrainingEngine)
    assert Stage().call("ListHyperParameterTuningJobs") == {"HyperParameterTuningJobSummaries": []}
