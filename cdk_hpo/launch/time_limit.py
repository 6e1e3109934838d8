"""Giving a run up when its time is over: its job is stopped, and has ended before the workflow goes on.

Step Functions stops the job of a state whose execution is stopped. That it does so for a state that has run out of time
is not documented, so the workflow itself finds the job and stops it.
https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync
"""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from cdk_hpo.launch.steps import UNCHANGED, Step, jobs_with, look_for_jobs
from cdk_hpo.launch.task import HyperParameterTuningTask

_NAME = "HyperParameterTuningJobName"
#: What each failure of a job leaves for the end of the workflow.
FAILURE = {"failure": "{% $states.errorOutput %}"}
_CAUSE = "{% $exists($failure.Cause) ? $failure.Cause : '' %}"
_GOING = jobs_with(("InProgress", "Stopping"))


class RunTask(HyperParameterTuningTask):
    """The state of a launcher, whose job's name can tell the run."""

    _run_name: str | None = None

    def name_by_run(self, prefix: str) -> None:
        """Let the eight characters after the prefix be those of the variable ``run``; four more are each try's own."""
        self._run_name = f"{{% '{prefix}-' & $run & '-' & $substring($uuid(), 9, 4) %}}"
        self.request[_NAME] = self._run_name

    def to_state_json(self, top_level_query_language: sfn.QueryLanguage | None = None) -> Mapping[Any, Any]:
        """Return the state in Amazon States Language; the CDK calls this.

        Parameters
        ----------
        top_level_query_language : QueryLanguage, optional
            The query language of the state machine.
        """
        state = super().to_state_json(top_level_query_language)
        if self._run_name is None:
            return state
        return {**state, "Arguments": {**state["Arguments"], _NAME: self._run_name}}


class TimeLimit(Construct):
    """The states around a job that may run out of time.

    Parameters
    ----------
    scope, id
        As of any construct.
    prefix
        The beginning of the jobs' names.
    """

    def __init__(self, scope: Construct, id: str, prefix: str) -> None:
        super().__init__(scope, id)
        self._prefix = prefix

    def around(self, first: sfn.IChainable, tasks: Sequence[RunTask], after: sfn.IChainable) -> sfn.IChainable:
        """Put the state that names the run before ``first``; after a time-out of ``tasks`` stop the job, then go on.

        The catchers of the tasks come first: call this before others are added.
        """
        find = self._stop_and_wait(after)
        for task in tasks:
            task.name_by_run(self._prefix)
            task.add_catch(find, errors=["States.Timeout"], assign=FAILURE, outputs=UNCHANGED)
        return sfn.Pass.jsonata(self, "Name the run", assign={"run": "{% $substring($uuid(), 0, 8) %}"}).next(first)

    def _stop_and_wait(self, after: sfn.IChainable) -> sfn.State:
        find = look_for_jobs(
            self,
            "Look for its job",
            contained=f"{{% '{self._prefix}-' & $run & '-' %}}",
            assign={"job": f"{{% $exists({_GOING}) ? {_GOING}[0] : {{}} %}}"},
        )
        stop = Step(
            self, "Stop its job", "aws-sdk:sagemaker:stopHyperParameterTuningJob", {_NAME: f"{{% $job.{_NAME} %}}"}
        )
        wait = sfn.Wait.jsonata(self, "Wait for its end", time=sfn.WaitTime.duration(Duration.minutes(1)))
        stop.next(wait)
        wait.next(find)
        # It may have ended meanwhile, or the service be busy: look again.
        stop.add_catch(wait, errors=["SageMaker.SageMakerException", "SageMaker.SdkClientException"])
        find.next(
            sfn.Choice(self, "Does its job go on")
            .when(sfn.Condition.jsonata("{% $job.HyperParameterTuningJobStatus = 'InProgress' %}"), stop)
            .when(sfn.Condition.jsonata("{% $job.HyperParameterTuningJobStatus = 'Stopping' %}"), wait)
            .otherwise(after)
        )
        return find


def failed(scope: Construct, id: str) -> sfn.Fail:
    """Return the state in which a workflow fails as its job has."""
    return sfn.Fail.jsonata(scope, id, error="{% $failure.Error %}", cause=_CAUSE)
