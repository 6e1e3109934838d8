"""The choices that a launcher offers."""

from datetime import timedelta
from enum import StrEnum
from typing import TypeVar


class WaitFor(StrEnum):
    """What a deployment waits for."""

    #: The tuning job exists and runs.
    CREATED = "created"
    #: The tuning job has completed; its best training job can then be used in the same stack.
    COMPLETED = "completed"


class OnDelete(StrEnum):
    """What becomes of the tuning job when its resource is removed or replaced."""

    #: It is stopped; SageMaker keeps its record.
    STOP = "stop"
    #: It is stopped, and its record is deleted.
    DELETE = "delete"
    #: It runs on.
    LEAVE = "leave"


class OnLimit(StrEnum):
    """What happens when a quota of the account stands in the way of a new tuning job (``ResourceLimitExceeded``)."""

    #: The deployment fails at once.
    FAIL = "fail"
    #: It is tried again until the time limit: another job may end meanwhile.
    WAIT = "wait"


class OnMissingData(StrEnum):
    """What happens when there is nothing yet below an S3 prefix of the input data."""

    #: The deployment fails at once.
    FAIL = "fail"
    #: It is tried again until the time limit: the data are on their way.
    WAIT = "wait"


class Concurrency(StrEnum):
    """What happens when it is time for a run and the one before still goes on."""

    #: The new run is left out.
    SKIP = "skip"
    #: The new run waits until the one before has ended.
    QUEUE = "queue"
    #: Both run.
    ALLOW = "allow"


class ApprovalStatus(StrEnum):
    """Whether a version of a model in the registry may be deployed from the start."""

    #: Somebody has to approve it first.
    PENDING_MANUAL_APPROVAL = "PendingManualApproval"
    #: It may.
    APPROVED = "Approved"


_Choice = TypeVar("_Choice", bound=StrEnum)


def choice(kind: type[_Choice], argument: str, given: str) -> _Choice:
    """Return the member of an enumeration that was given, itself or by its value.

    Raises
    ------
    ValueError
        When there is none.
    """
    try:
        return kind(given)
    except ValueError:
        allowed = " or ".join(f"{kind.__name__}.{each.name}" for each in kind)
        raise ValueError(f"{argument}: expected {allowed}, got {given!r}") from None


#: What makes a construct of the text that stands for one.
_IMPORTS = {"role": "iam.Role.from_role_arn", "encryption_key": "kms.Key.from_key_arn"}


def refuse_text(path: str, **given: object) -> None:
    """Refuse text where a construct is needed, such as an ARN for a role.

    Raises
    ------
    TypeError
        When there is one.
    """
    for argument, each in given.items():
        if isinstance(each, str):
            kind, make = argument.rpartition("_")[2], _IMPORTS[argument]
            raise TypeError(
                f'{path}: {argument}: expected a {kind}, got text: write {make}(self, "Imported", {each!r})'
            )


def refuse_other_times(path: str, **given: object) -> None:
    """Refuse arguments that are neither left out nor a `Duration`, before anything is made of the others.

    Raises
    ------
    TypeError
        When there is one.
    """
    from aws_cdk import Duration  # whoever only names a choice of this module needs no CDK

    for argument, each in given.items():
        if each is not None and not isinstance(each, Duration):
            raise TypeError(f"{path}: {argument}: expected a Duration, got {each!r}: write {_duration_of(each)}")


def _duration_of(given: object) -> str:
    """Return what was probably meant, or an example."""
    if isinstance(given, timedelta):
        return f"Duration.seconds({given.total_seconds():.0f})"
    if isinstance(given, int) and not isinstance(given, bool):
        return f"Duration.seconds({given}), if seconds are meant"
    return "Duration.hours(2), for example"
