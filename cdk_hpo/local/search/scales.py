"""The scale on which the values of a range are searched.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-ranges.html
"""

from typing import Literal

Scale = Literal["Linear", "Logarithmic", "ReverseLogarithmic"]

# A range that spans this factor is searched on a logarithmic scale when the scale is left to the search. The service
# says that it chooses, not how.
AUTO_FACTOR = 100


def chosen(scaling: str, low: float, high: float, *, whole: bool) -> Scale:
    """Return the scale for a range.

    Parameters
    ----------
    scaling
        The API's ``ScalingType``.
    low, high
        The bounds.
    whole
        Whether only whole numbers are meant.

    Raises
    ------
    ValueError
        When the range does not allow the scale.
    """
    if scaling == "Logarithmic":
        if low <= 0:
            raise ValueError(f"logarithmic scaling needs values greater than 0, got {low:g} to {high:g}")
        return "Logarithmic"
    if scaling == "ReverseLogarithmic":
        if whole or low < 0 or high >= 1:
            raise ValueError(f"reverse logarithmic scaling needs values from 0 to below 1, got {low:g} to {high:g}")
        return "ReverseLogarithmic"
    return _automatic(low, high, whole=whole) if scaling == "Auto" else "Linear"


def _automatic(low: float, high: float, *, whole: bool) -> Scale:
    if low > 0 and high / low >= AUTO_FACTOR:
        return "Logarithmic"
    if not whole and low >= 0 and high < 1 and (1 - low) / (1 - high) >= AUTO_FACTOR:
        return "ReverseLogarithmic"
    return "Linear"
