"""One kind of training job that a tuning job starts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cdk_hpo.definition._codec import Flag, Many, Nested, Number, Resource, Text, Wrapped
from cdk_hpo.definition._text_map import TextMap
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.algorithm import ALGORITHM, Algorithm
from cdk_hpo.definition.channel import Channel
from cdk_hpo.definition.instances import RESOURCES, Resources
from cdk_hpo.definition.limits import StoppingCondition
from cdk_hpo.definition.network import VpcConfig
from cdk_hpo.definition.objective import ADVICE as OBJECTIVE_ADVICE
from cdk_hpo.definition.objective import Objective
from cdk_hpo.definition.output import CHECKPOINT_ADVICE, OUTPUT_ADVICE, Checkpoint, Output
from cdk_hpo.definition.ranges import Parameter, ParameterRanges, RangesCodec

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef

_CHANNELS = 'a list such as [Channel.from_bucket("train", "s3://bucket/prefix")]'
_CHANNEL = 'write Channel.from_bucket("train", "s3://bucket/prefix"), or Channel.from_bucket("train", bucket, "prefix")'
_STOPPING = "write StoppingCondition(max_runtime=Duration.hours(1)), for example"
_NETWORK = "VpcConfig.from_vpc(vpc, security_groups=[…]) makes one, or TuningNetwork(…, vpc=vpc).vpc_config"


@value
class TrainingJobDefinition(Value):
    """What every training job of a tuning job has in common.

    Parameters
    ----------
    algorithm : Algorithm
        What trains, and its metrics.
    output : Output
        Where model artifacts go.
    resources : Instances or InstanceGroups or InstancePreferences or TuningInstances or InstanceConfigs
        The machines.
    stopping : StoppingCondition
        How long a training job may run; ``StoppingCondition()`` (one day) by default.
    role : IRoleRef or str, optional
        The execution role or its ARN; a launcher makes one for exactly this definition when it is left out.
    static_hyper_parameters : mapping of str to str, optional
        Hyperparameters that are not searched, up to 100. The API takes text only: write ``"100"``, not ``100``.
    inputs : sequence of Channel, optional
        The data, 1 to 20 channels (``InputDataConfig``).
    vpc : VpcConfig, optional
        The network; SageMaker's own when it is left out.
    environment : mapping of str to str, optional
        Environment variables of the container, up to 48. No place for secrets: who may describe the job sees them.
    enable_network_isolation : bool, optional
        Let the container reach no network at all.
    enable_inter_container_traffic_encryption : bool, optional
        Encrypt what the instances of one job send each other; training then takes longer.
    enable_managed_spot_training : bool, optional
        Train on spot capacity; ``stopping`` then needs ``max_wait``, and a checkpoint saves lost work.
    checkpoint : Checkpoint, optional
        Where checkpoints go.
    retry_attempts : int, optional
        How often a job is started again after an internal error (``RetryStrategy``), 1 to 30.
    name : str, optional
        The definition's name, 1 to 64 characters; needed in a list of definitions.
    objective : Objective, optional
        In a list of definitions, the metric of this one (``TuningObjective``).
    parameter_ranges : ParameterRanges or sequence of parameters, optional
        In a list of definitions, what is searched in this one (``HyperParameterRanges``).

    Raises
    ------
    ValidationError
        When an argument is of the wrong type, or out of what any request could hold.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTrainingJobDefinition.html
    """

    _shape = "HyperParameterTrainingJobDefinition"

    name: str | None = wire("DefinitionName", Text(empty=False, rule="definition-name-length"), default=None)
    objective: Objective | None = wire("TuningObjective", Nested(Objective, advice=OBJECTIVE_ADVICE), default=None)
    parameter_ranges: ParameterRanges | Sequence[Parameter] | None = wire(
        "HyperParameterRanges", RangesCodec(), default=None
    )
    static_hyper_parameters: Mapping[str, str] | None = wire("StaticHyperParameters", TextMap(), default=None)
    algorithm: Algorithm = wire(None, ALGORITHM)
    role: "IRoleRef | str | None" = wire(
        "RoleArn", Resource("a role or its ARN as text", "role_ref.role_arn", "role_arn"), default=None
    )
    inputs: Sequence[Channel] | None = wire(
        "InputDataConfig",
        Many(Nested(Channel, advice=_CHANNEL), at_least=1, rule="channels-count", expected=_CHANNELS),
        default=None,
    )
    vpc: VpcConfig | None = wire("VpcConfig", Nested(VpcConfig, advice=_NETWORK), default=None)
    output: Output = wire("OutputDataConfig", Nested(Output, advice=OUTPUT_ADVICE))
    resources: Resources = wire(None, RESOURCES)
    stopping: StoppingCondition = wire(
        "StoppingCondition", Nested(StoppingCondition, advice=_STOPPING), default=StoppingCondition()
    )
    enable_network_isolation: bool | None = wire("EnableNetworkIsolation", Flag(), default=None)
    enable_inter_container_traffic_encryption: bool | None = wire(
        "EnableInterContainerTrafficEncryption", Flag(), default=None
    )
    enable_managed_spot_training: bool | None = wire("EnableManagedSpotTraining", Flag(), default=None)
    checkpoint: Checkpoint | None = wire("CheckpointConfig", Nested(Checkpoint, advice=CHECKPOINT_ADVICE), default=None)
    retry_attempts: int | None = wire(
        "RetryStrategy",
        Wrapped("MaximumRetryAttempts", Number(at_least=1, rule="retry-attempts-range")),
        default=None,
    )
    environment: Mapping[str, str] | None = wire("Environment", TextMap(), default=None)
