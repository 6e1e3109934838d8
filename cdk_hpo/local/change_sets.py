"""Change sets that change nothing but outputs: CloudFormation takes them, and a new stack often needs an export."""

import re
from collections.abc import Callable
from typing import Any

_NO_CHANGES = "The submitted information didn't contain changes."


def take_outputs_for_changes() -> None:
    """Let a change set succeed in which only the outputs of a template differ from those of its stack."""
    from ministack.services.cloudformation import handlers

    create: Callable[[Any], Any] = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def create_change_set(params: Any) -> Any:
        answer = create(params)
        found = re.search(r"<Id>([^<]+)</Id>", _text(answer[2]))
        if found is not None:
            _correct(found[1])
        return answer

    handlers._ACTION_HANDLERS["CreateChangeSet"] = create_change_set


def _text(body: str | bytes) -> str:
    return body.decode() if isinstance(body, bytes) else body


def _correct(change_set: str) -> None:
    from ministack.services.cloudformation import _change_sets, _stacks

    made = _change_sets.get(change_set)
    if not made or made["Status"] != "FAILED" or not made["StatusReason"].startswith(_NO_CHANGES):
        return
    stack = _stacks.get(made["StackName"]) or {}
    if made["_template"].get("Outputs", {}) != stack.get("_template", {}).get("Outputs", {}):
        made.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
