"""Tags of a tuning job."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdk_hpo.definition._codec import Many, Nested, Text
from cdk_hpo.definition._value import Value, value, wire


@value
class Tag(Value):
    """A tag.

    Parameters
    ----------
    key : str
        The tag's key, 1 to 128 characters, not beginning with ``aws:``.
    value : str
        The tag's value, up to 256 characters.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Tag.html
    """

    _shape = "Tag"

    key: str = wire("Key", Text(empty=False, rule="tag-key-length"), kw_only=False)
    value: str = wire("Value", Text(), kw_only=False)


class TagsCodec(Many):
    """Takes a dictionary of keys to values, or a list of `Tag`."""

    def __init__(self) -> None:
        super().__init__(Nested(Tag), expected="a dictionary of keys to values, or a list of Tag(…)")

    def normalise(self, given: Mapping[str, str] | Sequence[Tag]) -> Any:
        """Return the tags as a tuple."""
        if isinstance(given, Mapping):
            given = [Tag(key, each) for key, each in given.items()]
        return super().normalise(given)
