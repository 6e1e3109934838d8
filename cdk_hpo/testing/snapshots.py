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

#: What the CDK publishes to. Digests elsewhere, of an image that the user pins or of a file in the user's bucket, are
#: the user's own.
_BUCKET = r"cdk-[a-z0-9]+-assets-"
_BUCKET_NAME = re.compile(f"{_BUCKET}[^/]*")
_ADDRESS = re.compile(
    rf"((?:s3://|:s3:::|https://(?:s3[^/\s\"]*/)?){_BUCKET}[^/\s\"]*/(?:[^/\s\"]+/)*)[0-9a-f]{{64}}(?=\.[a-z.]+)"
)
_IMAGE = re.compile(r"(/cdk-[a-z0-9]+-container-assets-[^/\s\"]*:[\w.-]*?)[0-9a-f]{64}(?![\w.-])")
#: A whole text that is the key or the address of a published file.
_KEY = re.compile(r"((?:[^/]*/)*)[0-9a-f]{64}(\.[a-z.]+)")
#: Where a resource names a published file, whatever the bucket is called that the user has chosen for all.
_PUBLISHED = {
    "AWS::Lambda::Function": ("Code", "S3Key"),
    "AWS::Lambda::LayerVersion": ("Content", "S3Key"),
    "AWS::CloudFormation::Stack": ("TemplateURL",),
}
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

    The digests of files and images that the CDK publishes are masked, so that a new version of a function's code
    changes nothing; those of other files and images are not.
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
        return {name: _without_code(_without_environment(each)) for name, each in kept.items()}
    return kept


def _without_environment(resource: Any) -> Any:
    if not isinstance(resource, Mapping) or not isinstance(resource.get("Metadata"), Mapping):
        return resource
    metadata = {name: each for name, each in resource["Metadata"].items() if not name.startswith(_ENVIRONMENT)}
    others = {name: each for name, each in resource.items() if name != "Metadata"}
    return {**others, "Metadata": metadata} if metadata else others


def _without_code(resource: Any) -> Any:
    """Return a resource without the digest of its code or its template."""
    steps = _PUBLISHED.get(str(resource.get("Type")), ()) if isinstance(resource, Mapping) else ()
    return _replaced(resource, ("Properties", *steps)) if steps else resource


def _replaced(value: Any, steps: tuple[str, ...]) -> Any:
    if not steps:
        return _masked(readable(value), published=True)
    if not isinstance(value, Mapping) or steps[0] not in value:
        return value
    return {**value, steps[0]: _replaced(value[steps[0]], steps[1:])}


def _masked(value: Any, *, published: bool = False) -> Any:
    """Return a value without the digests of published files; ``published`` says that a text is the key of one."""
    if isinstance(value, Mapping):
        beside = any(_is_bucket(each) for each in value.values())
        return {key: _masked(each, published=beside and _is_key(str(key))) for key, each in value.items()}
    if isinstance(value, list):
        return [_masked(each, published=published) for each in value]
    if not isinstance(value, str):
        return value
    if published and (key := _KEY.fullmatch(value)):
        return f"{key[1]}<asset>{key[2]}"
    return _IMAGE.sub(r"\1<asset>", _ADDRESS.sub(r"\1<asset>", value))


def _is_bucket(value: Any) -> bool:
    """Tell whether a value is the name of the CDK's bucket, or a list of that."""
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(each, str) and _BUCKET_NAME.fullmatch(each) for each in texts)


def _is_key(name: str) -> bool:
    """Tell whether a member holds keys of files: ``S3Key``, ``SourceObjectKeys``."""
    return name.lower().endswith(("key", "keys"))
