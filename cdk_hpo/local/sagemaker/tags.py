"""Tags of a resource: a map from key to value, with the service's limits."""

from collections.abc import Iterable, Mapping

from .errors import invalid

MAX_TAGS = 50
RESERVED_PREFIX = "aws:"


def from_list(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Read the wire form, refusing reserved and repeated keys."""
    found: dict[str, str] = {}
    for tag in tags:
        key = tag["Key"]
        if key.lower().startswith(RESERVED_PREFIX):
            raise invalid("aws: prefixed tag key names are not allowed for external use.")
        if key in found:
            raise invalid(f"Tag keys must be unique per resource: the key {key} is given more than once.")
        found[key] = tag["Value"]
    return found


def to_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Write the wire form, in the order in which the keys were added."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def merged(present: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Return both sets of tags, refusing more than the service keeps on one resource."""
    result = {**present, **added}
    if len(result) > MAX_TAGS:
        raise invalid(f"The resource would have {len(result)} tags; the limit is {MAX_TAGS} tags per resource.")
    return result


def without(present: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the tags that stay; keys that are not there are no error."""
    gone = set(keys)
    return {key: value for key, value in present.items() if key not in gone}
