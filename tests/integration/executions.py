"""Executions of a deployed state machine."""

import json
import time
from typing import Any

from cdk_hpo.local import LocalCloud

_LONGEST = 120  # seconds that a test waits


class Executions:
    """Starts, stops and waits for the executions of one state machine."""

    def __init__(self, cloud: LocalCloud, arn: str) -> None:
        self._arn, self._client = arn, cloud.client("stepfunctions")

    def start(self, **given: Any) -> str:
        """Start an execution."""
        arn: str = self._client.start_execution(stateMachineArn=self._arn, input=json.dumps(given))["executionArn"]
        return arn

    def stop(self, execution: str) -> None:
        """Stop an execution."""
        self._client.stop_execution(executionArn=execution)

    def result(self, execution: str) -> dict[str, Any]:
        """Wait for the end of an execution and return what became of it."""
        deadline = time.monotonic() + _LONGEST
        while time.monotonic() < deadline:
            found: dict[str, Any] = self._client.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.1)
        raise TimeoutError(f"the execution goes on: {found}")

    def results(self, count: int) -> list[dict[str, Any]]:
        """Wait until there are as many executions, and for their ends."""
        deadline = time.monotonic() + _LONGEST
        while time.monotonic() < deadline:
            found = self._client.list_executions(stateMachineArn=self._arn)["executions"]
            if len(found) == count:
                return [self.result(each["executionArn"]) for each in found]
            time.sleep(0.1)
        raise TimeoutError(f"there are {len(found)} executions")

    def run(self, **given: Any) -> dict[str, Any]:
        """Run an execution to its end."""
        return self.result(self.start(**given))

    def entered(self, execution: str) -> list[str]:
        """Return the states that an execution has entered, once it stands still for a moment."""
        before: list[str] = []
        while True:
            events = self._client.get_execution_history(executionArn=execution, maxResults=500)["events"]
            names = [each["stateEnteredEventDetails"]["name"] for each in events if "stateEnteredEventDetails" in each]
            if names and names == before:
                return names
            before = names
            time.sleep(1.0)


def denied(cloud: LocalCloud) -> list[dict[str, Any]]:
    """Return what workflows were not allowed; what a test has only asked about is none of it."""
    own = [each for each in cloud.iam_decisions() if "Workflow" in each["principal"]]
    return [each for each in own if each["decision"] != "Allow" and not each["principal"].endswith("/decision")]
