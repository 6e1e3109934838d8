"""The API's enumerations, with the strings that go over the wire."""

from enum import StrEnum


class ObjectiveType(StrEnum):
    """Whether the objective metric is to become large or small (``HyperParameterTuningJobObjectiveType``)."""

    MAXIMIZE = "Maximize"
    MINIMIZE = "Minimize"


class ScalingType(StrEnum):
    """The scale on which a range is searched (``HyperParameterScalingType``)."""

    AUTO = "Auto"
    LINEAR = "Linear"
    LOGARITHMIC = "Logarithmic"
    REVERSE_LOGARITHMIC = "ReverseLogarithmic"


class EarlyStopping(StrEnum):
    """Whether training jobs that will not win are stopped early (``TrainingJobEarlyStoppingType``)."""

    OFF = "Off"
    AUTO = "Auto"


class CompleteOnConvergence(StrEnum):
    """Whether the tuning job ends when it has converged (``CompleteOnConvergence``)."""

    DISABLED = "Disabled"
    ENABLED = "Enabled"


class TrainingInputMode(StrEnum):
    """How training data reaches the container (``TrainingInputMode``)."""

    PIPE = "Pipe"
    FILE = "File"
    FAST_FILE = "FastFile"


class S3DataType(StrEnum):
    """What an S3 address of training data names (``S3DataType``)."""

    MANIFEST_FILE = "ManifestFile"
    S3_PREFIX = "S3Prefix"
    AUGMENTED_MANIFEST_FILE = "AugmentedManifestFile"
    CONVERSE = "Converse"


class S3DataDistribution(StrEnum):
    """How objects are spread over the instances of a training job (``S3DataDistribution``)."""

    FULLY_REPLICATED = "FullyReplicated"
    SHARDED_BY_S3_KEY = "ShardedByS3Key"


class CompressionType(StrEnum):
    """How a channel's data is compressed (``CompressionType``)."""

    NONE = "None"
    GZIP = "Gzip"


class RecordWrapper(StrEnum):
    """Whether raw records are wrapped in RecordIO (``RecordWrapper``)."""

    NONE = "None"
    RECORD_IO = "RecordIO"


class OutputCompressionType(StrEnum):
    """How the model artifact is compressed (``OutputCompressionType``)."""

    GZIP = "GZIP"
    NONE = "NONE"


class FileSystemAccessMode(StrEnum):
    """How a file system is mounted (``FileSystemAccessMode``)."""

    READ_WRITE = "rw"
    READ_ONLY = "ro"


class FileSystemType(StrEnum):
    """The kind of a file system (``FileSystemType``)."""

    EFS = "EFS"
    FSX_LUSTRE = "FSxLustre"


class AllocationStrategy(StrEnum):
    """How an instance type is chosen among ``InstanceConfigs`` (``HyperParameterTuningAllocationStrategy``)."""

    PRIORITIZED = "Prioritized"


class WarmStartType(StrEnum):
    """What a tuning job takes over from its parents (``HyperParameterTuningJobWarmStartType``)."""

    IDENTICAL_DATA_AND_ALGORITHM = "IdenticalDataAndAlgorithm"
    TRANSFER_LEARNING = "TransferLearning"


class AutotuneMode(StrEnum):
    """Whether SageMaker chooses ranges and settings that were left out (``AutotuneMode``)."""

    ENABLED = "Enabled"
