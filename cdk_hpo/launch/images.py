"""Addresses of built-in images in a stack whose region is known only at deployment."""

import hashlib
import json
from typing import cast

from aws_cdk import CfnMapping, Stack

from cdk_hpo.access.partition import Place
from cdk_hpo.definition.algorithm import BuiltInAlgorithm, ImageAddresses
from cdk_hpo.definition.images import ANYWHERE, BuiltInImage, RegionalAddresses
from cdk_hpo.definition.tuning import TuningJobDefinition


class MappedAddresses:
    """Looks the registry's account up in a mapping of the template."""

    def __init__(self, stack: Stack, place: Place) -> None:
        self._stack = stack
        self._place = place

    def address(self, image: BuiltInImage) -> str:
        """Return the image's address, with the account by region."""
        # A registry is known by its accounts; the same ones share a mapping.
        digest = hashlib.sha256(json.dumps(dict(image.accounts), sort_keys=True).encode()).hexdigest()[:8]
        id = f"TuningImageAccounts{digest}"
        mapping = cast(CfnMapping | None, self._stack.node.try_find_child(id)) or CfnMapping(
            self._stack, id, mapping={region: {"Account": account} for region, account in image.accounts.items()}
        )
        account = mapping.find_in_map(self._place.region, "Account")
        return image.address(account, self._place.region, self._place.url_suffix)


def are_mapped(definition: TuningJobDefinition, place: Place) -> bool:
    """Tell whether addresses of the definition's images come from a mapping: of built-in ones in an unknown region."""
    algorithms = [job.algorithm for job in definition.training_jobs]
    return not place.knows_region and any(isinstance(each, BuiltInAlgorithm) for each in algorithms)


def addresses_to_check(place: Place) -> ImageAddresses:
    """Return the addresses in the stack's region, or good enough ones for the checks where that is not known."""
    return RegionalAddresses(place.region) if place.knows_region else ANYWHERE
