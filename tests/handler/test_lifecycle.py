"""Sequences of events as CloudFormation sends them, through the whole handler."""

import json

import pytest
from tuning_job import names

from tests.handler.cloudformation import STACK_ID, A, B, CloudFormation, properties, request
from tests.handler.world import Fault


def test_create_makes_one_job_with_typed_request_and_tags(cloud: CloudFormation) -> None:
    answer = cloud.create(A)
    name = answer["PhysicalResourceId"]
    assert answer["Status"] == "SUCCESS"
    arn = cloud.sagemaker.arn(name)
    assert answer["Data"] == {"Name": name, "Arn": arn, "Status": "InProgress", "FailureReason": ""}
    assert names.is_run_of(name, STACK_ID, "Tuning") and name.startswith("models-tuning-") and len(name) <= 32
    record = cloud.sagemaker.records[name]
    assert record.request["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 2
    assert record.request["TrainingJobDefinition"]["EnableNetworkIsolation"] is True
    assert record.request["TrainingJobDefinition"]["StaticHyperParameters"] == {"num_round": "100"}
    assert record.tags["team"] == "red" and record.tags["cdk-hpo:stack"] == STACK_ID
    assert set(record.tags) == {
        "team", "cdk-hpo:stack", "cdk-hpo:logical-id", "cdk-hpo:configuration", "cdk-hpo:event", "cdk-hpo:settled",
        "cdk-hpo:released",
    }  # fmt: skip


def test_the_same_event_twice_makes_one_job(cloud: CloudFormation) -> None:
    event = cloud.event("Create", A)
    assert cloud.deliver(event) and cloud.deliver(event)
    first, second = cloud.answers[event["RequestId"]]
    assert first == second
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 1


def test_update_of_the_request_replaces_the_job_and_stops_the_old_one(cloud: CloudFormation) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    new = cloud.update(B)["PhysicalResourceId"]
    assert new != old
    assert cloud.sagemaker.statuses() == {old: "Stopped", new: "InProgress"}
    assert cloud.sagemaker.records[old].tags["cdk-hpo:released"] == "true"


def test_update_delivered_late_makes_no_third_job(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(B)
    update = next(event for event in cloud.events if event["RequestType"] == "Update")
    cloud.update(A)
    before = cloud.sagemaker.statuses()
    cloud.deliver(update)
    assert cloud.sagemaker.statuses() == before


def test_tags_change_in_place(cloud: CloudFormation) -> None:
    name = cloud.create(properties(Tags=[{"Key": "team", "Value": "red"}, {"Key": "gone", "Value": "1"}]))[
        "PhysicalResourceId"
    ]
    cloud.sagemaker.records[name].tags |= {"aws:cloudformation:x": "y", "by-hand": "kept"}
    ours = {key: value for key, value in cloud.sagemaker.records[name].tags.items() if key.startswith("cdk-hpo:")}
    answer = cloud.update(properties(Tags=[{"Key": "team", "Value": "blue"}, {"Key": "new", "Value": ""}]))
    assert answer["PhysicalResourceId"] == name
    ours["cdk-hpo:settled"] = cloud.sagemaker.records[name].tags["cdk-hpo:settled"]
    assert cloud.sagemaker.records[name].tags == {
        "team": "blue", "new": "", "aws:cloudformation:x": "y", "by-hand": "kept", **ours,
    }  # fmt: skip
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 1


@pytest.mark.parametrize(
    "change",
    [{"WaitFor": "completed"}, {"OnDelete": "leave"}, {"ServiceTimeout": "60"}, {"NamePrefix": "other"}],
    ids=lambda change: next(iter(change)),
)
def test_options_of_the_resource_never_start_a_job(cloud: CloudFormation, change: dict[str, str]) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.end(name)
    assert cloud.update(properties(**change))["PhysicalResourceId"] == name
    assert list(cloud.sagemaker.records) == [name]


@pytest.mark.parametrize("order", ["update-new", "update-old", "delete-only", "delete-first"])
@pytest.mark.parametrize("on_delete", ["stop", "delete"])
def test_update_taken_back_because_another_resource_failed(cloud: CloudFormation, order: str, on_delete: str) -> None:
    old = cloud.create({**A, "OnDelete": on_delete})["PhysicalResourceId"]
    new = cloud.update({**B, "OnDelete": on_delete}, other_fails=order)["PhysicalResourceId"]
    assert new != old and cloud.physical_id == old
    assert cloud.sagemaker.live() == [old]
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 2
    again = cloud.update(B)["PhysicalResourceId"]
    assert again not in (old, new), "wanting the failed configuration again is a new run"
    assert cloud.sagemaker.live() == [again]


def test_failing_update_keeps_the_old_job_and_leaves_nothing(cloud: CloudFormation) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    words = "1 validation error detected: Value '5' failed to satisfy constraint"
    cloud.sagemaker.faults = [Fault("CreateHyperParameterTuningJob", "ValidationException", words)]
    answer = cloud.update(B)
    assert answer["Status"] == "FAILED" and words in answer["Reason"] and "was not created" in answer["Reason"]
    assert answer["PhysicalResourceId"] == old
    assert cloud.sagemaker.statuses() == {old: "InProgress"}


def test_update_whose_new_job_fails_while_waited_for(cloud: CloudFormation) -> None:
    cloud.sagemaker.settings.job_seconds = 100
    old = cloud.create({**A, "WaitFor": "completed"})["PhysicalResourceId"]
    cloud.sagemaker.after = lambda number, operation: (
        cloud.sagemaker.end(list(cloud.sagemaker.records)[-1], "Failed", "all training jobs failed")
        if operation == "CreateHyperParameterTuningJob"
        else None
    )
    answer = cloud.update({**B, "WaitFor": "completed"})
    new = answer["PhysicalResourceId"]
    assert answer["Status"] == "FAILED" and "all training jobs failed" in answer["Reason"] and new in answer["Reason"]
    assert cloud.physical_id == old and cloud.sagemaker.records[new].tags["cdk-hpo:released"] == "true"
    cloud.sagemaker.after = lambda number, operation: None
    assert cloud.update({**B, "WaitFor": "completed"})["PhysicalResourceId"] not in (old, new)


def test_returning_to_an_older_configuration_is_a_new_run(cloud: CloudFormation) -> None:
    first = cloud.create(A)["PhysicalResourceId"]
    second = cloud.update(B)["PhysicalResourceId"]
    third = cloud.update(A)["PhysicalResourceId"]
    assert len({first, second, third}) == 3
    assert cloud.sagemaker.live() == [third]


def test_removed_and_added_again_is_a_new_run(cloud: CloudFormation) -> None:
    first = cloud.create(A)["PhysicalResourceId"]
    assert cloud.delete()["Status"] == "SUCCESS"
    second = cloud.create(A)["PhysicalResourceId"]
    assert first != second and cloud.sagemaker.live() == [second]


def test_delete_waits_until_nothing_runs(cloud: CloudFormation) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.settings.stop_seconds = 300
    begun = cloud.clock.now()
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) == "Stopped" and cloud.clock.now() - begun >= 300
    operations = [operation for operation, _ in cloud.sagemaker.calls]
    assert operations.index("AddTags") < operations.index("StopHyperParameterTuningJob"), "released before stopped"


def test_delete_that_outlasts_its_time_fails_with_the_job_told_to_stop(cloud: CloudFormation) -> None:
    name = cloud.create({**A, "ServiceTimeout": "60"})["PhysicalResourceId"]
    cloud.sagemaker.settings.stop_seconds = 300
    begun = cloud.clock.now()
    answer = cloud.delete()
    assert answer["Status"] == "FAILED" and name in answer["Reason"] and "Stopping" in answer["Reason"]
    assert cloud.clock.now() - begun < 60
    cloud.clock.sleep(300)
    assert cloud.delete()["Status"] == "SUCCESS"


def test_delete_on_delete_delete_erases_the_record(cloud: CloudFormation) -> None:
    cloud.create({**A, "OnDelete": "delete"})
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.statuses() == {}


def test_delete_on_delete_leave_lets_the_job_run(cloud: CloudFormation) -> None:
    name = cloud.create({**A, "OnDelete": "leave"})["PhysicalResourceId"]
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == [name]
    assert cloud.create({**A, "OnDelete": "leave"})["PhysicalResourceId"] != name


def test_delete_twice_and_of_what_never_existed(cloud: CloudFormation) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    for physical_id in (name, name, "no-such-job", "an id that is no job name, and longer than one may be"):
        assert cloud.send("Delete", A, physical_id)["Status"] == "SUCCESS"
    assert cloud.sagemaker.statuses() == {name: "Stopped"}


def test_job_that_ends_between_look_and_stop(cloud: CloudFormation) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.before = lambda number, operation: (
        cloud.sagemaker.end(name) if operation.startswith("Stop") else None
    )
    assert cloud.delete()["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(name) == "Completed"


def test_foreign_jobs_are_never_touched(cloud: CloudFormation) -> None:
    cloud.sagemaker.make("theirs")
    answer = cloud.create(properties(Name="theirs"))
    assert answer["Status"] == "FAILED" and "theirs exists that this resource did not make" in answer["Reason"]
    assert cloud.send("Delete", properties(Name="theirs"), "theirs")["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == ["theirs"] and cloud.sagemaker.records["theirs"].tags == {}


def test_fixed_name(cloud: CloudFormation) -> None:
    first, changed = properties(Name="nightly"), {**B, "Name": "nightly"}
    event = cloud.event("Create", first)
    cloud.deliver(event)
    assert cloud.deliver(event) == cloud.answers[event["RequestId"]][0]
    cloud.physical_id, cloud.properties = "nightly", first
    answer = cloud.update(changed)
    assert answer["Status"] == "FAILED" and "new name" in answer["Reason"] and cloud.physical_id == "nightly"
    assert cloud.sagemaker.live() == ["nightly"]
    assert cloud.update({**changed, "Name": "nightly-2"}, other_fails="update-new")["PhysicalResourceId"] == "nightly-2"
    assert cloud.sagemaker.live() == ["nightly"]
    assert cloud.update({**changed, "Name": "nightly-3"})["PhysicalResourceId"] == "nightly-3"
    assert cloud.sagemaker.live() == ["nightly-3"]


def test_fixed_name_of_an_earlier_run_is_refused_and_the_run_is_left_alone(cloud: CloudFormation) -> None:
    cloud.create(properties(Name="nightly"))
    cloud.physical_id = cloud.properties = None  # retained: CloudFormation sends no delete
    answer = cloud.create(properties(Name="nightly"))
    assert answer["Status"] == "FAILED" and "earlier run" in answer["Reason"]
    assert answer["PhysicalResourceId"] != "nightly"
    assert cloud.sagemaker.live() == ["nightly"]


@pytest.mark.parametrize("order", ["update-new", "update-old", "delete-first"])
def test_between_generated_and_fixed_names(cloud: CloudFormation, order: str) -> None:
    generated = cloud.create(A)["PhysicalResourceId"]
    assert cloud.update(properties(Name="fixed"), other_fails=order)["PhysicalResourceId"] == "fixed"
    assert cloud.sagemaker.live() == [generated]
    assert cloud.update(properties(Name="fixed-2"))["PhysicalResourceId"] == "fixed-2"
    assert cloud.update(A)["PhysicalResourceId"] not in ("fixed-2", generated)
    assert len(cloud.sagemaker.live()) == 1


def test_wait_for_completed_gives_the_best_training_job(cloud: CloudFormation) -> None:
    data = cloud.create({**A, "WaitFor": "completed", "ServiceTimeout": "3600"})["Data"]
    best = cloud.sagemaker.describe(data["Name"])["BestTrainingJob"]
    assert data["Status"] == "Completed" and data["BestTrainingJobName"] == best["TrainingJobName"]
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]
    assert (data["ObjectiveMetricName"], data["ObjectiveValue"]) == ("validation:auc", str(objective["Value"]))
    assert data["ModelArtifact"] == f"s3://models/hpo/{best['TrainingJobName']}/output/model.tar.gz"
    tuned = json.loads(data["TunedHyperParameters"])
    assert tuned == best["TunedHyperParameters"] and set(tuned) == {"eta", "max_depth"}
    assert json.loads(data["HyperParameters"]).items() >= {**tuned, "num_round": "100"}.items()
    assert json.loads(data["TrainingJobStatusCounters"])["Completed"] == 2


def test_create_that_outlasts_its_time_is_stopped_and_deleted(cloud: CloudFormation) -> None:
    begun = cloud.clock.now()
    event = cloud.event("Create", {**A, "WaitFor": "completed", "ServiceTimeout": "600"})
    answer = cloud.deliver(event)
    assert answer is not None and answer["Status"] == "FAILED" and "600 s" in answer["Reason"]
    assert cloud.clock.now() - begun < 600
    name = answer["PhysicalResourceId"]
    assert cloud.sagemaker.status(name) == "Stopping"
    assert cloud.send("Delete", A, name)["Status"] == "SUCCESS"


def test_job_stopped_by_hand_while_waited_for(cloud: CloudFormation) -> None:
    cloud.sagemaker.after = lambda number, operation: (
        cloud.sagemaker.end(next(iter(cloud.sagemaker.records)), "Stopped") if operation.startswith("Create") else None
    )
    answer = cloud.create({**A, "WaitFor": "completed"})
    assert answer["Status"] == "FAILED" and "ended Stopped" in answer["Reason"]


def test_update_after_the_record_was_deleted_by_hand_makes_the_job_again(cloud: CloudFormation) -> None:
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.forget(name)
    again = cloud.update(properties(Tags=[]))["PhysicalResourceId"]
    assert again != name and cloud.sagemaker.live() == [again]


def test_tags_of_ours_that_somebody_took_off(cloud: CloudFormation) -> None:
    """The function may stop only what bears the tag of its stack: it says so, and goes on once the tag is back."""
    name = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.records[name].tags.clear()
    assert cloud.update(properties(Tags=[]))["PhysicalResourceId"] == name
    answer = cloud.delete()
    assert answer["Status"] == "FAILED" and "sagemaker:StopHyperParameterTuningJob" in answer["Reason"]
    assert "has lost the tag cdk-hpo:stack" in answer["Reason"] and cloud.sagemaker.live() == [name]
    cloud.sagemaker.records[name].tags["cdk-hpo:stack"] = STACK_ID
    cloud.sagemaker.records[name].tags["cdk-hpo:logical-id"] = "Tuning"
    assert cloud.delete()["Status"] == "SUCCESS" and cloud.sagemaker.status(name) == "Stopped"


def test_cancelled_update_is_cleaned_up_by_the_roll_back(cloud: CloudFormation) -> None:
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.before = lambda number, operation: None
    cloud.send("Update", B, old, A)  # the answer comes too late: CloudFormation never learns of the new job
    assert len(cloud.sagemaker.live()) == 2
    back = cloud.send("Update", A, old, B)
    assert back["PhysicalResourceId"] == old and cloud.sagemaker.live() == [old]


def test_cancelled_update_whose_job_has_ended_by_itself(cloud: CloudFormation) -> None:
    """It is not taken for the end of a later roll-back to its configuration."""
    old = cloud.create(A)["PhysicalResourceId"]
    cancelled = cloud.send("Update", B, old, A)["PhysicalResourceId"]
    cloud.sagemaker.end(cancelled, "Failed")
    cloud.send("Update", A, old, B)
    cloud.update(properties(Request=request(MaxNumberOfTrainingJobs="7")))
    assert cloud.update(B)["PhysicalResourceId"] != cancelled
    assert len(cloud.sagemaker.live()) == 1


def test_create_that_never_answered_is_found_by_its_delete(cloud: CloudFormation) -> None:
    cloud.create(A)
    assert cloud.send("Delete", A, "Models-Tuning-1ABCDEFGHIJKL")["Status"] == "SUCCESS"
    assert cloud.sagemaker.live() == []


def test_tags_come_in_pages(cloud: CloudFormation) -> None:
    cloud.sagemaker.tag_page = 2
    name = cloud.create(A)["PhysicalResourceId"]
    assert cloud.update(properties(Tags=[]))["PhysicalResourceId"] == name
    assert "team" not in cloud.sagemaker.records[name].tags


def test_two_resources_of_one_stack_do_not_touch_each_other(cloud: CloudFormation) -> None:
    first = cloud.create(A)["PhysicalResourceId"]
    cloud.logical_id = "Other"
    other = cloud.create(A)["PhysicalResourceId"]
    assert first != other
    cloud.update(B)
    cloud.delete()
    assert cloud.sagemaker.live() == [first]


def test_unknown_field_and_wrong_type_are_named_without_a_call(cloud: CloudFormation) -> None:
    bad = request(MaxNumberOfTrainingJobs="many")
    bad["TrainingJobDefinition"]["Sparkle"] = "1"
    answer = cloud.create(properties(Request=bad))
    assert "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs must be an integer" in answer["Reason"]
    assert "TrainingJobDefinition.Sparkle is not a field of the API" in answer["Reason"]
    assert cloud.sagemaker.count("CreateHyperParameterTuningJob") == 0


def test_cancelled_update_that_is_still_trying_to_create(cloud: CloudFormation) -> None:
    """The roll-back is worked on while the cancelled update waits for its role: the update then makes nothing."""
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.faults = [
        Fault("CreateHyperParameterTuningJob", "ValidationException", "Could not assume role x", times=5)
    ]
    cancelled, meanwhile = cloud.event("Update", B, old, A), cloud.clock.sleep
    back = cloud.event("Update", A, old, B)

    def roll_back(seconds: float) -> None:
        cloud.clock.sleep = meanwhile  # type: ignore[method-assign]
        meanwhile(seconds)
        cloud._invoke(back)

    cloud.clock.sleep = roll_back  # type: ignore[method-assign]
    answer = cloud.deliver(cancelled)
    assert answer is not None
    assert "This event is over" in answer["Reason"]
    assert cloud.answers[back["RequestId"]][0]["PhysicalResourceId"] == old
    assert cloud.sagemaker.live() == [old]


def test_late_copies_change_nothing(cloud: CloudFormation) -> None:
    cloud.create(A)
    cloud.update(properties(Tags=[{"Key": "team", "Value": "blue"}]))
    cloud.update(A)
    cloud.update(B, other_fails="update-new")
    cloud.update(B)
    cloud.update(A)
    cloud.delete()
    cloud.create(A)
    for event in cloud.events[:-1]:
        state = {
            name: (cloud.sagemaker.status(name), dict(record.tags)) for name, record in cloud.sagemaker.records.items()
        }
        cloud.deliver(event)
        now = {
            name: (cloud.sagemaker.status(name), dict(record.tags)) for name, record in cloud.sagemaker.records.items()
        }
        assert now == state, event["RequestId"]


def test_update_after_a_failed_one_that_was_not_rolled_back(cloud: CloudFormation) -> None:
    """With roll-back disabled, the next update comes with the id of the failed one's job."""
    old = cloud.create(A)["PhysicalResourceId"]
    cloud.sagemaker.after = lambda number, operation: (
        cloud.sagemaker.end(list(cloud.sagemaker.records)[-1], "Failed") if operation.startswith("Create") else None
    )
    failed = cloud.send("Update", {**B, "WaitFor": "completed"}, old, A)["PhysicalResourceId"]
    cloud.sagemaker.after = lambda number, operation: None
    again = cloud.send("Update", B, failed, {**B, "WaitFor": "completed"})
    assert again["Status"] == "SUCCESS"
    assert again["PhysicalResourceId"] not in (old, failed)
