"""The search of a tuning job: which hyperparameters to try next, which training jobs to stop, and when it is done.

It has no clock, no processes and no network of its own. Optuna proposes the values; what the service documents around
it (limits, early stopping, completion criteria, warm start) is here. Needs the extra ``train``.
"""

from .earlier import EarlierResult, Parent
from .search import Ended, Proposal, Search
from .space import Space

__all__ = ["EarlierResult", "Ended", "Parent", "Proposal", "Search", "Space"]
