"""Where things stand in a request in boto3 form."""

from collections.abc import Mapping
from typing import Any, cast


def definitions_of(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the training job definitions of a request, whether one was given or a list."""
    return cast(list[dict[str, Any]], request.get("TrainingJobDefinitions") or [request["TrainingJobDefinition"]])
