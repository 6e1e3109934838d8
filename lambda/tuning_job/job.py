"""A tuning job as the service shows it, and the tags that tell whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STACK = "cdk-hpo:stack"
LOGICAL_ID = "cdk-hpo:logical-id"
CONFIGURATION = "cdk-hpo:configuration"
EVENT = "cdk-hpo:event"
"""Of which event the job is, and after a space the job that CloudFormation held then, if it held one."""
SETTLED = "cdk-hpo:settled"
"""When the last event that came to rest on the job, or let go of it, was sent, in seconds since 1970."""
KEPT = "kept"
"""Stands behind that time, after a space, where the resource's policy was to retain the job."""
RELEASED = "cdk-hpo:released"
NOT_RELEASED = "false"
BY_DELETE, BY_FAILURE = "true", "failed"
"""Values of the released tag: let go of by a delete, or by the event itself that made the job and failed."""
OWN_PREFIX = "cdk-hpo:"

# HyperParameterTuningJobStatus has four states in which nothing runs any more.
_ENDED = frozenset({"Completed", "Failed", "Stopped", "DeleteFailed"})


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A line of the service's list of jobs."""

    name: str
    status: str
    created: float
    over: float | None = None
    """When the job ended; none while it runs, or where the service does not say."""

    @property
    def live(self) -> bool:
        """Whether the job still costs money and nobody has asked it to stop."""
        return self.status == "InProgress"

    @property
    def useful(self) -> bool:
        """Whether there is something to gain from the job: it runs undisturbed, or it has its results."""
        return self.status in ("InProgress", "Completed")

    @property
    def ended(self) -> bool:
        """Whether nothing of the job runs any more."""
        return self.status in _ENDED


@dataclass(frozen=True, kw_only=True)
class Job(Summary):
    """A job with its tags."""

    arn: str
    tags: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The service's description."""

    @property
    def released(self) -> bool:
        """Whether its resource has let go of it: it is never taken back."""
        return self.tags.get(RELEASED) in (BY_DELETE, BY_FAILURE)

    @property
    def settled(self) -> float:
        """When the last event that came to rest on the job was sent; 0 if nothing tells."""
        text = self.tags.get(SETTLED, "").partition(" ")[0]
        return float(text) if text.isdecimal() else 0.0

    @property
    def kept(self) -> bool:
        """Whether the last event that came to rest on the job said that its policy retains it."""
        return self.tags.get(SETTLED, "").endswith(" " + KEPT)

    @property
    def event(self) -> str | None:
        """Id of the event that the job was made for; none if nothing tells."""
        return self.tags.get(EVENT, "").partition(" ")[0] or None

    @property
    def before(self) -> str:
        """Name of the job that this one was to replace; empty if there was none, or nothing tells."""
        return self.tags.get(EVENT, "").partition(" ")[2]

    @property
    def unmarked(self) -> bool:
        """Whether no tag says whose it is: somebody took them off, or they are not visible yet."""
        return STACK not in self.tags and LOGICAL_ID not in self.tags
