"""CloudFormation's models and groups of models, which the emulator lacks: kept where SageMaker's own calls look."""

import uuid
from typing import Any

from . import cloudformation_types
from .sagemaker import Caller, Everything, TuningService

Properties = dict[str, Any]


def install(service: TuningService) -> None:
    """Register the types."""
    from ministack.services.cloudformation import provisioners

    def model(logical_id: str, given: Properties, stack: str) -> tuple[str, Properties]:
        name = given.get("ModelName") or f"{stack}-{logical_id}-{uuid.uuid4().hex[:12]}"[-63:].lstrip("-")
        made = service.models.create_model(_typed({**given, "ModelName": name}), _caller(), Everything())
        return made["ModelArn"], {"ModelName": name}

    def group(_: str, given: Properties, __: str) -> tuple[str, Properties]:
        made = service.models.create_group(given, _caller(), Everything())
        return made["ModelPackageGroupArn"], made

    def delete(arn: str, _: Properties) -> None:
        service.models.kept.pop(arn, None)

    for name, create in {"Model": model, "ModelPackageGroup": group}.items():
        handler = cloudformation_types._handler(create, delete)
        provisioners._RESOURCE_HANDLERS.setdefault(f"AWS::SageMaker::{name}", handler)


def _caller() -> Caller:
    from ministack.core.responses import get_account_id, get_region

    return Caller(account=get_account_id(), region=get_region())


def _typed(given: Properties) -> Properties:
    """Return properties with the one boolean as such: templates may hold text."""
    isolated = str(given.get("EnableNetworkIsolation", False)).lower() == "true"
    return {**given, "EnableNetworkIsolation": isolated}
