"""Input channels: sources, input modes, manifests, file systems."""

from __future__ import annotations

from cdk_hpo.checks.parts import Channel, Source
from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import CHANNEL, DEFINITION, FILE_SYSTEM, S3_SOURCE, rule
from cdk_hpo.checks.values import duplicates, given, items, struct, text, texts, unknown
from cdk_hpo.checks.view import Definition

_SOURCES = ("S3DataSource", "FileSystemDataSource", "DatasetSource")


@rule("channel-names-unique", DEFINITION, when="InputDataConfig")
def names_unique(definition: Definition, report: Report) -> None:
    """No two channels of a definition share a name."""
    for index, name in duplicates(definition.data, "InputDataConfig", "ChannelName"):
        path = at(definition.path, "InputDataConfig", index, "ChannelName")
        report(path, f"{shown(name)} names two channels", "a different name for each", "Rename one.", name)


@rule("data-source-exactly-one", CHANNEL, when="DataSource")
def one_source(channel: Channel, report: Report) -> None:
    """A channel has one source."""
    if len(channel.source) == 1 or unknown(channel.data, "DataSource"):
        return
    present = [name for name in _SOURCES if name in channel.source]
    if len(present) != 1:
        found = " and ".join(present) if present else "no source"
        advice = "Keep one; a further source is a further channel." if present else "Add one."
        report(at(channel.path, "DataSource"), found, f"exactly one of {', '.join(_SOURCES)}", advice)


@rule("augmented-manifest-pipe-only", S3_SOURCE, when="S3DataType", equals="AugmentedManifestFile")
def augmented_in_pipe_mode(source: Source, report: Report) -> None:
    """Augmented manifests are read in Pipe mode."""
    if source.mode not in (None, "Pipe"):
        path = at(source.path, "S3DataType")
        found = f"AugmentedManifestFile in {source.mode} mode"
        report(path, found, "AugmentedManifestFile in Pipe mode", 'Set the channel\'s InputMode to "Pipe".')


@rule("augmented-manifest-needs-attributes", S3_SOURCE, when="S3DataType", equals="AugmentedManifestFile")
def augmented_with_attributes(source: Source, report: Report) -> None:
    """An augmented manifest's attributes are chosen."""
    if not given(source.data, "AttributeNames"):
        found = "AugmentedManifestFile without AttributeNames"
        report(
            source.path,
            found,
            "the names of the attributes to stream",
            'Add AttributeNames, such as ["source-ref", "label"].',
        )


@rule("attribute-names-augmented-only", S3_SOURCE, when="AttributeNames")
def attributes_without_augmented(source: Source, report: Report) -> None:
    """Attribute names mean something for augmented manifests only."""
    data_type = text(source.data, "S3DataType")
    if given(source.data, "AttributeNames") and data_type not in (None, "AugmentedManifestFile"):
        path = at(source.path, "AttributeNames")
        found = f"AttributeNames with S3DataType {data_type}"
        report(
            path, found, "AttributeNames with AugmentedManifestFile", "Remove AttributeNames, or correct S3DataType."
        )


@rule("fast-file-s3-prefix-only", S3_SOURCE, when="S3DataType", equals="ManifestFile")
def manifest_in_fast_file_mode(source: Source, report: Report) -> None:
    """FastFile mode reads prefixes, no manifests."""
    if source.mode == "FastFile":
        path = at(source.path, "S3DataType")
        report(path, "ManifestFile in FastFile mode", "S3Prefix in FastFile mode", "Use File or Pipe mode.")


@rule("compression-pipe-only", CHANNEL, when="CompressionType", equals="Gzip")
def compressed_in_pipe_mode(channel: Channel, report: Report) -> None:
    """Gzip is read in Pipe mode only."""
    if channel.mode not in (None, "Pipe"):
        path = at(channel.path, "CompressionType")
        found = f"CompressionType Gzip in {channel.mode} mode"
        report(path, found, "Gzip in Pipe mode, None in others", 'Set it to "None", or use Pipe mode.', "Gzip")


@rule("record-wrapper-pipe-only", CHANNEL, when="RecordWrapperType", equals="RecordIO")
def wrapped_in_pipe_mode(channel: Channel, report: Report) -> None:
    """Records are wrapped in Pipe mode only."""
    if channel.mode not in (None, "Pipe"):
        path = at(channel.path, "RecordWrapperType")
        found = f"RecordWrapperType RecordIO in {channel.mode} mode"
        report(path, found, "RecordIO in Pipe mode", 'Set it to "None", or use Pipe mode.', "RecordIO")


@rule("manifest-uri-is-object", S3_SOURCE, when="S3DataType", equals="ManifestFile")
@rule("manifest-uri-is-object", S3_SOURCE, when="S3DataType", equals="AugmentedManifestFile")
def manifest_is_an_object(source: Source, report: Report) -> None:
    """A manifest is one object."""
    uri = text(source.data, "S3Uri")
    if uri is not None and uri.endswith("/"):
        path = at(source.path, "S3Uri")
        report(
            path,
            f"{shown(uri)} is a prefix",
            "the address of one manifest",
            "Add the name of the manifest's object.",
            uri,
        )


@rule("instance-group-names-known", S3_SOURCE, when="InstanceGroupNames")
def groups_known(source: Source, report: Report) -> None:
    """A channel goes to groups that the definition has."""
    definition = source.definition
    groups = items(definition.resources, "InstanceGroups")
    known = [text(group, "InstanceGroupName") if group.__class__ is dict else None for group in groups]
    if None in known or unknown(definition.data, "ResourceConfig") or unknown(definition.resources, "InstanceGroups"):
        return
    for index, name in texts(items(source.data, "InstanceGroupNames")):
        if name not in known:
            path = at(source.path, "InstanceGroupNames", index)
            allowed = ", ".join(shown(group) for group in known) or "no names: there are no InstanceGroups"
            report(
                path,
                f"{shown(name)} is no instance group of this definition",
                allowed,
                "Correct it." if known else "Remove it, or add InstanceGroups.",
                name,
            )


@rule("file-system-needs-vpc", FILE_SYSTEM)
def file_system_in_a_network(source: Source, report: Report) -> None:
    """A file system is reached through a VPC."""
    if "VpcConfig" not in source.definition.data:
        found = "a file system without VpcConfig"
        report(source.path, found, "VpcConfig in the same definition", "Add VpcConfig.")


@rule("file-system-file-mode", FILE_SYSTEM)
def file_system_in_file_mode(source: Source, report: Report) -> None:
    """File systems are mounted; the other modes stream from S3."""
    if source.mode not in (None, "File"):
        advice = 'Set the channel\'s InputMode to "File".'
        report(source.path, f"a file system in {source.mode} mode", "File mode", advice)


@rule("absolute-directory-path", FILE_SYSTEM, when="DirectoryPath")
def absolute_directory(source: Source, report: Report) -> None:
    """A directory of a file system is given by its full path."""
    directory = text(source.data, "DirectoryPath")
    if directory is not None and not directory.startswith("/"):
        path = at(source.path, "DirectoryPath")
        report(path, f"{shown(directory)} is relative", "a path that begins with /", "Write the full path.", directory)


@rule("absolute-directory-path", DEFINITION, when="CheckpointConfig")
def absolute_checkpoints(definition: Definition, report: Report) -> None:
    """The directory for checkpoints is given by its full path."""
    config = definition.data["CheckpointConfig"]
    directory = text(config, "LocalPath") if config.__class__ is dict else None
    if directory and not directory.startswith("/"):
        path = at(definition.path, "CheckpointConfig", "LocalPath")
        report(path, f"{shown(directory)} is relative", "a path that begins with /", "Write the full path.", directory)


@rule("model-eula-accepted", S3_SOURCE, when="ModelAccessConfig")
def licence_accepted(source: Source, report: Report) -> None:
    """A licence that is mentioned is accepted."""
    if struct(source.data, "ModelAccessConfig").get("AcceptEula") is False:
        path = at(source.path, "ModelAccessConfig", "AcceptEula")
        report(path, "AcceptEula is False", "True", "Accept the licence, or leave ModelAccessConfig out.", False)
