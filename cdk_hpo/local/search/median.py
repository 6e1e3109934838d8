"""Early stopping of type ``Auto``: the rule that the service documents.

A training job is stopped when its objective at an epoch is worse than the median of the running averages that the
earlier training jobs had up to the same epoch.
https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-early-stopping.html
"""

from collections.abc import Sequence
from itertools import accumulate
from statistics import median


def running_averages(values: Sequence[float]) -> list[float]:
    """Return the average of the first value, of the first two, and so on."""
    return [total / count for count, total in enumerate(accumulate(values), start=1)]


def falls_behind(value: float, epoch: int, averages: Sequence[Sequence[float]], *, minimize: bool) -> bool:
    """Tell whether a training job shall be stopped.

    Parameters
    ----------
    value
        The job's objective after the epoch.
    epoch
        How many epochs it has trained, from 1.
    averages
        The running averages of the training jobs that have completed; those without any do not count. One that
        trained for fewer epochs counts with its last.
    minimize
        Whether low values are good.
    """
    same = [each[min(epoch, len(each)) - 1] for each in averages if each]
    if not same:
        return False
    return value > median(same) if minimize else value < median(same)
