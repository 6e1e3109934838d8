"""What a role's policies grant, cut into the smallest pieces, and which calls use which piece."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from cdk_hpo.local import LocalCloud


@dataclass(frozen=True)
class Grant:
    """One action on one resource, and one value of a condition if there are several."""

    sid: str
    action: str
    resource: str
    key: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        condition = "" if self.key is None else f" where {self.key} is {self.value!r}"
        return f"{self.sid}: {self.action} on {self.resource}{condition}"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(cloud: LocalCloud, role_arn: str) -> list[dict[str, Any]]:
    """Return the statements of all policies of a role."""
    iam, name = cloud.client("iam"), role_arn.rsplit("/", 1)[-1]
    documents = [
        iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    ]
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        documents.append(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    parsed = [json.loads(each) if isinstance(each, str) else each for each in documents]
    return [statement for document in parsed for statement in document["Statement"]]


def grants_of(statement: Mapping[str, Any]) -> Iterator[Grant]:
    """Cut a statement."""
    for action in listed(statement["Action"]):
        for resource in listed(statement["Resource"]):
            conditions = list(_conditions(statement))
            if not conditions:
                yield Grant(statement.get("Sid", ""), action, resource)
            for _, key, value in conditions:
                yield Grant(statement.get("Sid", ""), action, resource, key, value)


def uses(statement: Mapping[str, Any], grant: Grant, action: str, resource: str, context: Mapping[str, Any]) -> bool:
    """Tell whether a call uses a piece of a statement."""
    given = {key.lower(): [str(each) for each in listed(value)] for key, value in context.items() if value is not None}
    if not (fnmatchcase(action.lower(), grant.action.lower()) and fnmatchcase(resource, grant.resource)):
        return False
    wanted: dict[str, list[tuple[str, str]]] = {}
    for operator, key, value in _conditions(statement):
        wanted.setdefault(key, []).append((operator, value))
    met = all(
        any(_meets(operator, value, given.get(key.lower(), [])) for operator, value in values)
        for key, values in wanted.items()
    )
    own = [operator for operator, key, value in _conditions(statement) if (key, value) == (grant.key, grant.value)]
    return met and all(_meets(each, str(grant.value), given.get(str(grant.key).lower(), [])) for each in own)


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            for value in listed(values):
                yield operator, key, str(value)


def _meets(operator: str, wanted: str, given: list[str]) -> bool:
    kind = operator.rpartition(":")[2]
    if kind == "Null":
        return bool(given) is (wanted.lower() == "false")
    if kind not in ("Bool", "StringEquals", "StringLike", "ArnLike", "ArnEquals"):
        raise NotImplementedError(operator)
    return any(fnmatchcase(each, wanted) if "Like" in kind else each == wanted for each in given)
