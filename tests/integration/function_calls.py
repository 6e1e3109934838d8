"""The calls of a function: how many there were, and that Lambda kills them when the service answers too late."""

import json
from typing import Any

from tests.integration.deployment import Deployer

DESCRIBE = "DescribeHyperParameterTuningJob"


def hang(operation: str = DESCRIBE, *, nth: int = 1, times: int) -> dict[str, Any]:
    """Return the fault of a service that answers so late that Lambda ends a function of three seconds by force."""
    return {"operation": operation, "nth": nth, "times": times, "seconds": 6}


def killed(deployer: Deployer, stack: str) -> int:
    """Count the calls of a stack's function that Lambda has ended by force."""
    return sum(each["failed"] for each in deployer.hops(stack))


def hop_numbers(deployer: Deployer, stack: str, kind: str) -> list[int]:
    """Return what the calls for an event of a kind say about their place in the chain, in the order of their ends."""
    lines = [json.loads(line) for each in deployer.hops(stack) for line in each["text"].splitlines() if line[:1] == "{"]
    return [line["hop"] for line in lines if line.get("step") == "Received" and line["request"] == kind]
