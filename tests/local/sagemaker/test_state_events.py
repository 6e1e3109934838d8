"""The events about changes of a job's status."""

from typing import Any

from cdk_hpo.local.sagemaker import TuningJob
from cdk_hpo.local.state_events import StateEvents
from tests.local.engine.stage import Stage


def test_a_job_that_has_ended_since_the_last_look_has_begun_as_well() -> None:
    stage, told = Stage(), list[dict[str, Any]]()

    def emit(job: TuningJob, detail: dict[str, Any]) -> None:
        told.append(detail)

    events = StateEvents(stage.service, emit)
    stage.create("job")
    stage.call("StopHyperParameterTuningJob", HyperParameterTuningJobName="job")
    events.look()
    events.look()
    assert told[0]["HyperParameterTuningJobStatus"] == "InProgress"
    assert len({each["HyperParameterTuningJobStatus"] for each in told}) == len(told) > 1
    assert "HyperParameterTuningEndTime" not in told[0]
