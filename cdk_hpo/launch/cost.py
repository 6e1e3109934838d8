"""A ceiling for what a job can cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Annotations
from constructs import Construct

from cdk_hpo.definition.tuning import TuningJobDefinition


@dataclass(frozen=True)
class MaxCost:
    """The most that the instances of a job may cost.

    Parameters
    ----------
    amount : float
        The ceiling, in the currency of the prices.
    prices : mapping of str to float
        What an hour of each instance type costs.

    Raises
    ------
    ValueError
        When a number is not positive.
    """

    amount: float
    prices: Mapping[str, float]

    def __post_init__(self) -> None:
        for name, number in {"amount": self.amount, **self.prices}.items():
            if isinstance(number, bool) or not isinstance(number, int | float) or not number > 0:
                raise ValueError(f"MaxCost: {name}: expected a positive number, got {number!r}")

    def check(self, construct_path: str, definition: TuningJobDefinition) -> float:
        """Return the upper bound of what a definition costs.

        Raises
        ------
        ValueError
            When it is above the ceiling, or there is none.
        """
        try:
            most = definition.max_cost(self.prices)
        except ValueError as error:
            raise ValueError(f"{construct_path}: max_cost: {error}") from None
        if most > self.amount:
            raise ValueError(
                f"{construct_path}: max_cost: the job may use instances for up to {most:.2f}, which is above the "
                f"ceiling of {self.amount:.2f}: lower max_training_jobs, the stopping condition's max_runtime, the "
                "limits' max_runtime or the number of instances"
            )
        return most


def bound(ceiling: MaxCost | None, construct_path: str, definition: TuningJobDefinition) -> float | None:
    """Return the upper bound of what a definition costs, where there is a ceiling.

    Raises
    ------
    TypeError
        When the ceiling is something else.
    ValueError
        As `MaxCost.check`.
    """
    if ceiling is None:
        return None
    if not isinstance(ceiling, MaxCost):
        raise TypeError(
            f"{construct_path}: max_cost: expected a MaxCost, got {ceiling!r}: write MaxCost(amount, prices), with "
            "what an hour of each instance type costs"
        )
    return ceiling.check(construct_path, definition)


def tell(construct: Construct, ceiling: MaxCost, most: float) -> None:
    """Show the bound with what else a synthesis says."""
    Annotations.of(construct).add_info_v2(
        "cdk-hpo:max-cost",
        f"a run of this job uses instances for {most:.2f} at most, by its limits and the prices given (ceiling "
        f"{ceiling.amount:.2f}); storage and data transfer come on top",
    )
