"""The hyperparameters that are searched."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

from cdk_hpo.definition._codec import Bound, Choice, Many, Nested, Text
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import ScalingType

_NAME = Text(empty=False, rule="hyperparameter-name-length")
_RANGE = 'write ContinuousParameter("eta", 0.01, 0.3), for example'
_RANGES = "a list such as [ContinuousParameter(…), IntegerParameter(…)], or ParameterRanges(…)"


@value
class ContinuousParameter(Value):
    """A hyperparameter that takes any number between two bounds.

    Parameters
    ----------
    name : str
        The hyperparameter's name, up to 256 characters.
    min_value, max_value : float or Decimal or str
        The bounds, both included. A number is written without exponent; text is sent to the letter.
    scaling : ScalingType, optional
        The scale of the search; the service takes ``Auto`` when it is left out. ``Logarithmic`` needs a minimum above
        0, ``ReverseLogarithmic`` bounds within 0 to 1 (1 not included).

    Raises
    ------
    ValidationError
        When a bound is neither a finite number nor text, or the name is not text or empty.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContinuousParameterRange.html
    """

    _shape = "ContinuousParameterRange"

    name: str = wire("Name", _NAME, kw_only=False)
    min_value: float | Decimal | str = wire("MinValue", Bound(integer=False), kw_only=False)
    max_value: float | Decimal | str = wire("MaxValue", Bound(integer=False), kw_only=False)
    scaling: ScalingType | str | None = wire("ScalingType", Choice(ScalingType), default=None)


@value
class IntegerParameter(Value):
    """A hyperparameter that takes any whole number between two bounds.

    Parameters
    ----------
    name : str
        The hyperparameter's name, up to 256 characters.
    min_value, max_value : int or str
        The bounds, both included. Text is sent to the letter.
    scaling : ScalingType, optional
        The scale of the search; the service takes ``Auto`` when it is left out. ``Logarithmic`` needs a minimum above
        0.

    Raises
    ------
    ValidationError
        When a bound is neither a whole number nor text, or the name is not text or empty.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_IntegerParameterRange.html
    """

    _shape = "IntegerParameterRange"

    name: str = wire("Name", _NAME, kw_only=False)
    min_value: float | str = wire("MinValue", Bound(integer=True), kw_only=False)
    max_value: float | str = wire("MaxValue", Bound(integer=True), kw_only=False)
    scaling: ScalingType | str | None = wire("ScalingType", Choice(ScalingType), default=None)


@value
class CategoricalParameter(Value):
    """A hyperparameter that takes one of a list of texts.

    Parameters
    ----------
    name : str
        The hyperparameter's name, up to 256 characters.
    values : sequence of str
        The values to choose from, 1 to 30 different ones of up to 256 characters.

    Raises
    ------
    ValidationError
        When there is no value, or one is not text.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CategoricalParameterRange.html
    """

    _shape = "CategoricalParameterRange"

    name: str = wire("Name", _NAME, kw_only=False)
    values: Sequence[str] = wire("Values", Many(Text(), at_least=1, rule="categorical-values-count"), kw_only=False)


@value
class AutoParameter(Value):
    """A hyperparameter whose range Autotune chooses.

    Parameters
    ----------
    name : str
        The hyperparameter's name, up to 256 characters.
    value_hint : str
        An example value, up to 256 characters, from which the service guesses the range.

    Raises
    ------
    ValidationError
        When either is not text, or the name is empty.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AutoParameter.html
    """

    _shape = "AutoParameter"

    name: str = wire("Name", _NAME, kw_only=False)
    value_hint: str = wire("ValueHint", Text(), kw_only=False)


Parameter: TypeAlias = ContinuousParameter | IntegerParameter | CategoricalParameter | AutoParameter


@value
class ParameterRanges(Value):
    """The searched hyperparameters, sorted by kind as the API has them.

    A plain list of parameters does the same: every place that takes a ``ParameterRanges`` takes a list too.

    Parameters
    ----------
    integer, continuous, categorical : sequence, optional
        The ranges of each kind; up to 30 in all.
    auto : sequence of AutoParameter, optional
        Hyperparameters whose range Autotune chooses; up to 100.

    Raises
    ------
    ValidationError
        When a list holds something else than parameters of its kind.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ParameterRanges.html
    """

    _shape = "ParameterRanges"

    integer: Sequence[IntegerParameter] | None = wire(
        "IntegerParameterRanges", Many(Nested(IntegerParameter)), default=None
    )
    continuous: Sequence[ContinuousParameter] | None = wire(
        "ContinuousParameterRanges", Many(Nested(ContinuousParameter)), default=None
    )
    categorical: Sequence[CategoricalParameter] | None = wire(
        "CategoricalParameterRanges", Many(Nested(CategoricalParameter)), default=None
    )
    auto: Sequence[AutoParameter] | None = wire("AutoParameters", Many(Nested(AutoParameter)), default=None)


class RangesCodec(Nested):
    """Takes a `ParameterRanges`, or a plain list of parameters that it sorts by kind."""

    def __init__(self) -> None:
        super().__init__(ParameterRanges)

    def normalise(self, given: object) -> object:
        """Return the ranges sorted by kind; an empty list is refused, for it searches nothing."""
        if isinstance(given, ParameterRanges):
            return given
        kinds = (IntegerParameter, ContinuousParameter, CategoricalParameter, AutoParameter)
        listed = Many(
            Nested(*kinds, advice=_RANGE),
            at_least=1,
            rule="ranges-required",
            expected=_RANGES,
            wholes=(ParameterRanges,),
        ).normalise(given)
        sorted_by_kind = ([each for each in listed if isinstance(each, kind)] or None for kind in kinds)
        integer, continuous, categorical, auto = sorted_by_kind
        return ParameterRanges(integer=integer, continuous=continuous, categorical=categorical, auto=auto)  # type: ignore[arg-type]
