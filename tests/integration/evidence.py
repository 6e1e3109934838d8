"""What a local cloud has seen since a moment, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cdk_hpo.local import LocalCloud
from tests.integration import planted

_LONGEST_REASON = 1024  # characters
_LARGEST_ANSWER = 4096  # bytes


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What came out of the function, and what CloudFormation tells people."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    function_log: list[dict[str, Any]] = field(default_factory=list)
    stack_events: list[dict[str, Any]] = field(default_factory=list)
    cloud_log: list[str] = field(default_factory=list)

    @classmethod
    def since(cls, cloud: LocalCloud, start: float, cloud_lines: int = 0) -> "Evidence":
        """Gather what has happened since a time, without the cloud's own log up to a number of lines."""
        stacks = dict.fromkeys(each["StackId"] for each in cloud.events() if each["time"] >= start)
        return cls(
            answers=[each for each in cloud.answers() if each["time"] >= start],
            function_log=[each for each in cloud.function_log() if each["time"] >= start],
            stack_events=[_bare(each) for stack in stacks for each in cloud.stack_events(stack)],
            cloud_log=cloud.log(1_000_000).splitlines()[cloud_lines:],
        )

    def problems(self) -> list[str]:
        """Return what is wrong: answers against the protocol, more than one for an event, secrets anywhere."""
        return [
            *self._broken(),
            *(f"{count} answers to {event}" for event, count in self._counts().items() if count > 1),
            *planted.leaks(
                {
                    "answers": self.answers,
                    "function": self.function_log,
                    "stack": self.stack_events,
                    "cloud": self.cloud_log,
                }
            ),
        ]

    def _broken(self) -> Iterator[str]:
        for each in self.answers:
            if not each["valid"]:
                yield f"{each['RequestType']} {each['LogicalResourceId']}: {each['problem']}"
            if each["size"] > _LARGEST_ANSWER or len(each["reason"]) > _LONGEST_REASON:
                yield f"{each['RequestType']} {each['LogicalResourceId']}: {each['size']} bytes"

    def _counts(self) -> Counter[str]:
        return Counter(each["RequestId"] for each in self.answers)


def _bare(event: dict[str, Any]) -> dict[str, Any]:
    """Leave out what repeats the template: people who may read that know its secrets."""
    return {name: each for name, each in event.items() if name != "ResourceProperties"}
