"""The SDK's inputs of ``fit`` and ``tune``: addresses, ``TrainingInput``, ``FileSystemInput`` and ``InputData``."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import ROOT, Path, at
from cdk_hpo.importing.arguments import Arguments, mapping
from cdk_hpo.importing.notes import Notes
from cdk_hpo.importing.snake import SnakeReader

#: The channel of an input that has no name of its own.
_ONLY = "training"
_CHANNEL = {
    "ContentType": "content_type",
    "CompressionType": "compression",
    "RecordWrapperType": "record_wrapping",
    "InputMode": "input_mode",
}
_S3 = {
    "S3DataDistributionType": "distribution",
    "InstanceGroupNames": "instance_groups",
    "AttributeNames": "attribute_names",
}
_FILE_SYSTEM = {
    "FileSystemId": "file_system_id",
    "FileSystemType": "file_system_type",
    "DirectoryPath": "directory_path",
    "FileSystemAccessMode": "file_system_access_mode",
}
_LOST = {"target_attribute_name": "left out: the API of tuning jobs has nothing of the kind"}


def channels(given: Any, path: Path, notes: Notes) -> list[dict[str, Any]]:
    """Return the channels of what ``fit`` or ``tune`` takes as its inputs."""
    if given is None:
        return []
    if isinstance(given, list):
        return [_named(each, at(path, index), notes) for index, each in enumerate(given)]
    if isinstance(given, Mapping) and not _is_single(given):
        return [channel(str(name), each, at(path, str(name)), notes) for name, each in given.items()]
    return [channel(_ONLY, given, path, notes)]


def channel(name: str, given: Any, path: Path, notes: Notes) -> dict[str, Any]:
    """Return one channel."""
    if not isinstance(given, Mapping):
        return {"ChannelName": name, "DataSource": _s3(given)}
    arguments = Arguments(given, path, notes)
    out: dict[str, Any] = {"ChannelName": name}
    if "file_system_id" in given:
        source = {"FileSystemAccessMode": "ro"} | arguments.taken(_FILE_SYSTEM)
        out["DataSource"] = {"FileSystemDataSource": source}
    else:
        out["DataSource"] = _s3(arguments.take("s3_data"), arguments.take("s3_data_type", "S3Prefix"))
        out["DataSource"]["S3DataSource"] |= arguments.taken(_S3) | _access(arguments)
    out |= arguments.taken(_CHANNEL)
    seed = arguments.take("shuffle_config")
    if seed is not None:
        out["ShuffleConfig"] = {"Seed": mapping(seed).get("seed", seed)}
    arguments.report((), _LOST)
    return out


def _is_single(given: Mapping[str, Any]) -> bool:
    return "s3_data" in given or "file_system_id" in given


def _s3(address: Any, data_type: Any = "S3Prefix") -> dict[str, Any]:
    return {"S3DataSource": {"S3DataType": data_type, "S3Uri": address}}


def _access(arguments: Arguments) -> dict[str, Any]:
    """Return what grants access to gated models and hubs, whose members are written in more than one way."""
    reader = SnakeReader(arguments.notes)
    given = {name: arguments.take(name) for name in ("hub_access_config", "model_access_config")}
    return reader.structure("S3DataSource", given, ROOT)


def _named(given: Any, path: Path, notes: Notes) -> dict[str, Any]:
    """Return a channel in a list: ``InputData`` or ``Channel`` of version 3."""
    content = dict(mapping(given))
    if isinstance(content.get("data_source"), str):
        content["data_source"] = {"s3_data_source": {"s3_data_type": "S3Prefix", "s3_uri": content["data_source"]}}
    elif isinstance(content.get("data_source"), Mapping):
        content["data_source"] = _in_source(content["data_source"])
    return SnakeReader(notes).structure("Channel", content, path)


def _in_source(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a ``DataSource`` around the sources that ``InputData`` takes without one."""
    for key, kind in (
        ("s3_uri", "s3_data_source"),
        ("file_system_id", "file_system_data_source"),
        ("dataset_arn", "dataset_source"),
    ):
        if key in given:
            return {kind: given}
    return given
