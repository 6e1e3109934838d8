"""Roll-back, cancellation and clean-up of stacks, where the emulator does less than CloudFormation.

What differs: a custom resource that an update has replaced is sent an Update back before its new physical id is
deleted; what a failed Create left behind is deleted in the roll-back; CancelUpdateStack ends the wait for an answer;
the clean-up after an update shows in the stack's events, and tries three times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .change_sets import take_outputs_for_changes
from .custom_resources import CustomResources

#: What a roll-back sends to a custom resource whose physical id has changed; nobody documents it.
#: ``update-new``: an Update with the new id, then the Delete of the new id. ``update-old``: the same with the old id.
#: ``delete-first``: the Delete, then the Update with the new id. ``delete-only``: no Update.
ROLL_BACKS = ("update-new", "update-old", "delete-first", "delete-only")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-monitor-stack.html
CLEANUP_ATTEMPTS = 3
_CLEANING = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"

Record = dict[str, Any]


class _Former(str):
    """A logical id under which the new physical resource is kept beside the old one, for the clean-up alone."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


@dataclass
class _Replaced:
    """A custom resource whose physical id a failed update has changed."""

    old: str
    new: str
    properties: dict[str, Any]
    former: _Former
    definitions: dict[str, Any]
    """The resources of the template that is taken back, by logical id."""


class StackOperations:
    """Puts itself between the emulator's stacks and its custom resources.

    Parameters
    ----------
    custom_resources
        What sends the events.
    """

    def __init__(self, custom_resources: CustomResources) -> None:
        self.roll_back = ROLL_BACKS[0]
        self._custom_resources = custom_resources
        self._replaced: dict[tuple[str, str], _Replaced] = {}

    def install(self) -> None:
        """Take the place of the emulator's functions."""
        from ministack.services.cloudformation import handlers, stacks

        self._stacks = stacks
        self._take_back, self._revert, self._remove = (
            stacks._roll_back_operation,
            stacks._revert_update,
            stacks._delete_resource,
        )
        stacks._roll_back_operation = handlers._roll_back_operation = self._roll_back
        stacks._revert_update, stacks._delete_resource = self._update_back, self._delete
        self._cancel_update, self._find = handlers._cancel_update_stack, handlers._resolve_stack
        handlers._ACTION_HANDLERS["CancelUpdateStack"] = self._cancel
        take_outputs_for_changes()

    # -- cancelling ------------------------------------------------------------------------------------------------

    def _cancel(self, params: Mapping[str, Any]) -> Any:
        answer = self._cancel_update(params)
        if answer[0] == 200:
            given = params["StackName"]
            stack = self._find(given[0] if isinstance(given, list) else given)
            self._custom_resources.interrupt(stack["StackId"])
        return answer

    # -- roll-back -------------------------------------------------------------------------------------------------

    async def _roll_back(
        self, stack_name: str, stack_id: str, stack: Record, operation: Record, reason_override: str = ""
    ) -> None:
        operation = {**operation, "created": list(operation.get("created", []))}
        if stack.pop("_cancel_requested", False):
            # The emulator looks only between two resources whether the update was cancelled.
            operation["cancelled"] = True
            self._stacks.CLIENT_REQUEST_TOKEN.set(stack.pop("_cancel_token", ""))
        self._add_half_made(stack, operation)
        if operation.get("is_update") and operation.get("previous_stack"):
            self._find_replaced(stack_id, stack, operation)
        try:
            await self._take_back(stack_name, stack_id, stack, operation, reason_override)
        finally:
            for key in [key for key in self._replaced if key[0] == stack_id]:
                del self._replaced[key]

    def _add_half_made(self, stack: Record, operation: Record) -> None:
        failed = operation.get("failed_logical_id")
        record = stack.get("_resources", {}).get(failed)
        if record is not None and record["ResourceStatus"] == "CREATE_FAILED":
            operation["created"].append(failed)

    def _find_replaced(self, stack_id: str, stack: Record, operation: Record) -> None:
        """Let the emulator send replaced resources back, as it does with those updated in place."""
        resources, before = stack["_resources"], operation["previous_stack"]["_resources"]
        operation["template"] = {**operation["template"], "Resources": {**operation["template"].get("Resources", {})}}
        for logical_id in list(operation["created"]):
            record, old = resources[logical_id], before.get(logical_id)
            if old is not None and _is_custom(record) and old["PhysicalResourceId"] != record["PhysicalResourceId"]:
                self._add_replaced(stack_id, resources, operation, logical_id, record, old["PhysicalResourceId"])
                old["PhysicalResourceId"] = record["PhysicalResourceId"]
        operation["replaced_ids"] = [
            each for each in operation.get("replaced_ids", []) if (stack_id, each) not in self._replaced
        ]
        if (failed := operation.get("failed_update")) is None:
            return
        logical_id, resource_type, physical_id, applied, *_ = failed
        answered = self._custom_resources.take_refused_id(stack_id, logical_id)
        if applied is not None and answered not in (None, physical_id):
            record = {"PhysicalResourceId": answered, "ResourceType": resource_type, "Properties": applied}
            self._add_replaced(stack_id, resources, operation, logical_id, record, physical_id)

    def _add_replaced(
        self, stack_id: str, resources: Record, operation: Record, logical_id: str, record: Record, old: str
    ) -> None:
        former, definitions = _Former(logical_id), operation["template"]["Resources"]
        self._replaced[stack_id, logical_id] = _Replaced(
            old=old,
            new=record["PhysicalResourceId"],
            properties=record["Properties"],
            former=former,
            definitions=definitions,
        )
        if self.roll_back != "delete-first":
            resources[former], definitions[former] = dict(record), definitions.get(logical_id)
            operation["created"].append(former)

    async def _update_back(
        self,
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        physical_id: str,
        applied: Record,
        previous: Record,
        attributes: Record,
        record: Record | None = None,
    ) -> None:
        arguments = (applied, previous, attributes, record)
        replaced = self._replaced.get((stack_id, logical_id))
        if replaced is None or record is None:
            await self._revert(stack_id, stack_name, logical_id, resource_type, physical_id, *arguments)
            return
        if self.roll_back == "delete-only":
            record["PhysicalResourceId"] = replaced.old
            self._stacks._mark_rolled_back(record)
            self._event(stack_id, stack_name, logical_id, resource_type, "UPDATE_COMPLETE", replaced.old)
            return
        if self.roll_back == "delete-first":
            await self._delete_first(stack_id, stack_name, logical_id, resource_type, replaced)
        # The emulator changes it when the answer names another one.
        record["PhysicalResourceId"] = replaced.old if self.roll_back == "update-old" else replaced.new
        await self._revert(stack_id, stack_name, logical_id, resource_type, record["PhysicalResourceId"], *arguments)
        if record["PhysicalResourceId"] == replaced.new:
            replaced.definitions[replaced.former] = {"DeletionPolicy": "Retain"}

    async def _delete_first(
        self, stack_id: str, stack_name: str, logical_id: str, resource_type: str, replaced: _Replaced
    ) -> None:
        def tell(status: str, reason: str = "") -> None:
            self._event(stack_id, stack_name, logical_id, resource_type, status, replaced.new, reason)

        tell("DELETE_IN_PROGRESS")
        arguments = (resource_type, replaced.new, replaced.properties, stack_name, logical_id)
        try:
            await self._stacks.run_reentrant(self._remove, *arguments)
        except Exception as error:
            tell("DELETE_FAILED", str(error))
        else:
            tell("DELETE_COMPLETE")

    # -- clean-up --------------------------------------------------------------------------------------------------

    def _delete(
        self,
        resource_type: str,
        physical_id: str,
        properties: Record,
        stack_name: str | None = None,
        logical_id: str | None = None,
    ) -> None:
        """Delete a resource; in the clean-up after an update with the events and the patience of CloudFormation."""
        from ministack.services.cloudformation import _stacks

        stack = _stacks.get(stack_name)
        arguments = (resource_type, physical_id, properties, stack_name, logical_id)
        if stack is None or stack["StackStatus"] not in ("UPDATE_IN_PROGRESS", _CLEANING):
            self._remove(*arguments)
            return
        stack_id, name = stack["StackId"], stack["StackName"]
        if stack["StackStatus"] != _CLEANING:
            stack["StackStatus"] = _CLEANING
            self._event(stack_id, name, name, "AWS::CloudFormation::Stack", _CLEANING, stack_id)

        def tell(status: str, reason: str = "") -> None:
            self._event(stack_id, name, str(logical_id), resource_type, status, physical_id, reason)

        for attempt in range(1, CLEANUP_ATTEMPTS + 1):
            tell("DELETE_IN_PROGRESS")
            try:
                self._remove(*arguments)
            except Exception as error:
                if attempt == CLEANUP_ATTEMPTS:
                    raise  # the emulator tells of it
                tell("DELETE_FAILED", str(error))
            else:
                tell("DELETE_COMPLETE")
                return

    def _event(
        self,
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        physical_id: str,
        reason: str = "",
    ) -> None:
        self._stacks._add_event(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id)


def keep_half_made(event: Mapping[str, Any], properties: Record, physical_id: str) -> None:
    """Keep what a failed Create has left in the stack's record, so that a roll-back or a deletion sends a Delete."""
    from ministack.services.cloudformation import _stacks

    stack = _stacks.get(_name_of(event["StackId"]))
    if stack is not None:
        stack.setdefault("_resources", {})[event["LogicalResourceId"]] = {
            "PhysicalResourceId": physical_id,
            "ResourceType": event["ResourceType"],
            "ResourceStatus": "CREATE_FAILED",
            "LogicalResourceId": event["LogicalResourceId"],
            "Properties": properties,
            "Attributes": {},
            "Timestamp": "",
        }


def _name_of(stack_id: str) -> str:
    return stack_id.split("/")[1]


def _is_custom(record: Record) -> bool:
    kind: str = record["ResourceType"]
    return kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"
