"""Volumes, output and encryption keys."""

from __future__ import annotations

import re
from functools import cache

from cdk_hpo.checks.parts import Resources
from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import DEFINITION, RESOURCES, TUNING_RESOURCES, rule
from cdk_hpo.checks.tables import has_local_storage, local_storage
from cdk_hpo.checks.values import given, structs, text
from cdk_hpo.checks.view import Definition

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_VOLUME = "VolumeSizeInGB"
_LISTS = ("InstanceGroups", "InstancePreferences")
_KEY_ID = r"(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|mrk-[0-9a-fA-F]{32})"
_ARN = r"arn:aws[a-z-]*:kms:[a-z0-9-]*:[0-9]*:"


@cache
def _key() -> re.Pattern[str]:
    return re.compile(rf"{_KEY_ID}|{_ARN}key/[A-Za-z0-9-]+")


@cache
def _key_or_alias() -> re.Pattern[str]:
    return re.compile(rf"{_KEY_ID}|{_ARN}key/[A-Za-z0-9-]+|(?:{_ARN})?alias/[a-zA-Z0-9/_-]+")


@cache
def _directory_bucket() -> re.Pattern[str]:
    return re.compile(r"(?:s3|https)://[^/]*--[a-z0-9-]+--x-s3(?:/.*)?", re.DOTALL)


@rule("volume-size-required", RESOURCES)
def volume_given(resources: Resources, report: Report) -> None:
    """Types without local storage need a volume."""
    if resources.data.get(_VOLUME, 0) != 0:
        return
    types = [name for _, name in resources.types(*_LISTS) if has_local_storage(name) is False]
    if types:
        path = at(resources.path, _VOLUME) if _VOLUME in resources.data else resources.path
        found = f"no volume for {', '.join(dict.fromkeys(types))}, which has no storage of its own"
        report(
            path, found, f"{_VOLUME} of at least 1", f"Set {_VOLUME}, to 30 for example.", resources.data.get(_VOLUME)
        )


@rule("volume-size-local-storage", RESOURCES, when=_VOLUME)
def volume_beside_local(resources: Resources, report: Report) -> None:
    """Local storage cannot be enlarged."""
    for _, name in resources.types(*_LISTS):
        _too_large(name, resources.data[_VOLUME], resources.path, report)


@rule("tuning-volume-size-local-storage", TUNING_RESOURCES, when=_VOLUME)
def tuning_volume_beside_local(resources: Resources, report: Report) -> None:
    """Local storage cannot be enlarged."""
    _too_large(resources.data.get("InstanceType"), resources.data[_VOLUME], resources.path, report)


@rule("tuning-volume-size-local-storage", TUNING_RESOURCES, when="InstanceConfigs")
def config_volume_beside_local(resources: Resources, report: Report) -> None:
    """So it is in each of InstanceConfigs."""
    for index, item in structs(resources.data, "InstanceConfigs"):
        path = at(resources.path, "InstanceConfigs", index)
        _too_large(item.get("InstanceType"), item.get(_VOLUME), path, report)


def _too_large(instance_type: Any, size: Any, path: Path, report: Report) -> None:
    most = local_storage().get(instance_type)
    if most is None or not isinstance(size, int) or size <= most:
        return
    found = f"{size} GB on {instance_type}, which has {most} GB of local storage"
    advice = f"Lower it to {most}, or choose a larger type."
    report(at(path, _VOLUME), found, f"at most {most}", advice, size)


@rule("volume-kms-local-storage", RESOURCES, TUNING_RESOURCES, when="VolumeKmsKeyId")
def key_for_local_storage(resources: Resources, report: Report) -> None:
    """Local storage has its own encryption."""
    types = [name for _, name in resources.types(*_LISTS, "InstanceConfigs") if has_local_storage(name)]
    if types and given(resources.data, "VolumeKmsKeyId"):
        path = at(resources.path, "VolumeKmsKeyId")
        found = f"a volume key for {', '.join(dict.fromkeys(types))}, which has local storage"
        report(path, found, "a volume key for types without local storage", "Remove VolumeKmsKeyId.")


@rule("volume-kms-format", RESOURCES, TUNING_RESOURCES, when="VolumeKmsKeyId")
def volume_key(resources: Resources, report: Report) -> None:
    """A volume's key is given by id or ARN."""
    key = text(resources.data, "VolumeKmsKeyId")
    if key and not _key().fullmatch(key):
        path = at(resources.path, "VolumeKmsKeyId")
        report(
            path,
            f"{shown(key)} is no key id or key ARN",
            "a key id or key ARN",
            "Write the key's id or ARN; an alias does not do.",
            key,
        )


@rule("output-kms-format", DEFINITION, when="OutputDataConfig.KmsKeyId")
def output_key(definition: Definition, report: Report) -> None:
    """The output's key is given by id, ARN or alias."""
    output = definition.data["OutputDataConfig"]
    key = text(output, "KmsKeyId")
    if key and not _key_or_alias().fullmatch(key):
        path = at(definition.path, "OutputDataConfig", "KmsKeyId")
        allowed = "a key id, key ARN, alias/NAME or alias ARN"
        report(
            path,
            f"{shown(key)} is no key",
            allowed,
            "Write the key's id or ARN; put alias/ before the name of an alias.",
            key,
        )


@rule("output-kms-s3-express", DEFINITION, when="OutputDataConfig.KmsKeyId")
def key_for_directory_bucket(definition: Definition, report: Report) -> None:
    """Directory buckets take no key."""
    output = definition.data["OutputDataConfig"]
    uri = text(output, "S3OutputPath")
    if uri is not None and given(output, "KmsKeyId") and _directory_bucket().fullmatch(uri):
        path = at(definition.path, "OutputDataConfig", "KmsKeyId")
        found = "a KMS key for output to an S3 Express One Zone bucket"
        report(path, found, "no key with such a bucket", "Remove KmsKeyId, or choose another bucket.")


@rule("output-path-s3-scheme", DEFINITION, when="OutputDataConfig.S3OutputPath")
def output_scheme(definition: Definition, report: Report) -> None:
    """Output goes to an s3:// address."""
    output = definition.data["OutputDataConfig"]
    uri = text(output, "S3OutputPath")
    if uri is not None and uri.startswith("https://"):
        path = at(definition.path, "OutputDataConfig", "S3OutputPath")
        report(
            path,
            f"{shown(uri)} is an address for browsers",
            "s3://BUCKET/PREFIX",
            "Write it as s3://BUCKET/PREFIX.",
            uri,
        )
