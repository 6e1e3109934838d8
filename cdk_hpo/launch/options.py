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
