"""Models, and versions of models in the registry: what is made of a winner."""

from collections.abc import Callable, Mapping
from typing import Any

from . import tags
from .access import Access, Caller
from .errors import ServiceError, invalid

Record = dict[str, Any]
Operation = Callable[["Models", dict[str, Any], Caller, Access], dict[str, Any]]


class Models:
    """The models, the groups of the registry and their versions, by their ARNs."""

    def __init__(self) -> None:
        self.kept: dict[str, Record] = {}

    def create_model(self, request: Record, caller: Caller, access: Access) -> Record:
        """Keep a model whose role the caller may pass."""
        arn = _arn(caller, "model", request["ModelName"])
        given = tags.from_list(request.get("Tags") or [])
        access.authorize(caller, "sagemaker:CreateModel", arn, request_tags=given)
        if given:
            access.authorize(caller, "sagemaker:AddTags", arn, request_tags=given, creating="CreateModel")
        if "ExecutionRoleArn" in request:
            access.pass_role(caller, request["ExecutionRoleArn"], (arn,))
        if arn in self.kept:
            raise invalid(f'Cannot create already existing model "{arn}".')
        if not any(request.get(member) for member in ("PrimaryContainer", "Containers")):
            raise invalid("A model needs a primary container, or a list of containers.")
        self.kept[arn] = {**request, "ModelArn": arn}
        return {"ModelArn": arn}

    def describe_model(self, request: Record, caller: Caller, access: Access) -> Record:
        """Return what was kept, without the tags."""
        arn = _arn(caller, "model", request["ModelName"])
        access.authorize(caller, "sagemaker:DescribeModel", arn)
        if arn not in self.kept:
            raise invalid(f'Could not find model "{arn}".')
        return {name: each for name, each in self.kept[arn].items() if name != "Tags"}

    def create_group(self, request: Record, caller: Caller, access: Access) -> Record:
        """Keep a group."""
        arn = _arn(caller, "model-package-group", request["ModelPackageGroupName"])
        access.authorize(caller, "sagemaker:CreateModelPackageGroup", arn)
        if arn in self.kept:
            raise invalid(f"Model Package Group already exists: {arn}")
        self.kept[arn] = {"ModelPackageGroupArn": arn, "Versions": {}}
        return {"ModelPackageGroupArn": arn}

    def create_package(self, request: Record, caller: Caller, access: Access) -> Record:
        """Keep the next version of a group; the same token gives the same version."""
        name = request.get("ModelPackageGroupName")
        if name is None:
            raise ServiceError("UnknownOperationException", "The local cloud keeps model packages in groups only.")
        if request.get("Tags"):
            raise invalid("A version of a model package group has the tags of its group: give none.")
        name = name.rsplit("/", 1)[-1]
        group = _arn(caller, "model-package-group", name)
        arn = _arn(caller, "model-package", f"{name}/")
        access.authorize(caller, "sagemaker:CreateModelPackage", arn + "1")
        access.authorize(caller, "sagemaker:CreateModelPackage", group)
        if group not in self.kept:
            raise invalid(f"Could not find model package group: {group}")
        versions: dict[str, str] = self.kept[group]["Versions"]
        version = versions.setdefault(request.get("ClientToken") or str(len(versions)), f"{arn}{len(versions) + 1}")
        self.kept.setdefault(version, {**request, "ModelPackageArn": version})
        return {"ModelPackageArn": version}

    def describe_package(self, request: Record, caller: Caller, access: Access) -> Record:
        """Return what was kept of a version."""
        arn = request["ModelPackageName"]
        access.authorize(caller, "sagemaker:DescribeModelPackage", arn)
        if arn not in self.kept:
            raise invalid(f"ModelPackage {arn} does not exist.")
        return self.kept[arn]


def _arn(caller: Caller, kind: str, name: str) -> str:
    return f"arn:aws:sagemaker:{caller.region}:{caller.account}:{kind}/{name.lower()}"


OPERATIONS: Mapping[str, Operation] = {
    "CreateModel": Models.create_model,
    "DescribeModel": Models.describe_model,
    "CreateModelPackageGroup": Models.create_group,
    "CreateModelPackage": Models.create_package,
    "DescribeModelPackage": Models.describe_package,
}
