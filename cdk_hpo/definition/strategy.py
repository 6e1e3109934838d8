"""How the next hyperparameters are chosen."""

from collections.abc import Mapping
from typing import Any, ClassVar

from cdk_hpo.definition._codec import Number, Spread
from cdk_hpo.definition._value import Value, value, wire


class Strategy(Value):
    """The base of the four strategies: `Bayesian`, `Random`, `Grid` and `Hyperband`."""

    _shape = "HyperParameterTuningJobConfig"
    wire_name: ClassVar[str]
    members: ClassVar[tuple[str, ...]] = ("Strategy", "StrategyConfig")

    def to_members(self, context: object = None) -> dict[str, Any]:
        """Return the members of ``HyperParameterTuningJobConfig`` that say this strategy."""
        return {"Strategy": self.wire_name}


@value
class Bayesian(Strategy):
    """Choose by what earlier training jobs showed; the service's default.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    """

    wire_name = "Bayesian"


@value
class Random(Strategy):
    """Choose at random; training jobs do not depend on each other, so all may run at once.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    """

    wire_name = "Random"


@value
class Grid(Strategy):
    """Try every combination of categorical values once.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html
    """

    wire_name = "Grid"


@value
class Hyperband(Strategy):
    """Start many training jobs small, and give more iterations only to the promising ones.

    Parameters
    ----------
    min_resource : int, optional
        The fewest iterations (epochs) of a training job, at least 1; the service takes 1 when it is left out.
    max_resource : int, optional
        The most iterations of a training job, at least 1; left out, the service infers it from a static
        hyperparameter such as ``epochs``.

    Raises
    ------
    ValidationError
        When a resource is not a whole number of at least 1.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperbandStrategyConfig.html
    """

    wire_name = "Hyperband"
    _shape = "HyperbandStrategyConfig"

    min_resource: int | None = wire("MinResource", Number(at_least=1, rule="hyperband-resource-min"), default=None)
    max_resource: int | None = wire("MaxResource", Number(at_least=1, rule="hyperband-resource-min"), default=None)

    def to_members(self, context: object = None) -> dict[str, Any]:
        """Return the members of ``HyperParameterTuningJobConfig`` that say this strategy and its settings."""
        settings = self.to_wire(context)
        # An empty configuration that was read stands for nothing, but is written again as it was.
        config = {"HyperbandStrategyConfig": settings} if settings else getattr(self, "_empty_config", None)
        return super().to_members(context) | ({} if config is None else {"StrategyConfig": config})


_STRATEGIES: dict[str, type[Strategy]] = {each.wire_name: each for each in (Bayesian, Random, Grid, Hyperband)}


def _read(data: Mapping[str, Any]) -> Strategy:
    kind = _STRATEGIES[data["Strategy"]]
    if kind is not Hyperband:
        return kind()
    config = data.get("StrategyConfig")
    read = Hyperband.from_wire((config or {}).get("HyperbandStrategyConfig", {}))
    object.__setattr__(read, "_empty_config", config)
    return read


STRATEGY = Spread(Strategy, _read, hint="Bayesian(), Random(), Grid() or Hyperband()", members=Strategy.members)
