"""Options that only a job in a stack has, looked at before anything is made."""

from aws_cdk import Duration, RemovalPolicy

from cdk_hpo.launch.options import refuse_other_times

#: CloudFormation's limit for a custom resource.
MAX_SECONDS = 3600


def seconds_to_wait(path: str, timeout: Duration | None) -> int:
    """Return how long a deployment waits.

    Raises
    ------
    TypeError
        When it is no `Duration`, or one that only a deployment knows.
    ValueError
        When it is not from a second to an hour.
    """
    refuse_other_times(path, timeout=timeout)
    if timeout is None:
        return MAX_SECONDS
    if timeout.is_unresolved():
        raise TypeError(f"{path}: timeout: expected a Duration that is known at synthesis, got a token")
    seconds = timeout.to_milliseconds() / 1000
    if not seconds.is_integer():
        raise ValueError(f"{path}: timeout: expected whole seconds, got {seconds:g}")
    if not 1 <= seconds <= MAX_SECONDS:
        raise ValueError(
            f"{path}: timeout: expected from a second to at most an hour, CloudFormation's limit for a custom "
            f"resource, got {seconds:.0f} seconds"
        )
    return int(seconds)


def refuse_other_policies(path: str, policy: RemovalPolicy | None) -> None:
    """Refuse what a job cannot have for a removal policy.

    Raises
    ------
    TypeError
        When it is no `RemovalPolicy`.
    ValueError
        When it asks for a snapshot.
    """
    if policy is RemovalPolicy.SNAPSHOT:
        raise ValueError(f"{path}: removal_policy: a tuning job has no snapshot: choose RETAIN or DESTROY")
    if policy is not None and not isinstance(policy, RemovalPolicy):
        raise TypeError(f"{path}: removal_policy: expected a RemovalPolicy, got {policy!r}: write RemovalPolicy.RETAIN")
