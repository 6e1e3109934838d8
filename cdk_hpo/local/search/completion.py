"""When a tuning job is done before its limits are reached.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-progress.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# "A lack of significant improvement (1% or less)": this share of the best value so far.
SIGNIFICANT = 0.01
# The service keeps to itself when it calls a job converged. Here: once the jobs since the last significant improvement
# are at least this many, and at least half of all.
CONVERGED_AFTER = 10


@dataclass
class Completion:
    """Counts results and says when a criterion is met.

    Parameters
    ----------
    target
        The objective that is good enough, None for none.
    patience
        How many training jobs in a row may fail to improve the best by 1%, None for any number.
    until_converged
        Whether to end at convergence.
    minimize
        Whether low values are good.
    """

    target: float | None
    patience: int | None
    until_converged: bool
    minimize: bool
    best: float | None = None
    results: int = 0
    not_improving: int = 0
    converged: bool = False

    @classmethod
    def of(cls, config: Mapping[str, Any], *, minimize: bool) -> "Completion":
        """Read ``TuningJobCompletionCriteria`` of a tuning job's configuration."""
        given = config.get("TuningJobCompletionCriteria") or {}
        return cls(
            target=given.get("TargetObjectiveMetricValue"),
            patience=(given.get("BestObjectiveNotImproving") or {}).get("MaxNumberOfTrainingJobsNotImproving"),
            until_converged=(given.get("ConvergenceDetected") or {}).get("CompleteOnConvergence") == "Enabled",
            minimize=minimize,
        )

    def add(self, value: float) -> None:
        """Count the final objective of a training job."""
        self.results += 1
        significant = self.best is None or self._gain(value) > SIGNIFICANT * abs(self.best)
        self.not_improving = 0 if significant else self.not_improving + 1
        if self.best is None or self._gain(value) > 0:
            self.best = value
        since = self.not_improving
        self.converged = self.converged or since >= max(CONVERGED_AFTER, self.results / 2)

    @property
    def met(self) -> str | None:
        """Which criterion is met, in the API's words; None while none is."""
        if self.target is not None and self.best is not None and self._reached(self.target, self.best):
            return "TargetObjectiveMetricValue"
        if self.patience is not None and self.not_improving >= self.patience:
            return "BestObjectiveNotImproving"
        return "ConvergenceDetected" if self.until_converged and self.converged else None

    def _gain(self, value: float) -> float:
        best = 0.0 if self.best is None else self.best
        return best - value if self.minimize else value - best

    def _reached(self, target: float, best: float) -> bool:
        return best <= target if self.minimize else best >= target
