"""S3 addresses as a training job reads them."""

import re
from dataclasses import dataclass

_BROWSER = re.compile(r"https://(?:(?P<bucket>[^/]+)\.)?s3[.-](?:[^/]*\.)?amazonaws\.com(?:\.cn)?/(?P<path>.*)")
DIRECTORY_BUCKET = "--x-s3"


@dataclass(frozen=True)
class Address:
    """A bucket, access point or directory bucket, and what follows it in the address."""

    bucket: str
    key: str

    @classmethod
    def of(cls, uri: str) -> "Address":
        """Read ``s3://bucket/key`` or the ``https`` form; an access point's ARN has a slash of its own."""
        rest = uri.split("://", 1)[1]
        browser = _BROWSER.fullmatch(uri)
        if browser is not None:
            rest = "/".join(filter(None, (browser["bucket"], browser["path"])))
        if rest.startswith("arn:"):
            kind, _, after = rest.partition("/")
            name, _, key = after.partition("/")
            return cls(f"{kind}/{name}", key)
        bucket, _, key = rest.partition("/")
        return cls(bucket, key)

    @property
    def is_directory_bucket(self) -> bool:
        """Whether it is a directory bucket (S3 Express One Zone)."""
        return self.bucket.endswith(DIRECTORY_BUCKET)

    @property
    def is_access_point(self) -> bool:
        """Whether it is the ARN of an access point."""
        return self.bucket.startswith("arn:")

    @property
    def path(self) -> str:
        """The key as a folder: SageMaker writes below it, after one slash, however many it ends with."""
        key = self.key.rstrip("/")
        return f"{key}/" if key else ""
