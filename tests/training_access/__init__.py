"""What a training job calls with its execution role: the documented calls, and a job that makes them."""

from tests.training_access.calls import Call, calls_of
from tests.training_access.simulation import Outcome, act_as_training_job
from tests.training_access.table import Row, rows, sources

__all__ = ["Call", "Outcome", "Row", "act_as_training_job", "calls_of", "rows", "sources"]
