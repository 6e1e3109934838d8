"""Names of runs: readable prefix, the resource they belong to, the event that wanted them.

A name is a pure function of the event, so a repeated event finds the job that its first delivery made.
Everything is lower case because the service lower-cases names in ARNs.
"""

import base64
import hashlib
import json
import re

_TOKEN_LENGTH = 6
_PREFIX_LENGTH = 18
# CreateHyperParameterTuningJob, HyperParameterTuningJobName: 1 to 32 characters.
_JOB_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")


def _token(*parts: str) -> str:
    digest = hashlib.sha256(json.dumps(parts).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_TOKEN_LENGTH]


def resource_token(stack_id: str, logical_id: str) -> str:
    """Return six characters that stand for one resource of one stack (a stack made anew has a new id)."""
    return _token(stack_id, logical_id)


def run_name(prefix: str, stack_id: str, logical_id: str, request_id: str) -> str:
    """Return the name of the run that one event wants: ``{prefix}-{resource}-{run}``, at most 32 characters."""
    readable = re.sub(r"[^a-z0-9-]", "-", prefix.lower())[:_PREFIX_LENGTH].strip("-") or "hpo"
    return f"{readable}-{resource_token(stack_id, logical_id)}-{_token(stack_id, logical_id, request_id)}"


def search_text(stack_id: str, logical_id: str) -> str:
    """Return the part that all generated names of a resource share, for the service's ``NameContains``."""
    return f"-{resource_token(stack_id, logical_id)}-"


def is_run_of(name: str, stack_id: str, logical_id: str) -> bool:
    """Tell whether a name is one that ``run_name`` makes for this resource, whatever the prefix and the event."""
    return re.fullmatch(rf".+-{resource_token(stack_id, logical_id)}-[a-z2-7]{{{_TOKEN_LENGTH}}}", name) is not None


def is_job_name(text: str) -> bool:
    """Tell whether the service accepts the text as the name of a tuning job."""
    return len(text) <= 32 and text.isascii() and _JOB_NAME.fullmatch(text) is not None
