"""From the address of an image back to the built-in algorithm that it is."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from cdk_hpo._files import package_json
from cdk_hpo.definition.algorithm import Algorithm, TrainingImage
from cdk_hpo.definition.images import built_in_image

_ADDRESS = re.compile(r"[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+/([^:@]+):([^:@]+)")


class Known(NamedTuple):
    """A built-in algorithm: its name, its version unless there is only one, and the region of the address."""

    name: str
    version: str | None
    region: str


def known_image(image: str) -> Known | None:
    """Return the algorithm whose image in that region has exactly this address."""
    address = _ADDRESS.fullmatch(image)
    if address is None:
        return None
    region, repository, tag = address.groups()
    for name, versions in package_json("definition/data/builtin_images.json")["algorithms"].items():
        for version, entry in versions.items():
            if (entry["repository"], entry["tag"]) == (repository, tag) and _address(name, version, region) == image:
                return Known(name, version if len(versions) > 1 else None, region)
    return None


def region_of(algorithms: Iterable[Algorithm]) -> str | None:
    """Return the region of the first built-in image among some algorithms; all others must be of the same."""
    for each in algorithms:
        known = known_image(each.image) if isinstance(each, TrainingImage) else None
        if known is not None:
            return known.region
    return None


def _address(name: str, version: str, region: str) -> str | None:
    try:
        return built_in_image(name, version).in_region(region)
    except LookupError:
        return None
