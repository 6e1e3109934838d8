"""The choices that a launcher offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from cdk_hpo.checks.unknown import has_mark
from cdk_hpo.definition._measure import duration_of
from cdk_hpo.definition._shown import quoted, shown
from cdk_hpo.definition._tokens import attribute


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
        raise ValueError(f"{argument}: expected {allowed}, got {shown(given)}") from None


@dataclass(frozen=True)
class _Kind:
    """A kind of construct that a launcher takes, and how one is imported."""

    name: str
    #: What has one of these attributes is of the kind.
    attributes: tuple[str, ...]
    of_arn: str


#: A shortened one could not be pasted; IAM's have up to 600 characters, but whose role has a path of 512.
_LONGEST_ARN = 200
_KINDS = {
    "role": _Kind("role", ("role_arn", "role_ref"), "iam.Role.from_role_arn"),
    "encryption_key": _Kind("key", ("key_arn", "key_ref"), "kms.Key.from_key_arn"),
}


def refuse_text(path: str, **given: object) -> None:
    """Refuse what is no construct where one is needed, such as an ARN for a role, before anything is made.

    Raises
    ------
    TypeError
        When there is one.
    """
    for argument, each in given.items():
        kind = _KINDS[argument]
        if isinstance(each, str):
            raise TypeError(f"{path}: {argument}: expected a {kind.name}, got text: write {_imported(kind, each)}")
        if each is not None and (isinstance(each, type) or not _has_one(each, kind.attributes)):
            raise TypeError(f"{path}: {argument}: expected a {kind.name}, got {shown(each)}")


def _has_one(given: object, attributes: Iterable[str]) -> bool:
    # The class first: to ask a construct is a round trip to JavaScript.
    return any(hasattr(type(given), name) or attribute(given, name) is not None for name in attributes)


def _imported(kind: _Kind, text: str) -> str:
    """Return how a construct is made of the text that stands for one."""
    if has_mark(text):
        return f'{kind.of_arn}(self, "Imported", …) around its ARN where that is made, or give the {kind.name} itself'
    if kind.name == "role":
        return _call(kind.of_arn if text.startswith("arn:") else "iam.Role.from_role_name", text)
    name = text.rpartition(":")[2]
    if name.startswith("alias/"):
        # Not kms.Alias: SageMaker takes no alias for a volume.
        return f'kms.Key.from_lookup(self, "Imported", alias_name={quoted(name)}), or {kind.of_arn}(…) of its key'
    if text.startswith("arn:"):
        return _call(kind.of_arn, text)
    arn = f'Stack.of(self).format_arn(service="kms", resource="key", resource_name={quoted(text)})'
    return f'{kind.of_arn}(self, "Imported", {arn})'


def _call(function: str, text: str) -> str:
    return f'{function}(self, "Imported", {quoted(text, _LONGEST_ARN)})'


#: More are no seconds.
_MOST_SECONDS = 10**9


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
            raise TypeError(f"{path}: {argument}: expected a Duration, got {shown(each)}: write {_duration_of(each)}")


def _duration_of(given: object) -> str:
    """Return what was probably meant, or an example."""
    if isinstance(given, timedelta):
        return duration_of(given)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < _MOST_SECONDS:
        return f"Duration.seconds({given}), if seconds are meant"
    return "Duration.hours(2), for example"
