"""The choices that a launcher offers."""

from enum import StrEnum


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
