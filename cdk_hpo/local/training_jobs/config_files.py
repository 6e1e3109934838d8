"""The files from which a training program learns its job.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-running-container.html
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .layout import Layout
from .order import Order

HOST = "algo-1"
_CHANNEL_MEMBERS = ("ContentType", "TrainingInputMode", "S3DistributionType", "RecordWrapperType")


def write(order: Order, layout: Layout, hyperparameters: Mapping[str, str]) -> None:
    """Write all of them."""
    files = {
        "hyperparameters.json": dict(hyperparameters),
        "inputdataconfig.json": input_data_config(order),
        "resourceconfig.json": resource_config(order),
    }
    if (checkpoints := order.definition.get("CheckpointConfig")) is not None:
        local = layout.inside(checkpoints.get("LocalPath") or "/opt/ml/checkpoints")
        files["checkpointconfig.json"] = {"S3Uri": checkpoints["S3Uri"], "LocalPath": str(local)}
    for name, content in files.items():
        (layout.config / name).write_text(json.dumps(content), encoding="utf-8")


def input_data_config(order: Order) -> dict[str, dict[str, str]]:
    """Return what each channel is, by name."""
    mode = order.definition["AlgorithmSpecification"].get("TrainingInputMode", "File")
    found = {}
    for channel in order.definition.get("InputDataConfig") or []:
        source = channel["DataSource"].get("S3DataSource") or {}
        values = (
            channel.get("ContentType"),
            channel.get("InputMode") or mode,
            source.get("S3DataDistributionType", "FullyReplicated"),
            channel.get("RecordWrapperType", "None"),
        )
        members = zip(_CHANNEL_MEMBERS, values, strict=True)
        found[channel["ChannelName"]] = {key: value for key, value in members if value is not None}
    return found


def resource_config(order: Order) -> dict[str, Any]:
    """Return the hosts: this machine, whatever the number of instances."""
    kind = instance_type(order)
    group = {"instance_group_name": "homogeneousCluster", "instance_type": kind, "hosts": [HOST]}
    return {
        "current_host": HOST,
        "current_instance_type": kind,
        "current_group_name": "homogeneousCluster",
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": "lo",
    }


def instance_type(order: Order) -> str:
    """Return the type of instance that the definition asks for."""
    flexible = order.definition.get("HyperParameterTuningResourceConfig") or {}
    given = order.definition.get("ResourceConfig") or (flexible.get("InstanceConfigs") or [flexible])[0]
    return str(given.get("InstanceType", "local"))


def checkpoint_folder(layout: Layout) -> Path | None:
    """Return where the program leaves checkpoints, None when it was not asked for any."""
    path = layout.config / "checkpointconfig.json"
    return Path(json.loads(path.read_text(encoding="utf-8"))["LocalPath"]) if path.exists() else None
