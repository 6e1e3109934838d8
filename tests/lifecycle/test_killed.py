"""The handler is killed at a line of its traffic, and Lambda tries again: a small part of the crash table."""

from collections.abc import Iterator

import pytest

from tests.lifecycle.kill_runs import MOMENTS, kill_at, kill_every_try, row, rows, run, undisturbed
from tests.lifecycle.kill_scripts import CREATE, DELETE, UPDATE, WAITING, Script
from tests.lifecycle.kill_stage import Stage, open_stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with open_stage() as opened:
        yield opened


@pytest.mark.parametrize("script", [CREATE, DELETE], ids=lambda script: script.name)
def test_kill_at_each_line(stage: Stage, script: Script) -> None:
    moments = []
    for line in rows(stage, script):
        assert not line.problems and not line.other_words, line
        moments.append(line.moment)
    assert len(moments) >= 10 and set(moments) == set(MOMENTS)


@pytest.mark.parametrize("operation", ["CreateHyperParameterTuningJob", "StopHyperParameterTuningJob", "Invoke"])
def test_kill_at_the_calls_that_change_something(stage: Stage, operation: str) -> None:
    script = WAITING if operation == "Invoke" else UPDATE
    expected = undisturbed(stage, script)
    call = next(call for call in expected.traffic if call.operation == operation)
    for moment in MOMENTS:
        line = row(script, run(stage, script, kill_at(call.number, moment)), expected, call, moment)
        assert not line.problems, line


def test_every_try_dies_before_the_create_call(stage: Stage) -> None:
    cloud = run(stage, CREATE, kill_every_try(2, "before"))
    (answer,) = cloud.answers[cloud.events[0]["RequestId"]]
    assert answer["Status"] == "FAILED" and "failed at every attempt" in answer["Reason"]
    assert not cloud.made and cloud.physical_id is None


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_try_dies_when_the_job_is_made(stage: Stage, moment: str) -> None:
    """Whether the answer was taken or not, the stack holds the job that runs."""
    cloud = run(stage, CREATE, kill_every_try(5, moment))
    assert [kill.call.operation for kill in cloud.kills[:1]] == ["PUT of the answer"] and len(cloud.kills) == 3
    assert [cloud.physical_id] == cloud.made == cloud.sagemaker.live()


def test_every_try_of_the_report_dies_too(stage: Stage) -> None:
    """The last word is a failure in the job's name, so that the delete that follows stops the job."""
    cloud = run(stage, CREATE, kill_every_try(2, "after", dying=6))
    assert len(cloud.kills) == 6 and cloud.kills[0].call.operation == "CreateHyperParameterTuningJob"
    created, deleted = cloud.events
    (answer,) = cloud.answers[created["RequestId"]]
    assert answer["Status"] == "FAILED" and "failed at every attempt" in answer["Reason"]
    assert answer["PhysicalResourceId"] == deleted["PhysicalResourceId"] == cloud.made[0]
    assert cloud.answers[deleted["RequestId"]][0]["Status"] == "SUCCESS"
    assert cloud.sagemaker.status(cloud.made[0]) == "Stopped"


def test_kill_of_a_new_interpreter() -> None:
    with open_stage(fresh=True) as stage:
        expected = undisturbed(stage, CREATE)
        call = next(call for call in expected.traffic if call.operation == "CreateHyperParameterTuningJob")
        line = row(CREATE, run(stage, CREATE, kill_at(call.number, "after")), expected, call, "after")
        assert not line.problems, line
