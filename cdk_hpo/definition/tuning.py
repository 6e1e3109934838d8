"""The definition of a whole tuning job."""

import json
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from cdk_hpo.checks import check
from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding
from cdk_hpo.definition import instance_hours
from cdk_hpo.definition._codec import Choice, Many, Nested, Number, Problem, Spread, Text, Wrapped
from cdk_hpo.definition._value import Value, Wire, value, variant, wire
from cdk_hpo.definition.algorithm import ImageAddresses
from cdk_hpo.definition.encryption import encrypted
from cdk_hpo.definition.enums import AutotuneMode, EarlyStopping, WarmStartType
from cdk_hpo.definition.images import ANYWHERE, RegionalAddresses
from cdk_hpo.definition.limits import CompletionCriteria, ResourceLimits
from cdk_hpo.definition.objective import ADVICE as OBJECTIVE_ADVICE
from cdk_hpo.definition.objective import Objective
from cdk_hpo.definition.own_images import with_own_images
from cdk_hpo.definition.ranges import Parameter, ParameterRanges, RangesCodec
from cdk_hpo.definition.strategy import STRATEGY, Bayesian, Strategy
from cdk_hpo.definition.tags import Tag, TagsCodec
from cdk_hpo.definition.training import TrainingJobDefinition
from cdk_hpo.definition.warm_start import WarmStart

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_kms import IKeyRef

    from cdk_hpo.launch.reference import IHyperParameterTuningJob

_LIMITS = "write ResourceLimits(max_training_jobs=20, max_parallel_training_jobs=4), for example"
_CRITERIA = "write CompletionCriteria(target_objective_metric_value=0.95), for example"
_WARM_START = 'write WarmStart(["job-name"], type=WarmStartType.TRANSFER_LEARNING), for example'
#: What a launcher supplies where a request leaves it out: present for the checks, but not to be judged.
_SUPPLIED = "${Token[supplied by the launcher]}"
#: Rules whose violation no typed value can hold: there is no attribute, or no single class, to put it into.
_UNREPRESENTABLE = frozenset(
    {
        "algorithm-exactly-one",
        "data-source-exactly-one",
        "definitions-exactly-one",
        "instance-configs-exclusive",
        "instance-groups-exclusive",
        "required-field",
        "resource-config-exactly-one",
        "resource-needs-instances",
        "resource-type-and-count",
        "strategy-config-hyperband-only",
        "strategy-enum",
        "tuning-resource-needs-instances",
        "unknown-field",
        "warm-start-parent-name-required",
        "wrong-type",
    }
)


class _TrainingCodec(Spread):
    """One training job definition, or a list of them: two members of the request that exclude each other."""

    def __init__(self) -> None:
        super().__init__(
            TrainingJobDefinition,
            self._read,
            members=("TrainingJobDefinition", "TrainingJobDefinitions"),
            hint="TrainingJobDefinition(…) or a list of them",
        )
        self._many = Many(Nested(TrainingJobDefinition), at_least=1, rule="definitions-count")

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, list | tuple):
            return super().normalise(given)
        try:
            return self._many.normalise(given)
        except Problem as problem:
            problem.member = "TrainingJobDefinitions"
            raise

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        if isinstance(held, tuple):
            return {"TrainingJobDefinitions": self._many.encode(held, owner, context)}
        return {"TrainingJobDefinition": held.to_wire(context)}

    def origins(self, held: Any, path: str) -> Any:
        if isinstance(held, tuple):
            return self._many.origins(held, "TrainingJobDefinitions")
        return held.origins("TrainingJobDefinition")

    def _read(self, data: Mapping[str, Any]) -> Any:
        if "TrainingJobDefinitions" in data:
            return self._many.decode(data["TrainingJobDefinitions"])
        return TrainingJobDefinition.from_wire(data["TrainingJobDefinition"])


@value
class _Config(Value):
    """``HyperParameterTuningJobConfig``, whose members the definition holds as its own."""

    _shape = "HyperParameterTuningJobConfig"

    strategy: Strategy = wire(None, STRATEGY, default=Bayesian())
    objective: Objective | None = wire(
        "HyperParameterTuningJobObjective", Nested(Objective, advice=OBJECTIVE_ADVICE), default=None
    )
    limits: ResourceLimits = wire("ResourceLimits", Nested(ResourceLimits, advice=_LIMITS))
    parameter_ranges: ParameterRanges | Sequence[Parameter] | None = wire(
        "ParameterRanges", RangesCodec(), default=None
    )
    early_stopping: EarlyStopping | str | None = wire(
        "TrainingJobEarlyStoppingType", Choice(EarlyStopping), default=None
    )
    completion_criteria: CompletionCriteria | None = wire(
        "TuningJobCompletionCriteria", Nested(CompletionCriteria, advice=_CRITERIA), default=None
    )
    random_seed: int | None = wire("RandomSeed", Number(at_least=0, rule="random-seed-min"), default=None)


@value
class TuningJobDefinition(_Config):
    """A whole tuning job, as a value: nothing is created until a launcher gets it.

    Parameters
    ----------
    strategy : Strategy
        How the next hyperparameters are chosen: `Bayesian` (default), `Random`, `Grid` or `Hyperband`.
    objective : Objective, optional
        What is optimized; in a list of training job definitions each has its own instead.
    limits : ResourceLimits
        How many training jobs, how many at once, how long.
    parameter_ranges : ParameterRanges or sequence of parameters, optional
        What is searched, up to 30 ranges; in a list of training job definitions each has its own instead.
    training : TrainingJobDefinition or sequence of TrainingJobDefinition
        What is trained: one definition, or a list of 1 to 10 that are tuned together.
    early_stopping : EarlyStopping, optional
        Whether training jobs that will not win are stopped early; the service takes ``Off``.
    completion_criteria : CompletionCriteria, optional
        What ends the tuning job before its limits.
    random_seed : int, optional
        A seed from 0 to 2,147,483,647 that makes a search repeatable as far as the service can.
    warm_start : WarmStart, optional
        The earlier tuning jobs to start from.
    autotune : AutotuneMode, optional
        Let SageMaker choose ranges and settings that are left out.
    tags : mapping of str to str, or sequence of Tag, optional
        Tags of the tuning job and its training jobs, beside those of the stack.
    name : str, optional
        A fixed name, 1 to 32 letters, digits and hyphens. Without one each run gets a name of its own, which is what
        an update needs: a job cannot be changed, only replaced, and its name is taken for ever.

    Raises
    ------
    ValidationError
        When an argument is of the wrong type, or out of what any request could hold.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """

    _shape = "CreateHyperParameterTuningJobRequest"

    training: TrainingJobDefinition | Sequence[TrainingJobDefinition] = wire(None, _TrainingCodec())
    warm_start: WarmStart | None = wire("WarmStartConfig", Nested(WarmStart, advice=_WARM_START), default=None)
    autotune: AutotuneMode | str | None = wire("Autotune", Wrapped("Mode", Choice(AutotuneMode)), default=None)
    tags: Mapping[str, str] | Sequence[Tag] | None = wire("Tags", TagsCodec(), default=None)
    name: str | None = wire("HyperParameterTuningJobName", Text(empty=False, rule="job-name-length"), default=None)

    @classmethod
    def _finding(cls, name: str, spec: Wire | None, problem: Problem) -> Finding:
        finding = super()._finding(name, spec, problem)
        member = (spec.place(problem) if spec else None) or ""
        inside = "HyperParameterTuningJobConfig." if member in _CONFIG_MEMBERS else ""
        return finding._replace(path=f"{inside}{member}")

    def _own_problems(self) -> list[Finding]:
        """Refuse a name that the service will refuse: the lifecycle rests on it."""
        if not isinstance(self.name, str):
            return []
        return [
            finding
            for finding in check({"HyperParameterTuningJobName": self.name})
            if finding.path == "HyperParameterTuningJobName"
        ]

    @property
    def training_jobs(self) -> tuple[TrainingJobDefinition, ...]:
        """The training job definitions, whether one was given or a list."""
        return self.training if isinstance(self.training, tuple) else (cast(TrainingJobDefinition, self.training),)

    def with_role(self, role: Any) -> Self:
        """Return the same definition with a role for every training job that has none.

        Parameters
        ----------
        role : IRoleRef or str
            The execution role or its ARN.
        """
        filled = [each if each.role is not None else variant(each, role=role) for each in self.training_jobs]
        return variant(self, training=filled if isinstance(self.training, tuple) else filled[0])

    def with_encryption_key(self, key: "IKeyRef | str", *, between_containers: bool = True) -> Self:
        """Return the same definition with one KMS key for everything that its training jobs store.

        Volumes and output that name a key already keep it. Instance types with disks of their own cannot use a key for
        their volume; a launcher says so.

        Parameters
        ----------
        key : IKeyRef or str
            The key, or its id, ARN or alias.
        between_containers : bool
            Encrypt what the instances of one training job send each other as well, which is the default. Distributed
            training takes longer with it.

        Notes
        -----
        https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html
        """
        jobs = [encrypted(each, key, between_containers=between_containers) for each in self.training_jobs]
        return variant(self, training=jobs if isinstance(self.training, tuple) else jobs[0])

    def warm_started_from(
        self,
        *parents: "IHyperParameterTuningJob | str",
        type: WarmStartType | str = WarmStartType.IDENTICAL_DATA_AND_ALGORITHM,
    ) -> Self:
        """Return the same definition with parents whose results it starts from.

        Parameters
        ----------
        *parents : IHyperParameterTuningJob or str
            One to five tuning jobs or their names, which must have ended when this one starts. Of a job of the same app
            that means ``wait_for=WaitFor.COMPLETED``.
        type : WarmStartType
            ``IDENTICAL_DATA_AND_ALGORITHM`` (default), or ``TRANSFER_LEARNING``.
        """
        return variant(self, warm_start=WarmStart(parents, type=type))

    def to_request(self, *, region: str | None = None, images: ImageAddresses | None = None) -> dict[str, Any]:
        """Return the request in boto3 form, ready for ``create_hyper_parameter_tuning_job(**request)``.

        Parameters
        ----------
        region : str, optional
            The region of the job; needed for the image of a built-in algorithm.
        images : ImageAddresses, optional
            Another source of the addresses of built-in images.

        Returns
        -------
        dict
            The request. It lacks the name and the roles that the definition does not give, and may hold CDK tokens.

        Raises
        ------
        ValueError
            When a built-in algorithm's address is needed and the region is not given.
        """
        if images is None and region is not None:
            images = RegionalAddresses(region)
        flat = self.to_wire(images)
        config = {member: flat.pop(member) for member in _CONFIG_MEMBERS if member in flat}
        request = {"HyperParameterTuningJobName": flat.pop("HyperParameterTuningJobName", None)}
        return {
            **({} if self.name is None else request),
            "HyperParameterTuningJobConfig": config,
            **flat,
        }

    def check(self, region: str | None = None) -> list[Finding]:
        """Check the definition against every documented rule, without AWS, the CDK or a network.

        A launcher does the same, and refuses a definition with errors. It also looks at parents that are constructs.

        Parameters
        ----------
        region : str, optional
            The region of the job, which decides the addresses of built-in images; without one, any will do.

        Returns
        -------
        list of Finding
            All problems: errors first, then by path. The name and the roles that a launcher supplies are not missed.

        Raises
        ------
        LookupError
            When AWS does not offer a built-in algorithm in the region.
        """
        images = ANYWHERE if region is None else RegionalAddresses(region)
        return check(with_own_images(self, completed(self.to_request(images=images))))

    def max_instance_hours(self) -> float:
        """Return an upper bound of the instance hours that the job can use, from its limits.

        It is ``min(N · (R + 120), P · (T + 120)) · I / 3600`` for at most N training jobs, P of them at once, R seconds
        for each, T for all, and I instances for each. Most jobs stay far below it.

        Raises
        ------
        ValueError
            When nothing limits the job, or a limit is known only at deployment.
        """
        return instance_hours.max_instance_hours(self.to_request(images=ANYWHERE))

    def max_cost(self, prices: Mapping[str, float]) -> float:
        """Return an upper bound of what the instances of the job can cost (see `max_instance_hours`).

        Parameters
        ----------
        prices : mapping of str to float
            What an hour of each instance type costs, in any one currency: ``{"ml.m5.large": 0.115}``. Prices differ by
            region and change: https://aws.amazon.com/sagemaker/ai/pricing/

        Raises
        ------
        ValueError
            When nothing limits the job, a limit is known only at deployment, or a type has no price.
        """
        return instance_hours.max_cost(self.to_request(images=ANYWHERE), prices)

    @classmethod
    def from_request(cls, request: Mapping[str, Any]) -> Self:
        """Read a request in boto3 form, so that a call that works today becomes infrastructure.

        Parameters
        ----------
        request : mapping
            The arguments of ``create_hyper_parameter_tuning_job``; name and roles may be missing.

        Raises
        ------
        ValidationError
            When the request has fields that there are not, lacks required ones, holds values of the wrong type, or
            both of two forms that exclude each other: all of them at once. Whatever else is wrong with it, a launcher
            says.
        """
        if not isinstance(request, Mapping):
            raise TypeError(f"from_request: expected the request as a dictionary, got {type(request).__name__}")
        findings = [each for each in check(completed(request)) if each.rule in _UNREPRESENTABLE]
        if findings:
            raise ValidationError(findings)
        flat = {**request, **request["HyperParameterTuningJobConfig"]}
        del flat["HyperParameterTuningJobConfig"]
        return cls.from_wire(flat)

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Self:
        """Read a request in boto3 form from a JSON file (see `from_request`).

        Parameters
        ----------
        path : str or PathLike
            The file.

        Raises
        ------
        FileNotFoundError
            When there is no such file; the message says where it was looked for.
        ValueError
            When the file is not a JSON object, or `from_request` refuses it.
        """
        file = Path(path)
        if not file.is_file():
            raise FileNotFoundError(f"no tuning job request at {str(path)!r}: there is no file {file.resolve()}")
        try:
            request = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path} is not JSON: {error}") from None
        if not isinstance(request, dict):
            raise ValueError(f"{path} holds a JSON {type(request).__name__}, not the object of a request")
        return cls.from_request(request)


_CONFIG_MEMBERS = tuple(
    member for _, spec in _Config._wires for member in ((spec.member,) if spec.member else spec.codec.members)
)


def completed(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request in which the name and the roles that a launcher supplies are no longer missing."""
    filled: dict[str, Any] = {"HyperParameterTuningJobName": _SUPPLIED, **request}
    single, several = request.get("TrainingJobDefinition"), request.get("TrainingJobDefinitions")
    if isinstance(single, Mapping):
        filled["TrainingJobDefinition"] = {"RoleArn": _SUPPLIED, **single}
    if isinstance(several, list | tuple):
        filled["TrainingJobDefinitions"] = [
            {"RoleArn": _SUPPLIED, **each} if isinstance(each, Mapping) else each for each in several
        ]
    return filled
