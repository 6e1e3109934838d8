"""Where AWS keeps the images of SageMaker's built-in algorithms."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cdk_hpo.definition._shown import quoted

#: The registries' domains outside the commercial and GovCloud regions, by the region's prefix.
_DOMAINS = {
    "cn-": "amazonaws.com.cn",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
}
_TABLE = Path(__file__).parent / "data" / "builtin_images.json"


@dataclass(frozen=True)
class BuiltInImage:
    """One image of a built-in algorithm: its repository and tag, and the registry's account in each region."""

    repository: str
    tag: str
    accounts: Mapping[str, str]

    def in_region(self, region: str) -> str:
        """Return the image's address in a region.

        Raises
        ------
        LookupError
            When AWS does not offer the image there.
        """
        account = self.accounts.get(region)
        if account is None:
            raise LookupError(
                f"{self.repository}:{self.tag} is not known in {region!r}; "
                f"known regions: {', '.join(sorted(self.accounts))}"
            )
        domain = next((each for prefix, each in _DOMAINS.items() if region.startswith(prefix)), "amazonaws.com")
        return self.address(account, region, domain)

    def address(self, account: str, region: str, domain: str) -> str:
        """Return the image's address for the parts given, which may be tokens."""
        return f"{account}.dkr.ecr.{region}.{domain}/{self.repository}:{self.tag}"


class RegionalAddresses:
    """Gives the addresses of built-in images in one known region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def address(self, image: BuiltInImage) -> str:
        """Return the image's address in the region."""
        return image.in_region(self._region)


#: For whom any address will do: this region has all of the algorithms.
ANYWHERE = RegionalAddresses("us-east-1")


def built_in_image(name: str, version: str | None) -> BuiltInImage:
    """Find a built-in algorithm's image.

    Raises
    ------
    LookupError
        When there is no such algorithm or version; the message says what there is.
    """
    algorithms = _table()["algorithms"]
    versions = algorithms.get(name)
    if versions is None:
        near = difflib.get_close_matches(name, algorithms, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(algorithms))}"
        raise LookupError(f"there is no built-in algorithm {quoted(name)}: {hint}")
    if version is None and len(versions) > 1:
        raise LookupError(f"{name} has more than one version, name one of {', '.join(versions)}")
    found = next(iter(versions.values())) if version is None else versions.get(version)
    if found is None:
        raise LookupError(f"there is no version {quoted(version or '')} of {name}: there are {', '.join(versions)}")
    return BuiltInImage(found["repository"], found["tag"], _table()["registries"][found["registry"]])


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return table
