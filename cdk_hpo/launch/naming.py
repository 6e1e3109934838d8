"""Readable prefixes of generated names."""

import re

#: What the digests that make a name unique leave of SageMaker's 32 characters.
PREFIX_LENGTH = 18
#: A parent's id that is cut to less than this says nothing.
_SHORTEST = 3
_PREFIX = re.compile(r"[a-z0-9](-*[a-z0-9]){0,17}")


def prefix_of_path(path: str) -> str:
    """Return the prefix that a construct's path suggests: its own id, and as much of its parents before it as fits."""
    parts = [part for part in (_cleaned(each) for each in path.split("/")) if part] or ["tuning"]
    prefix = parts.pop()[:PREFIX_LENGTH].strip("-")
    for part in reversed(parts):
        room = PREFIX_LENGTH - len(prefix) - 1
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
