"""Addresses in S3: a bucket with a prefix, or a whole address as text."""

from typing import Any

from cdk_hpo.definition._codec import Codec, Problem, Text
from cdk_hpo.definition._shown import shown
from cdk_hpo.definition._tokens import as_text, is_token, is_unknown, reference

#: The bucket's name on the narrowest interface first. An L1's ``bucket_name`` is what was asked for, often nothing.
BUCKET_NAME = ("bucket_ref.bucket_name", "bucket_name")
PREFIX = Text()


class S3Address(Codec):
    """A bucket, whose prefix the owner holds beside it as ``prefix``, or text such as ``s3://bucket/prefix``."""

    def normalise(self, given: Any) -> Any:
        """Take a bucket, text or a token."""
        if isinstance(given, str) or reference(given, *BUCKET_NAME) is not None:
            return given
        if is_token(given):
            return as_text(given)
        raise Problem(f'expected a bucket or text such as "s3://bucket/prefix", got {shown(given)}')

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        """Return the whole address."""
        prefix = owner.prefix
        if isinstance(held, str):
            # Text without a prefix goes to the service to the letter.
            return held if not prefix else f"{held.rstrip('/')}/{_inside(prefix)}"
        return f"s3://{reference(held, *BUCKET_NAME)}/{_inside(prefix)}"


def _inside(prefix: Any) -> str:
    """Return the prefix without leading slashes: an object's key has none."""
    text = str(prefix or "")
    return text if is_unknown(text) else text.lstrip("/")
