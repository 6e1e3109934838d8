"""What lies beside a call: the same action where the job has no business."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.training_access import Call

Beside = tuple[str, str, Mapping[str, Any]]
_ACCOUNTS = ("111122223333", "123456789012")


def neighbours(call: Call) -> Iterator[Beside]:
    """Return what the call is next to, each with its resource and its condition keys."""
    yield from _by_service(call)
    arn = call.resource.split(":", 5)
    if len(arn) == 6 and arn[4]:
        (other, *_) = [each for each in _ACCOUNTS if each != arn[4]]
        yield "another account", ":".join([*arn[:4], other, arn[5]]), call.context
    if len(arn) == 6 and arn[3]:
        yield "another region", ":".join([*arn[:3], "eu-north-1", *arn[4:]]), call.context


def _by_service(call: Call) -> Iterator[Beside]:
    service, action = call.action.split(":")
    if service == "s3":
        yield from _s3(call)
    elif service == "kms":
        yield "another key", f"{call.resource.rpartition('/')[0]}/0a0b0c0d-1111-2222-3333-444455aabbcc", _no_alias(call)
        if action == "CreateGrant":
            yield "a grant to someone", call.resource, {**call.context, "kms:GrantIsForAWSResource": "false"}
    elif service == "logs":
        for other in ("ProcessingJobs", "TrainingJobs2"):
            yield "another log group", call.resource.replace("TrainingJobs", other, 1), {}
    elif service == "cloudwatch":
        for namespace in ("AWS/EC2", "/aws/sagemaker/Endpoints", "/aws/sagemaker/TrainingJobs2"):
            yield "another namespace", "*", {"cloudwatch:namespace": namespace}
        yield "no namespace", "*", {}
    elif service == "s3express":
        yield "another directory bucket", call.resource.replace("bucket/", "bucket/x"), {}
    elif call.resource != "*" and not call.resource.endswith("/*") and call.facts.get("interface") is None:
        yield "another name", f"{call.resource}-2", {}
        yield "a name within the name", call.resource[:-1], {}


def _s3(call: Call) -> Iterator[Beside]:
    if call.action == "s3:ListBucket":
        for other in _other_keys(call):
            yield f"the prefix {other!r}", call.resource, {"s3:prefix": other}
        if call.facts["key" if "key" in call.facts else "path"]:
            yield "the whole bucket", call.resource, {}
        yield "another bucket", f"{call.resource}-2", call.context
        return
    root, _, _ = call.resource.partition("/object/" if "access_point" in call.facts else "/")
    if "access_point" in call.facts:
        root = f"{root}/object"
    if call.facts.get("listed") is None or call.row.facts != "manifest":
        for other in _other_keys(call):
            yield f"the object {other!r}", f"{root}/{other}", {}
    yield "another bucket", call.resource.replace(root, f"{root}-2", 1), {}


def _other_keys(call: Call) -> Iterator[str]:
    """Keys beside what the field names; none when it names a whole bucket."""
    facts = call.facts
    if facts.get("path"):
        yield f"{facts['path'].rstrip('/')}-2/x"
    key = facts.get("path") or facts.get("key")
    if key:
        yield "elsewhere/x"
        yield f"x{key}x"
    if call.row.facts == "script":
        yield f"{key}2"


def _no_alias(call: Call) -> dict[str, Any]:
    return {key: value for key, value in call.context.items() if key != "kms:ResourceAliases"}
