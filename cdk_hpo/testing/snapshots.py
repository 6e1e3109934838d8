"""Templates as text that changes only when what is deployed changes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from cdk_hpo.testing.readable import readable
from cdk_hpo.testing.templates import template_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.testing.templates import TemplateLike

#: Names that the CDK gives to published files (``<sha256>.zip``, alone or at the end of an address) and images. Other
#: digests, of an image that the user pins for instance, are the user's own.
_FILE = re.compile(r"(?<![^/])[0-9a-f]{64}(?=\.[a-z.]+$)")
_IMAGE = re.compile(r"(?<=:)([\w.-]*?)[0-9a-f]{64}$")
_IMAGE_REPOSITORY = "-container-assets-"
#: What the CDK adds to each template, whatever is in it.
_ADDED = {
    "Parameters": ("BootstrapVersion",),
    "Rules": ("CheckBootstrapVersion",),
    "Conditions": ("CDKMetadataAvailable",),
    "Resources": ("CDKMetadata",),
}
#: Metadata that depend on how the app is run.
_ENVIRONMENT = ("aws:cdk:path", "aws:asset:")


def snapshot_of(template: TemplateLike) -> str:
    """Return a template as text for a snapshot test.

    The digests of published files and images are masked, so that a new version of a function's code changes nothing.
    What CloudFormation computes is written as ``${Models.Arn}``. What the CDK adds to every template, and metadata
    that depend on how the app is run, are left out.

    Parameters
    ----------
    template : Stack, Template, mapping, str or PathLike
        As `requests_of` takes it.

    Returns
    -------
    str
        JSON, indented, with a newline at its end. It is not a template that can be deployed.

    Raises
    ------
    TypeError, ValueError
        As `requests_of`.
    """
    shown = {section: _section(section, each) for section, each in template_of(template).items()}
    kept = {section: each for section, each in shown.items() if each != {}}
    return json.dumps(_masked(readable(kept)), indent=2, ensure_ascii=False) + "\n"


def _section(section: str, content: Any) -> Any:
    if not isinstance(content, Mapping):
        return content
    kept = {name: each for name, each in content.items() if name not in _ADDED.get(section, ())}
    if section == "Resources":
        return {name: _without_environment(each) for name, each in kept.items()}
    return kept


def _without_environment(resource: Any) -> Any:
    if not isinstance(resource, Mapping) or not isinstance(resource.get("Metadata"), Mapping):
        return resource
    metadata = {name: each for name, each in resource["Metadata"].items() if not name.startswith(_ENVIRONMENT)}
    others = {name: each for name, each in resource.items() if name != "Metadata"}
    return {**others, "Metadata": metadata} if metadata else others


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _masked(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if not isinstance(value, str):
        return value
    if _IMAGE_REPOSITORY in value:
        return _IMAGE.sub(r"\1<asset>", value)
    return _FILE.sub("<asset>", value)
