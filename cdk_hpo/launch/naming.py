"""Readable prefixes of generated names."""

import base64
import hashlib
import re
from typing import Any

from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.unknown import is_unknown

#: What the digests that make a name unique leave of SageMaker's 32 characters.
PREFIX_LENGTH = 18
_DIGEST_LENGTH = 4
#: A parent's id that is cut to less than this says nothing.
_SHORTEST = 3
_PREFIX = re.compile(r"[a-z0-9](-*[a-z0-9]){0,17}")


def name_prefix(construct_path: str, given: str | None) -> str:
    """Return the prefix of a launcher's names: the given one, or one that its path suggests.

    Raises
    ------
    ValidationError
        When names cannot begin with the given one.
    """
    if given is None:
        return prefix_of_path(construct_path)
    problem = problem_with_prefix(given)
    if problem is None:
        return given
    finding = Finding(
        rule="job-name-pattern",
        severity=Severity.ERROR,
        path="HyperParameterTuningJobName",
        message=f"tuning_job_name_prefix: {problem}",
        source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html",
    )
    raise ValidationError([finding], construct_path=construct_path)


def names_in_arns(prefix: str, name: str | None) -> str:
    """Return the pattern of a launcher's names as ARNs have them, in lower case.

    Parameters
    ----------
    prefix
        The prefix of generated names.
    name
        The name that the user gave; nobody can say what a token becomes.
    """
    if name is None:
        return f"{prefix}-*"
    return "*" if is_unknown(name) else name.lower()


def names_in_events(prefix: str, name: str | None) -> list[Any]:
    """Return a launcher's names as a pattern of EventBridge: the given one, or what begins with the prefix."""
    return [{"prefix": f"{prefix}-"} if name is None else name]


def prefix_of_path(path: str) -> str:
    """Return the prefix that a construct's path suggests.

    Where the path is too long, it is the construct's own id, as much of its parents before it as fits, and a digest of
    the path: rules and permissions are for a prefix, so two launchers must not share one.
    """
    parts = [part for part in (_cleaned(each) for each in path.split("/")) if part] or ["tuning"]
    whole = "-".join(parts)
    if len(whole) <= PREFIX_LENGTH:
        return whole
    digest = base64.b32encode(hashlib.sha256(path.encode()).digest()).decode().lower()[:_DIGEST_LENGTH]
    return f"{_shortened(parts, PREFIX_LENGTH - _DIGEST_LENGTH - 1)}-{digest}"


def _shortened(parts: list[str], length: int) -> str:
    prefix = parts[-1][:length].strip("-")
    for part in reversed(parts[:-1]):
        room = length - len(prefix) - 1
        shortened = part[:room].strip("-") if room >= _SHORTEST else ""
        if not shortened:
            break
        prefix = f"{shortened}-{prefix}"
    return prefix


def problem_with_prefix(prefix: str) -> str | None:
    """Return what is wrong with a prefix that the user chose, or ``None``."""
    if not isinstance(prefix, str) or len(prefix) > PREFIX_LENGTH or not _PREFIX.fullmatch(prefix):
        return (
            f"expected 1 to {PREFIX_LENGTH} lower-case letters, digits and hyphens, no hyphen at either end "
            f"(the rest of the 32 characters makes each name unique), got {prefix!r}"
        )
    return None


def _cleaned(part: str) -> str:
    # SageMaker writes names in lower case into ARNs, and permissions are by ARN.
    return re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")
