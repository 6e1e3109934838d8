"""What a training job reads."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from cdk_hpo.definition._codec import Choice, Flag, Many, Number, Spread, Text, Wrapped
from cdk_hpo.definition._s3 import PREFIX, S3Address
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import (
    CompressionType,
    FileSystemAccessMode,
    FileSystemType,
    RecordWrapper,
    S3DataDistribution,
    S3DataType,
    TrainingInputMode,
)

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_s3 import IBucketRef

_GROUP_NAME = Text(empty=False, rule="instance-group-name-length")
_ATTRIBUTE_NAME = Text(empty=False, rule="attribute-name-length")


class DataSource(Value):
    """The base of the places where a channel's data lies: `S3DataSource`, `FileSystemDataSource`, `DatasetSource`."""

    _shape = "DataSource"
    members: ClassVar[tuple[str, ...]]

    def to_members(self, context: object = None) -> dict[str, Any]:
        """Return the member of ``DataSource`` that says this place."""
        return {self.members[0]: self.to_wire(context)}


@value
class S3DataSource(DataSource):
    """Objects in Amazon S3.

    Parameters
    ----------
    bucket : IBucketRef or str
        The bucket, or the whole address as text such as ``s3://bucket/prefix``.
    prefix : str, optional
        The key prefix (or, for manifests, the key) in the bucket.
    data_type : S3DataType
        What the address names; ``S3Prefix`` (all objects below the prefix) by default.
    distribution : S3DataDistribution, optional
        Whether every instance gets all objects or its share; the service takes ``FullyReplicated``.
    attribute_names : sequence of str, optional
        With an augmented manifest, the attributes to read, up to 16.
    instance_group_names : sequence of str, optional
        The instance groups that get the data, up to 5; all of them when left out.
    accept_eula : bool, optional
        Accept the licence of a gated model (``ModelAccessConfig``).
    hub_content_arn : str, optional
        The hub content that grants access to the data (``HubAccessConfig``).

    Raises
    ------
    ValidationError
        When an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """

    _shape = "S3DataSource"
    members = ("S3DataSource",)

    bucket: "IBucketRef | str" = wire("S3Uri", S3Address(), kw_only=False)
    prefix: str | None = wire(None, PREFIX, default=None, kw_only=False)
    data_type: S3DataType | str = wire("S3DataType", Choice(S3DataType), default=S3DataType.S3_PREFIX)
    distribution: S3DataDistribution | str | None = wire(
        "S3DataDistributionType", Choice(S3DataDistribution), default=None
    )
    attribute_names: Sequence[str] | None = wire("AttributeNames", Many(_ATTRIBUTE_NAME), default=None)
    instance_group_names: Sequence[str] | None = wire("InstanceGroupNames", Many(_GROUP_NAME), default=None)
    accept_eula: bool | None = wire("ModelAccessConfig", Wrapped("AcceptEula", Flag()), default=None)
    hub_content_arn: str | None = wire("HubAccessConfig", Wrapped("HubContentArn", Text()), default=None)


@value
class FileSystemDataSource(DataSource):
    """A directory of an Amazon EFS or FSx for Lustre file system; the job then needs a VPC.

    Parameters
    ----------
    file_system_id : str
        The file system's id, ``fs-`` and hexadecimal digits.
    directory_path : str
        The directory, up to 4,096 characters; for FSx it begins with the mount name.
    type : FileSystemType
        ``EFS`` or ``FSxLustre``.
    access_mode : FileSystemAccessMode
        How it is mounted; read only by default.

    Raises
    ------
    ValidationError
        When an argument is not text.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_FileSystemDataSource.html
    """

    _shape = "FileSystemDataSource"
    members = ("FileSystemDataSource",)

    file_system_id: str = wire("FileSystemId", Text(empty=False, rule="file-system-id"), kw_only=False)
    directory_path: str = wire("DirectoryPath", Text(), kw_only=False)
    type: FileSystemType | str = wire("FileSystemType", Choice(FileSystemType))
    access_mode: FileSystemAccessMode | str = wire(
        "FileSystemAccessMode", Choice(FileSystemAccessMode), default=FileSystemAccessMode.READ_ONLY
    )


@value
class DatasetSource(DataSource):
    """A data set of a SageMaker hub.

    Parameters
    ----------
    dataset_arn : str
        The hub content's ARN, of the type ``DataSet``.

    Raises
    ------
    ValidationError
        When the ARN is not text.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DatasetSource.html
    """

    _shape = "DatasetSource"
    members = ("DatasetSource",)

    dataset_arn: str = wire("DatasetArn", Text(empty=False, rule="dataset-arn-pattern"), kw_only=False)


_SOURCES: dict[str, type[DataSource]] = {
    "S3DataSource": S3DataSource,
    "FileSystemDataSource": FileSystemDataSource,
    "DatasetSource": DatasetSource,
}


def _read(data: Mapping[str, Any]) -> DataSource:
    ((member, content),) = data.items()
    return _SOURCES[member].from_wire(content)


_DATA_SOURCE = Spread(
    DataSource,
    _read,
    members=tuple(_SOURCES),
    hint="S3DataSource(…), FileSystemDataSource(…) or DatasetSource(…)",
    advice="for a bucket or an address in S3 write Channel.from_bucket(…)",
)


@value
class Channel(Value):
    """One named source of data for the training jobs.

    Parameters
    ----------
    name : str
        The channel's name, 1 to 64 letters, digits, dots, hyphens and underscores.
    source : S3DataSource or FileSystemDataSource or DatasetSource
        Where the data lies.
    content_type : str, optional
        The data's MIME type, up to 256 characters.
    compression : CompressionType, optional
        ``Gzip`` for compressed data, in Pipe mode only.
    record_wrapper : RecordWrapper, optional
        ``RecordIO`` to have raw records wrapped, in Pipe mode only.
    input_mode : TrainingInputMode, optional
        How this channel's data reaches the container; the algorithm's mode when left out.
    shuffle_seed : int, optional
        Shuffle the data with this seed (``ShuffleConfig``), a 64-bit whole number.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html
    """

    _shape = "Channel"

    name: str = wire("ChannelName", Text(empty=False, rule="channel-name-length"), kw_only=False)
    source: DataSource = wire("DataSource", _DATA_SOURCE, kw_only=False)
    content_type: str | None = wire("ContentType", Text(), default=None)
    compression: CompressionType | str | None = wire("CompressionType", Choice(CompressionType), default=None)
    record_wrapper: RecordWrapper | str | None = wire("RecordWrapperType", Choice(RecordWrapper), default=None)
    input_mode: TrainingInputMode | str | None = wire("InputMode", Choice(TrainingInputMode), default=None)
    shuffle_seed: int | None = wire("ShuffleConfig", Wrapped("Seed", Number()), default=None)

    @classmethod
    def from_bucket(
        cls,
        name: str,
        bucket: "IBucketRef | str",
        prefix: str | None = None,
        *,
        data_type: S3DataType | str = S3DataType.S3_PREFIX,
        distribution: S3DataDistribution | str | None = None,
        attribute_names: Sequence[str] | None = None,
        content_type: str | None = None,
        compression: CompressionType | str | None = None,
        record_wrapper: RecordWrapper | str | None = None,
        input_mode: TrainingInputMode | str | None = None,
        shuffle_seed: int | None = None,
    ) -> Self:
        """Return a channel that reads from S3; see `Channel` and `S3DataSource` for the arguments."""
        source = S3DataSource(
            bucket, prefix, data_type=data_type, distribution=distribution, attribute_names=attribute_names
        )
        return cls(
            name,
            source,
            content_type=content_type,
            compression=compression,
            record_wrapper=record_wrapper,
            input_mode=input_mode,
            shuffle_seed=shuffle_seed,
        )
