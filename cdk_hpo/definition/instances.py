"""The machines that training jobs run on."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from cdk_hpo.definition._codec import Choice, Flag, Many, Nested, Number, Spread, Text
from cdk_hpo.definition._measure import GIBIBYTES, SECONDS, Measure
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import AllocationStrategy
from cdk_hpo.definition.output import KMS_KEY

if TYPE_CHECKING:
    from aws_cdk import Duration, Size
    from aws_cdk.interfaces.aws_kms import IKeyRef

_TYPE = Text(empty=False, rule="instance-type-enum", such_as="ml.m5.large")
_COUNT = Number(at_least=1, rule="instance-count-positive")
_VOLUME = Measure(*GIBIBYTES, at_least=0, rule="volume-size-min")
_KEEP_ALIVE = Measure(*SECONDS, at_least=0, rule="keep-alive-range")


class Resources(Value):
    """The base of the ways to choose machines.

    `Instances`, `InstanceGroups` and `InstancePreferences` are written as ``ResourceConfig``, `TuningInstances` and
    `InstanceConfigs` as ``HyperParameterTuningResourceConfig``.
    """

    members: ClassVar[tuple[str, ...]] = ("ResourceConfig",)

    def to_members(self, context: object = None) -> dict[str, Any]:
        """Return the member of the training job definition that says these machines."""
        return {self.members[0]: self.to_wire(context)}


@value
class PlacementSpecification(Value):
    """How many instances run on one UltraServer.

    Parameters
    ----------
    instance_count : int
        The number of instances, at least 1.
    ultra_server_id : str, optional
        The UltraServer's id, up to 256 characters.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_PlacementSpecification.html
    """

    _shape = "PlacementSpecification"

    instance_count: int = wire("InstanceCount", Number(at_least=0, rule="instance-count-min"))
    ultra_server_id: str | None = wire("UltraServerId", Text(), default=None)


@value
class InstancePlacement(Value):
    """How instances are placed on UltraServers (``InstancePlacementConfig``).

    Parameters
    ----------
    enable_multiple_jobs : bool, optional
        Whether several jobs may share an UltraServer.
    specifications : sequence of PlacementSpecification, optional
        The placement, up to 10 items.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstancePlacementConfig.html
    """

    _shape = "InstancePlacementConfig"

    enable_multiple_jobs: bool | None = wire("EnableMultipleJobs", Flag(), default=None)
    specifications: Sequence[PlacementSpecification] | None = wire(
        "PlacementSpecifications", Many(Nested(PlacementSpecification)), default=None
    )


_PLACEMENT = Nested(InstancePlacement)


@value
class _ResourceConfig(Resources):
    """What the three forms of ``ResourceConfig`` have in common."""

    _shape = "ResourceConfig"

    volume: "Size | int | None" = wire("VolumeSizeInGB", _VOLUME, default=None)
    volume_encryption_key: "IKeyRef | str | None" = wire("VolumeKmsKeyId", KMS_KEY, default=None)
    keep_alive: "Duration | int | None" = wire("KeepAlivePeriodInSeconds", _KEEP_ALIVE, default=None)
    training_plan_arn: str | None = wire("TrainingPlanArn", Text(), default=None)
    selected_instance_type: str | None = wire("SelectedInstanceType", _TYPE, default=None)
    selected_instance_count: int | None = wire(
        "SelectedInstanceCount", Number(at_least=0, rule="instance-count-min"), default=None
    )

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Read ``ResourceConfig``."""
        # An empty list of groups stands for nothing, but is written again as it was read.
        groups = data.get("InstanceGroups")
        if groups != []:
            return super().from_wire(data)
        read = super().from_wire({name: each for name, each in data.items() if name != "InstanceGroups"})
        object.__setattr__(read, "_empty_groups", True)
        return read

    def to_wire(self, context: object = None) -> dict[str, Any]:
        """Return ``ResourceConfig``."""
        groups: dict[str, Any] = {"InstanceGroups": []} if getattr(self, "_empty_groups", False) else {}
        return super().to_wire(context) | groups


@value
class Instances(_ResourceConfig):
    """Machines of one type.

    Parameters
    ----------
    instance_type : str
        The type, for example ``ml.m5.xlarge``.
    count : int
        The number of instances of each training job, at least 1; 1 by default.
    volume : Size or int, optional
        The storage volume of each instance (``VolumeSizeInGB``; an ``int`` is in GiB), at least 1 GiB. Types with
        their own disks need none.
    volume_encryption_key : IKeyRef or str, optional
        The KMS key that encrypts the volume; not for types with local disks.
    keep_alive : Duration or int, optional
        Warm pool time (``KeepAlivePeriodInSeconds``; an ``int`` is in seconds), up to 6 hours; tuning jobs ignore it.
    training_plan_arn : str, optional
        The training plan whose capacity is used.
    placement : InstancePlacement, optional
        The placement on UltraServers.
    selected_instance_type, selected_instance_count : optional
        What the service chose; it sets them itself and refuses them in a request.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type, the type is empty, or a number is below its minimum.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
    """

    instance_type: str = wire("InstanceType", _TYPE, kw_only=False)
    count: int = wire("InstanceCount", _COUNT, default=1)
    placement: InstancePlacement | None = wire("InstancePlacementConfig", _PLACEMENT, default=None)


@value
class InstanceGroup(Value):
    """One group of a heterogeneous cluster.

    Parameters
    ----------
    name : str
        The group's name, 1 to 64 characters.
    instance_type : str
        The type, for example ``ml.g5.xlarge``.
    count : int
        The number of instances, at least 1.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstanceGroup.html
    """

    _shape = "InstanceGroup"

    name: str = wire("InstanceGroupName", Text(empty=False, rule="instance-group-name-length"), kw_only=False)
    instance_type: str = wire("InstanceType", _TYPE, kw_only=False)
    count: int = wire("InstanceCount", _COUNT)


@value
class InstanceGroups(_ResourceConfig):
    """Groups of different machines that train together (a heterogeneous cluster).

    Parameters
    ----------
    groups : sequence of InstanceGroup
        The groups, 1 to 5.
    volume, volume_encryption_key, keep_alive, training_plan_arn, placement
        See `Instances`.
    selected_instance_type, selected_instance_count
        See `Instances`.

    Raises
    ------
    ValidationError
        When there is no group, or an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/train-heterogeneous-cluster.html
    """

    groups: Sequence[InstanceGroup] = wire(
        "InstanceGroups", Many(Nested(InstanceGroup), at_least=1, rule="resource-needs-instances"), kw_only=False
    )
    placement: InstancePlacement | None = wire("InstancePlacementConfig", _PLACEMENT, default=None)


@value
class InstancePreference(Value):
    """One machine type of a list of preferences.

    Parameters
    ----------
    instance_type : str
        The type, for example ``ml.p5.48xlarge``.
    count : int, optional
        The number of instances of this type, at least 1.
    training_plan_arns : sequence of str, optional
        The training plan for this type, exactly one.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InstancePreference.html
    """

    _shape = "InstancePreference"

    instance_type: str = wire("InstanceType", _TYPE, kw_only=False)
    count: int | None = wire("InstanceCount", _COUNT, default=None)
    training_plan_arns: Sequence[str] | None = wire(
        "TrainingPlanArns", Many(Text(), at_least=1, rule="training-plan-arns-count"), default=None
    )


@value
class InstancePreferences(_ResourceConfig):
    """Machine types in order of preference; the service takes the first that it can get.

    Parameters
    ----------
    preferences : sequence of InstancePreference
        The types, 1 to 5.
    count : int, optional
        The number of instances, whichever type is taken, unless the preferences say it themselves.
    volume, volume_encryption_key, keep_alive, training_plan_arn, selected_instance_type, selected_instance_count
        See `Instances`.

    Raises
    ------
    ValidationError
        When there is no preference, or an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
    """

    _exclusion = "instance-preferences-exclusive"

    preferences: Sequence[InstancePreference] = wire(
        "InstancePreferences",
        Many(Nested(InstancePreference), at_least=1, rule="instance-preferences-count"),
        kw_only=False,
    )
    count: int | None = wire("InstanceCount", _COUNT, default=None)


@value
class _TuningResourceConfig(Resources):
    """What the two forms of ``HyperParameterTuningResourceConfig`` have in common."""

    _shape = "HyperParameterTuningResourceConfig"
    members = ("HyperParameterTuningResourceConfig",)

    volume_encryption_key: "IKeyRef | str | None" = wire("VolumeKmsKeyId", KMS_KEY, default=None)
    allocation_strategy: AllocationStrategy | str | None = wire(
        "AllocationStrategy", Choice(AllocationStrategy), default=None
    )


@value
class TuningInstances(_TuningResourceConfig):
    """Machines of one type, in the form that belongs to tuning jobs only; `Instances` says the same.

    Parameters
    ----------
    instance_type : str
        The type, for example ``ml.m5.xlarge``.
    count : int
        The number of instances of each training job, at least 1; 1 by default.
    volume : Size or int, optional
        The storage volume of each instance (``VolumeSizeInGB``; an ``int`` is in GiB), at least 1 GiB.
    volume_encryption_key : IKeyRef or str, optional
        The KMS key that encrypts the volume; not for types with local disks.
    allocation_strategy : AllocationStrategy, optional
        How a type is chosen; only of use with `InstanceConfigs`.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type, the type is empty, or a number is below its minimum.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningResourceConfig.html
    """

    instance_type: str = wire("InstanceType", _TYPE, kw_only=False)
    count: int = wire("InstanceCount", _COUNT, default=1)
    volume: "Size | int | None" = wire("VolumeSizeInGB", _VOLUME, default=None)


@value
class InstanceConfig(Value):
    """One choice of machines (``HyperParameterTuningInstanceConfig``).

    Parameters
    ----------
    instance_type : str
        The type, for example ``ml.m5.xlarge``.
    count : int
        The number of instances, at least 1.
    volume : Size or int
        The storage volume of each instance (an ``int`` is in GiB), at least 1 GiB.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningInstanceConfig.html
    """

    _shape = "HyperParameterTuningInstanceConfig"

    instance_type: str = wire("InstanceType", _TYPE, kw_only=False)
    count: int = wire("InstanceCount", _COUNT)
    volume: "Size | int" = wire("VolumeSizeInGB", Measure(*GIBIBYTES, at_least=1, rule="volume-size-min"))


@value
class InstanceConfigs(_TuningResourceConfig):
    """Several choices of machines, in order of preference; a training job takes one that it can get.

    Parameters
    ----------
    configs : sequence of InstanceConfig
        The choices, 1 to 6.
    volume_encryption_key : IKeyRef or str, optional
        The KMS key that encrypts the volumes.
    allocation_strategy : AllocationStrategy, optional
        How the choice is made; ``Prioritized`` takes the first that it can get.

    Raises
    ------
    ValidationError
        When there is no choice, or an argument is of the wrong type.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningResourceConfig.html
    """

    configs: Sequence[InstanceConfig] = wire(
        "InstanceConfigs", Many(Nested(InstanceConfig), at_least=1, rule="instance-configs-count"), kw_only=False
    )


def _read(data: Mapping[str, Any]) -> Resources:
    tuning = data.get("HyperParameterTuningResourceConfig")
    if tuning is not None:
        return (InstanceConfigs if "InstanceConfigs" in tuning else TuningInstances).from_wire(tuning)
    config = data["ResourceConfig"]
    if config.get("InstanceGroups"):
        return InstanceGroups.from_wire(config)
    if "InstancePreferences" in config:
        return InstancePreferences.from_wire(config)
    return Instances.from_wire(config)


RESOURCES = Spread(
    Resources,
    _read,
    members=("ResourceConfig", "HyperParameterTuningResourceConfig"),
    hint="Instances(…), InstanceGroups(…), InstancePreferences(…), TuningInstances(…) or InstanceConfigs(…)",
    advice='write Instances("ml.m5.large", count=1), for example',
)
