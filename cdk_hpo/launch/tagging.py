"""Tags of a job: those of its definition, and those that the stack puts on all it holds."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import jsii
from aws_cdk import CfnResource, CfnTag, IStableAnyProducer, Lazy, TagManager, TagType

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
class _Rendered:
    """Writes tags when the template is complete."""

    def __init__(self, tags: TagManager) -> None:
        self._tags = tags

    def produce(self) -> Any:
        return _in_order(self._tags.tag_values()) or None


class JobTags:
    """The tags of one job, in the API's form: a resource without a schema would get them in lower case."""

    def __init__(self, resource_type: str, given: tuple[Tag, ...]) -> None:
        self._resource_type, self._given = resource_type, given
        self._manager: TagManager | None = None

    @property
    def given(self) -> list[dict[str, str]] | None:
        """The tags of the definition; none where there are none."""
        return _in_order({tag.key: tag.value for tag in self._given}) or None

    def manager(self, resource: CfnResource) -> TagManager:
        """Return what ``Tags.of`` adds to; from then on the resource has its tags, written late.

        Only on demand: without it a job saves five round trips.
        """
        if self._manager is None:
            self._manager = tag_manager(self._resource_type, self._given)
            resource.add_property_override("Tags", Lazy.any(cast(Any, _Rendered(self._manager))))
        return self._manager

    def problems(self) -> list[str]:
        """Return what is wrong with the tags that a complete template has; the definition's are checked before."""
        if self._manager is None:
            return []
        return [words for _, words in problems_with_tags(self._manager.tag_values())]


def _in_order(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": values[key]} for key in sorted(values)]
