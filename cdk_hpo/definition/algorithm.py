"""What trains: a container image, a built-in algorithm, or an algorithm resource."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.definition._codec import Choice, Codec, Many, Nested, Problem, Spread, Text
from cdk_hpo.definition._shown import shown
from cdk_hpo.definition._tokens import attribute, kept_with
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import TrainingInputMode
from cdk_hpo.definition.images import BuiltInImage, built_in_image

if TYPE_CHECKING:
    from aws_cdk import aws_ecr as ecr

_TEXT = Text(empty=False, rule="algorithm-exactly-one")
_EXAMPLE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1"
_METRIC = 'write MetricDefinition("loss", "loss=([0-9.]+)"), for example'
_METRICS = 'a list such as [MetricDefinition("loss", "loss=([0-9.]+)")]'


class _Repository(Codec):
    """An ECR repository, which knows the addresses of its images."""

    def normalise(self, given: Any) -> Any:
        """Take what can name an image's address."""
        if attribute(given, "repository_uri_for_tag_or_digest") is None:
            advice = _instead_of(given) or "for text use Algorithm.from_image(…)"
            raise Problem(f"expected an ECR repository, got {shown(given)}: {advice}")
        return given


class _Address(Text):
    """An image's address as text."""

    def normalise(self, given: Any) -> Any:
        """Take text or a token; tell those who give a construct which way is for it."""
        advice = None if isinstance(given, str) else _instead_of(given)
        if advice is not None:
            raise Problem(f"expected text, got {shown(given)}: {advice}")
        return super().normalise(given)


def _instead_of(given: Any) -> str | None:
    """Say how an algorithm is made of a construct that has to do with images; ``None`` of anything else."""
    if attribute(given, "repository_uri_for_tag_or_digest") is not None:
        return 'write Algorithm.from_ecr_repository(repository, "tag")'
    if attribute(given, "image_uri") is not None and attribute(given, "image_tag") is not None:
        return "write Algorithm.from_ecr_repository(asset.repository, asset.image_tag)"
    if attribute(given, "attr_repository_uri") is not None:
        return 'write Algorithm.from_image(f"{repository.attr_repository_uri}:tag")'
    return None


class _AlgorithmCodec(Spread):
    """An algorithm, of which most people have an image first."""

    def normalise(self, given: Any) -> Any:
        """Take an algorithm; tell those who give a construct which way is for it."""
        advice = None if isinstance(given, Algorithm) else _instead_of(given)
        if advice is not None:
            raise Problem(f"expected an Algorithm, got {shown(given)}: {advice}")
        return super().normalise(given)


_IMAGE = _Address(empty=False, rule="algorithm-exactly-one", such_as=_EXAMPLE)


class ImageAddresses(Protocol):
    """Knows the address of a built-in algorithm's image where the job is going to run."""

    def address(self, image: BuiltInImage) -> str:
        """Return the image's address, which may be a token."""
        ...


@value
class MetricDefinition(Value):
    r"""A metric that SageMaker reads from the log of a training job.

    Parameters
    ----------
    name : str
        The metric's name, 1 to 255 characters.
    regex : str
        The regular expression whose first group is the value, 1 to 500 characters, for example
        ``"val_loss=([0-9\.]+)"``.

    Raises
    ------
    ValidationError
        When either is not text, or empty.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MetricDefinition.html
    """

    _shape = "MetricDefinition"

    name: str = wire("Name", Text(empty=False, rule="metric-name-length"), kw_only=False)
    regex: str = wire("Regex", Text(empty=False, rule="metric-regex-length"), kw_only=False)


@value
class Algorithm(Value):
    """The base of `TrainingImage`, `BuiltInAlgorithm` and `AlgorithmResource`, with a way to each.

    Parameters
    ----------
    input_mode : TrainingInputMode
        How training data reaches the container unless a channel says otherwise; ``File`` by default.
    metric_definitions : sequence of MetricDefinition, optional
        The metrics to read from the log, up to 40; a built-in algorithm brings its own.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterAlgorithmSpecification.html
    """

    _shape = "HyperParameterAlgorithmSpecification"
    members: ClassVar[tuple[str, ...]] = ("AlgorithmSpecification",)

    input_mode: TrainingInputMode | str = wire(
        "TrainingInputMode", Choice(TrainingInputMode), default=TrainingInputMode.FILE
    )
    metric_definitions: Sequence[MetricDefinition] | None = wire(
        "MetricDefinitions", Many(Nested(MetricDefinition, advice=_METRIC), expected=_METRICS), default=None
    )

    @staticmethod
    def from_image(
        image: str,
        *,
        input_mode: TrainingInputMode | str = TrainingInputMode.FILE,
        metric_definitions: Sequence[MetricDefinition] | None = None,
    ) -> "TrainingImage":
        """Train with a container image, given by its address (see `TrainingImage`)."""
        return TrainingImage(image, input_mode=input_mode, metric_definitions=metric_definitions)

    @staticmethod
    def from_ecr_repository(
        repository: "ecr.IRepository",
        tag_or_digest: str = "latest",
        *,
        input_mode: TrainingInputMode | str = TrainingInputMode.FILE,
        metric_definitions: Sequence[MetricDefinition] | None = None,
    ) -> "EcrImage":
        """Train with an image of an ECR repository (see `EcrImage`)."""
        return EcrImage(repository, tag_or_digest, input_mode=input_mode, metric_definitions=metric_definitions)

    @staticmethod
    def built_in(
        name: str,
        version: str | None = None,
        *,
        input_mode: TrainingInputMode | str = TrainingInputMode.FILE,
        metric_definitions: Sequence[MetricDefinition] | None = None,
    ) -> "BuiltInAlgorithm":
        """Train with one of SageMaker's built-in algorithms (see `BuiltInAlgorithm`)."""
        return BuiltInAlgorithm(name, version, input_mode=input_mode, metric_definitions=metric_definitions)

    @staticmethod
    def from_algorithm(
        name_or_arn: str,
        *,
        input_mode: TrainingInputMode | str = TrainingInputMode.FILE,
        metric_definitions: Sequence[MetricDefinition] | None = None,
    ) -> "AlgorithmResource":
        """Train with an algorithm resource (see `AlgorithmResource`)."""
        return AlgorithmResource(name_or_arn, input_mode=input_mode, metric_definitions=metric_definitions)

    def to_members(self, context: Any = None) -> dict[str, Any]:
        """Return the member of the training job definition that says this algorithm."""
        return {"AlgorithmSpecification": self.to_wire(context)}


@value
class TrainingImage(Algorithm):
    """A container image, given by its address.

    Parameters
    ----------
    image : str
        The address with its tag or digest, up to 255 characters.
    input_mode, metric_definitions
        See `Algorithm`.

    Raises
    ------
    ValidationError
        When the address is not text, or empty.
    """

    image: str = wire("TrainingImage", _IMAGE, kw_only=False)


@value
class AlgorithmResource(Algorithm):
    """An algorithm resource of the account or one subscribed to in AWS Marketplace.

    Parameters
    ----------
    name : str
        Its name or ARN (``AlgorithmName``).
    input_mode, metric_definitions
        See `Algorithm`. The algorithm brings its metrics; definitions of further ones are for images only.

    Raises
    ------
    ValidationError
        When the name is not text, or empty.
    """

    name: str = wire("AlgorithmName", _TEXT, kw_only=False)


@value
class EcrImage(Algorithm):
    """An image of an ECR repository.

    Parameters
    ----------
    repository : IRepository
        The repository, created in this app or imported; the execution role may then pull from it.
    tag_or_digest : str
        The image's tag or ``sha256:`` digest; ``latest`` by default, though a digest never changes under a job.
    input_mode, metric_definitions
        See `Algorithm`.

    Raises
    ------
    ValidationError
        When the repository is none, or the tag is not text.
    """

    repository: "ecr.IRepository" = wire("TrainingImage", _Repository(), kw_only=False)
    tag_or_digest: str = wire(None, Text(empty=False), default="latest", kw_only=False)

    def to_wire(self, context: Any = None) -> dict[str, Any]:
        """Return the algorithm specification, with the image's address in the repository."""
        # Asked for once, for each time the CDK makes another token of it: the same image would not look like one.
        addresses = kept_with(self.repository, "addresses")
        if self.tag_or_digest not in addresses:
            addresses[self.tag_or_digest] = self.repository.repository_uri_for_tag_or_digest(self.tag_or_digest)
        return {
            **Algorithm(input_mode=self.input_mode, metric_definitions=self.metric_definitions).to_wire(context),
            "TrainingImage": addresses[self.tag_or_digest],
        }


@value
class BuiltInAlgorithm(Algorithm):
    """One of SageMaker's built-in algorithms, from the registry that AWS keeps in each region.

    Parameters
    ----------
    name : str
        The algorithm's name as its image repository has it, for example ``xgboost``, ``kmeans``, ``linear-learner``.
    version : str, optional
        The version, for example ``1.7-1`` of ``xgboost``; algorithms with a single version need none.
    input_mode, metric_definitions
        See `Algorithm`.

    Raises
    ------
    ValidationError
        When there is no such algorithm or version; the message lists what there is.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/algos.html
    """

    name: str = wire(None, _TEXT, kw_only=False)
    version: str | None = wire(None, _TEXT, default=None, kw_only=False)

    def __post_init__(self) -> None:
        """Look the algorithm up, so that a misspelt name is refused where it was written."""
        super().__post_init__()
        try:
            object.__setattr__(self, "_image", built_in_image(self.name, self.version))
        except LookupError as error:
            raise ValidationError(
                [self._finding("name", None, Problem(str(error.args[0]), "algorithm-exactly-one"))]
            ) from None

    def to_wire(self, context: Any = None) -> dict[str, Any]:
        """Return the algorithm specification, with the image's address in the job's region.

        Raises
        ------
        ValueError
            When the region is not known: ``to_request()`` needs ``region=``.
        """
        if context is None:
            raise ValueError(
                f"the address of the built-in algorithm {self.name!r} depends on the region: "
                'call to_request(region="us-east-1") with the region that you mean'
            )
        image: BuiltInImage = self._image  # type: ignore[attr-defined]
        return {
            **Algorithm(input_mode=self.input_mode, metric_definitions=self.metric_definitions).to_wire(context),
            "TrainingImage": context.address(image),
        }


def _read(data: Mapping[str, Any]) -> Algorithm:
    specification = data["AlgorithmSpecification"]
    kind = AlgorithmResource if "AlgorithmName" in specification else TrainingImage
    return kind.from_wire(specification)


ALGORITHM = _AlgorithmCodec(
    Algorithm,
    _read,
    members=Algorithm.members,
    hint="Algorithm.from_image(…), .from_ecr_repository(…), .built_in(…) or .from_algorithm(…)",
)
