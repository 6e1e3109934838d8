"""What a tuning job optimizes."""

from typing import Self

from cdk_hpo.definition._codec import Choice, Text
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import ObjectiveType

#: How an objective is mostly written.
ADVICE = 'write Objective.maximize("validation:auc") or Objective.minimize("loss"), with the name of your metric'


@value
class Objective(Value):
    """The metric that decides which training job is best, and its direction.

    Parameters
    ----------
    type : ObjectiveType
        Whether the metric is to become large or small.
    metric_name : str
        The metric's name, 1 to 255 characters: one of the built-in algorithm's metrics, or of the metric definitions.

    Raises
    ------
    ValidationError
        When the type is not text, or the name is not text or empty.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobObjective.html
    """

    _shape = "HyperParameterTuningJobObjective"
    _advice = ADVICE

    type: ObjectiveType | str = wire("Type", Choice(ObjectiveType), kw_only=False)
    metric_name: str = wire("MetricName", Text(empty=False, rule="metric-name-length"), kw_only=False)

    @classmethod
    def maximize(cls, metric_name: str) -> Self:
        """Return the objective of a metric that is to become large, such as an accuracy."""
        return cls(ObjectiveType.MAXIMIZE, metric_name)

    @classmethod
    def minimize(cls, metric_name: str) -> Self:
        """Return the objective of a metric that is to become small, such as an error."""
        return cls(ObjectiveType.MINIMIZE, metric_name)
