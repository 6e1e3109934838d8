"""The CDK's `Provider` framework, which waits for the job by a state machine, in place of the function's own answer."""

from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import custom_resources as cr

from benchmarks.peers import hand_written
from benchmarks.peers.functions import tuning_function
from benchmarks.peers.granted_role import sources


def prepare(stack: Stack) -> Any:
    """Make the framework."""
    function = tuning_function(stack)
    provider = cr.Provider(
        stack,
        "Provider",
        on_event_handler=function,
        is_complete_handler=function,
        query_interval=Duration.seconds(30),
        total_timeout=Duration.hours(1),
    )
    return provider.service_token, sources(stack)


add = hand_written.add
