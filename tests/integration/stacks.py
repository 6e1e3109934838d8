"""Stacks that the tests of the lifecycle deploy."""

from collections.abc import Callable
from typing import Any, cast

from aws_cdk import CfnOutput, CfnWaitCondition, CfnWaitConditionHandle, Duration, Stack
from aws_cdk import aws_lambda as lambda_

import cdk_hpo as hpo
from tests.integration.planted import definition

Build = Callable[[Stack], None]


def one_job(
    wanted: hpo.TuningJobDefinition | None = None,
    *,
    fail: bool = False,
    function_seconds: int | None = None,
    seconds: int | None = None,
    **options: Any,
) -> Build:
    """Return what builds a stack with a job, its name as output.

    Parameters
    ----------
    wanted
        The job; a small one with planted secrets by default.
    fail
        Whether there is a resource that fails after it.
    function_seconds
        The function's time limit if it is another one.
    seconds
        The job's ``timeout``.
    options
        More for the job.
    """

    def build(stack: Stack) -> None:
        timeout = {} if seconds is None else {"timeout": Duration.seconds(seconds)}
        job = hpo.HyperParameterTuningJob(stack, "Tuning", wanted or definition(), **timeout, **options)
        CfnOutput(stack, "Name", value=job.tuning_job_name)
        if fail:
            fail_after(stack, job)
        function = function_of(stack)
        function.environment = lambda_.CfnFunction.EnvironmentProperty(variables={"LOG_LEVEL": "DEBUG"})
        if function_seconds is not None:
            function.timeout = function_seconds

    return build


def fail_after(stack: Stack, job: hpo.HyperParameterTuningJob) -> None:
    """Add a resource that fails once the job is there."""
    handle = CfnWaitConditionHandle(stack, "Handle")
    late = CfnWaitCondition(stack, "Late", handle=handle.ref, timeout="1", count=1)
    late.node.add_dependency(job)


def function_of(stack: Stack) -> lambda_.CfnFunction:
    """Return the function behind a stack's jobs."""
    function = stack.node.find_child("TuningJobFunction").node.find_child("Function").node.default_child
    return cast(lambda_.CfnFunction, function)
