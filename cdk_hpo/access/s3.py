"""What a training job does in S3."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_cdk import Fn

from cdk_hpo.access.partition import Place
from cdk_hpo.access.run_time import comes_later
from cdk_hpo.access.sources import s3_sources, script_archive
from cdk_hpo.access.statements import Statement
from cdk_hpo.checks.unknown import is_expression
from cdk_hpo.definition._tokens import is_unknown, reference
from cdk_hpo.definition.enums import S3DataType
from cdk_hpo.definition.training import TrainingJobDefinition

_MANIFESTS = (S3DataType.MANIFEST_FILE, S3DataType.AUGMENTED_MANIFEST_FILE)


@dataclass(frozen=True)
class Location:
    """A bucket's ARN and a key prefix in it."""

    bucket_arn: str
    prefix: str
    #: What may follow the prefix in an object's key.
    rest: str = "*"
    #: The prefixes that are listed, when they are others.
    listed: tuple[str, ...] | None = None

    @property
    def objects(self) -> str:
        """The ARN of all objects below the prefix."""
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
        inside = "/object" if ":accesspoint/" in self.bucket_arn else ""
        return f"{self.bucket_arn}{inside}/{_literal(self.prefix)}{self.rest}"

    @property
    def below(self) -> "Location":
        """The same place as a folder: what is written lies below it, not beside it."""
        if not self.prefix or self.prefix.endswith("/"):
            return self
        # No page says whether the slash is there when a folder is listed.
        prefix = _literal(self.prefix)
        return Location(self.bucket_arn, f"{self.prefix}/", listed=(prefix, f"{prefix}/*"))

    @property
    def listings(self) -> tuple[str, ...]:
        """The prefixes that are listed, as patterns."""
        return (f"{_literal(self.prefix)}*",) if self.listed is None else self.listed

    @property
    def is_directory(self) -> bool:
        """Whether this is a directory bucket (S3 Express), which opens as a whole by a session."""
        return ":s3express:" in self.bucket_arn


def location(bucket: Any, prefix: str | None, place: Place) -> Location:
    """Return the location that a bucket (or the text of an address) and a prefix name."""
    if not isinstance(bucket, str):
        return Location(str(reference(bucket, "bucket_ref.bucket_arn", "bucket_arn")), (prefix or "").lstrip("/"))
    return _parsed(f"{bucket.rstrip('/')}/{prefix.lstrip('/')}" if prefix else bucket, place)


def _parsed(address: str, place: Place) -> Location:
    arn = f"arn:{place.partition}:s3:::"
    # An expression may have an address inside, to which it adds something.
    if "://" in address and not is_expression(address):
        path = address.split("://", 1)[1]
        if path.startswith("arn:"):
            service, name, key = (*path.split("/", 2), "")[:3]
            return Location(f"{service}/{name}", key)
        if address.startswith("https://"):
            path = _without_domain(path)
        name, _, key = path.partition("/")
        if name.endswith("--x-s3"):
            return Location(place.arn("s3express", f"bucket/{name}"), key)
        return Location(f"{arn}{name}", key)
    if comes_later(address):
        return Location(f"{arn}{address}", "")
    # The whole address is a token: only CloudFormation can take it apart.
    parts = Fn.split("/", address)
    return Location(f"{arn}{Fn.select(2, parts)}", "")


#: ``bucket.s3.region.amazonaws.com/key`` and ``s3.region.amazonaws.com/bucket/key``.
_BROWSER = re.compile(r"(?:(?P<bucket>[^/]+)\.)?s3[.-](?:[^/]*\.)?amazonaws\.com(?:\.cn)?/?(?P<path>.*)")


def _without_domain(path: str) -> str:
    """Return ``bucket/key`` for the rest of an address that a browser takes."""
    parts = _BROWSER.fullmatch(path)
    if parts is None:
        return path
    return "/".join(part for part in (parts["bucket"], parts["path"]) if part)


def _literal(key: str) -> str:
    """Return a key in which an asterisk stands for one character, not for anything.

    IAM has a way to write the asterisk itself, but the CDK's validation of templates refuses it.
    """
    return key.replace("*", "?")


def statements(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> list[Statement]:
    """Return the statements for inputs, output and checkpoints of all training job definitions."""
    reads = [*_inputs(jobs, place)]
    kept = [job.checkpoint for job in jobs if job.checkpoint]
    checkpoints = [location(each.bucket, each.prefix, place).below for each in kept]
    writes = [location(job.output.bucket, job.output.prefix, place).below for job in jobs]
    directories = [each.bucket_arn for each in (*reads, *checkpoints, *writes) if each.is_directory]
    reads, checkpoints, writes = (
        [each for each in places if not each.is_directory] for places in (reads, checkpoints, writes)
    )
    listed = _by_bucket([*reads, *checkpoints])
    return [
        # A session is for the whole bucket: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
        Statement("OpenDirectoryBuckets", ["s3express:CreateSession"], directories),
        Statement("ReadInputs", ["s3:GetObject"], [each.objects for each in reads]),
        *(
            Statement(
                f"ListBucket{index or ''}",
                ["s3:ListBucket"],
                [arn],
                {"StringLike": {"s3:prefix": prefixes}},
            )
            for index, (arn, prefixes) in enumerate(listed.items())
        ),
        Statement("WriteOutput", ["s3:AbortMultipartUpload", "s3:PutObject"], [each.objects for each in writes]),
        Statement(
            "KeepCheckpoints",
            ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            [each.objects for each in checkpoints],
        ),
    ]


def _inputs(jobs: tuple[TrainingJobDefinition, ...], place: Place) -> Iterator[Location]:
    for job in jobs:
        for source in s3_sources(job):
            found = location(source.bucket, source.prefix, place)
            # A manifest lists objects of its bucket that nobody knows at synthesis.
            is_manifest = source.data_type in _MANIFESTS
            yield Location(found.bucket_arn, "", listed=found.listings) if is_manifest else found
        yield from _script(job, place)


def _script(job: TrainingJobDefinition, place: Place) -> Iterator[Location]:
    address = script_archive(job)
    if address.startswith("s3://") or (address and is_unknown(address)):
        found = _parsed(address, place)
        yield Location(found.bucket_arn, found.prefix, rest="" if found.prefix else "*", listed=())


def _by_bucket(locations: list[Location]) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for each in locations:
        prefixes = out.setdefault(each.bucket_arn, [])
        for prefix in each.listings:
            if prefix not in prefixes:
                prefixes.append(prefix)
    return {arn: prefixes for arn, prefixes in out.items() if prefixes}
