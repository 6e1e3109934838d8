"""Tags of a job: those of its definition, and those that the stack puts on all it holds."""

from collections.abc import Iterable
from typing import Any

import jsii
from aws_cdk import CfnTag, IStableAnyProducer, TagManager, TagType

from cdk_hpo.definition.tags import Tag

#: SageMaker takes 50 tags, and the function needs some to know its jobs by.
MOST_TAGS = 44
_OURS = "cdk-hpo:"


def tag_manager(resource_type: str, tags: tuple[Tag, ...]) -> TagManager:
    """Return what collects the tags of a job, with those of its definition in it."""
    # Values that are given with a resource yield to Tags.of(…), as everywhere in the CDK.
    given = [CfnTag(key=tag.key, value=tag.value) for tag in tags]
    return TagManager(TagType.STANDARD, resource_type, given, tag_property_name="tags")


def problems_with_tags(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return what is wrong with the keys of a job's tags: the rule, and the words."""
    keys = list(keys)
    problems = [
        ("tag-key-length", f"the tag key {key!r} begins with {_OURS!r}, which marks this library's own tags: rename it")
        for key in keys
        if key.startswith(_OURS)
    ]
    if len(keys) > MOST_TAGS:
        words = f"{len(keys)} tags; at most {MOST_TAGS} fit beside the six of this library's own: remove some"
        problems.append(("tags-count", words))
    return problems


@jsii.implements(IStableAnyProducer)
class RenderedTags:
    """Writes the tags in the API's form: a resource without a schema would get them in lower case."""

    def __init__(self, tags: TagManager) -> None:
        self._tags = tags

    def produce(self) -> Any:
        """Return the tags, sorted by key; nothing where there are none."""
        values = self._tags.tag_values()
        return [{"Key": key, "Value": values[key]} for key in sorted(values)] or None

    def problems(self) -> list[str]:
        """Return what is wrong with the tags that a complete template has."""
        return [words for _, words in problems_with_tags(self._tags.tag_values())]
