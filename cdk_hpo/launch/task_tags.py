"""Tags of a workflow's jobs: those of the definition, and those that the stack puts on all it holds."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import jsii
from aws_cdk import CfnTag, IStableAnyProducer, Lazy, TagManager, TagType, Token
from aws_cdk import aws_stepfunctions as sfn

from cdk_hpo.launch.run_time import known_part, rendered

#: What ``Tags.of`` calls these jobs when it includes or leaves out types.
_TYPE = "Custom::SageMakerHyperParameterTuningJob"


class TaskTags:
    """The tags of the jobs that a state makes; what ``Tags.of`` adds is known when the template is complete."""

    def __init__(self, given: Sequence[dict[str, str]] | None, language: sfn.QueryLanguage) -> None:
        self._given, self._language = given, language
        self._manager: TagManager | None = None

    @property
    def manager(self) -> TagManager:
        """What ``Tags.of`` adds to."""
        if self._manager is None:
            # Values that are given with a resource yield to Tags.of(…), as everywhere in the CDK.
            given = [CfnTag(key=tag["Key"], value=tag["Value"]) for tag in self._given or ()]
            self._manager = TagManager(TagType.STANDARD, _TYPE, given, tag_property_name="tags")
        return self._manager

    def parameter(self) -> str:
        """Return a token for the tags as a state's parameter."""
        return _late(self._rendered)

    def known(self) -> str:
        """Return a token for what is known of the tags."""
        return _late(lambda: known_part(self._rendered()))

    def _rendered(self) -> list[dict[str, Any]] | None:
        tags = self._given
        if self._manager is not None:
            values = self._manager.tag_values()
            tags = [{"Key": key, "Value": values[key]} for key in sorted(values)] or self._given
        return None if tags is None else rendered({"Tags": tags}, self._language)["Tags"]


def _late(write: Callable[[], Any]) -> str:
    # As text: an object that stands for a value would be looked into for paths of JSONPath.
    return Token.as_string(Lazy.any(cast(Any, _Late(write))))


@jsii.implements(IStableAnyProducer)
class _Late:
    """Writes a value when the template is complete."""

    def __init__(self, write: Callable[[], Any]) -> None:
        self._write = write

    def produce(self) -> Any:
        return self._write()
