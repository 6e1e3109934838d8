"""Tags of a job: those of its definition, and those that the stack puts on all it holds."""

from typing import Any

import jsii
from aws_cdk import CfnTag, IStableAnyProducer, TagManager, TagType

from cdk_hpo.definition.tags import Tag


def tag_manager(resource_type: str, tags: tuple[Tag, ...]) -> TagManager:
    """Return what collects the tags of a job, with those of its definition in it."""
    # Values that are given with a resource yield to Tags.of(…), as everywhere in the CDK.
    given = [CfnTag(key=tag.key, value=tag.value) for tag in tags]
    return TagManager(TagType.STANDARD, resource_type, given, tag_property_name="tags")


@jsii.implements(IStableAnyProducer)
class RenderedTags:
    """Writes the tags in the API's form: a resource without a schema would get them in lower case."""

    def __init__(self, tags: TagManager) -> None:
        self._tags = tags

    def produce(self) -> Any:
        """Return the tags, sorted by key; nothing where there are none."""
        values = self._tags.tag_values()
        return [{"Key": key, "Value": values[key]} for key in sorted(values)] or None
