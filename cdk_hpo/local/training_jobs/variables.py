"""The environment of a training program: the names that SageMaker and its training toolkit give.

https://github.com/aws/sagemaker-training-toolkit/blob/master/ENVIRONMENT_VARIABLES.md
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .config_files import HOST, input_data_config, instance_type, resource_config
from .layout import Layout
from .order import Order

PREFIX = "sagemaker_"
RESERVED = ("_tuning_objective_metric", "default_user_module_name")
_INHERITED = ("LANG", "LD_LIBRARY_PATH", "TZ")


def environment(order: Order, layout: Layout, hyperparameters: Mapping[str, str], cpus: int) -> dict[str, str]:
    """Return all variables of a program but those that its own image adds.

    Parameters
    ----------
    order
        The training job.
    layout
        Its folders.
    hyperparameters
        All of its hyperparameters, as text.
    cpus
        How many processors it may use. Nothing holds it to that, but the usual libraries heed it.
    """
    kept = {key: value for key, value in os.environ.items() if key in _INHERITED or key.startswith("LC_")}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(layout.root),
        "TMPDIR": str(layout.temporary),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": str(cpus),
        "AWS_REGION": order.region,
        "AWS_DEFAULT_REGION": order.region,
        "TRAINING_JOB_NAME": order.name,
        "TRAINING_JOB_ARN": order.arn,
        "SAGEMAKER_BASE_DIR": str(layout.ml),  # where SageMaker's own toolkit looks instead of /opt/ml
        **{f"SM_{name.upper()}": _text(value) for name, value in _facts(order, layout, hyperparameters, cpus).items()},
        **(order.definition.get("Environment") or {}),
    }


def arguments(hyperparameters: Mapping[str, str]) -> list[str]:
    """Return the hyperparameters of the user's as a script's arguments, in the order of their names."""
    given = sorted(decoded(hyperparameters).items())
    return [part for name, value in given for part in (f"--{name}" if len(name) > 1 else f"-{name}", _argument(value))]


def decoded(hyperparameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the hyperparameters that are the user's, with the values behind what may be JSON."""
    return {
        name: value_of(text)
        for name, text in hyperparameters.items()
        if not name.startswith(PREFIX) and name not in RESERVED
    }


def value_of(text: str) -> Any:
    """Return the value that a text stands for; the text itself when it is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _facts(order: Order, layout: Layout, hyperparameters: Mapping[str, str], cpus: int) -> dict[str, Any]:
    own = decoded(hyperparameters)
    channels = input_data_config(order)
    program = value_of(hyperparameters.get("sagemaker_program", ""))
    return {
        "hosts": [HOST],
        "current_host": HOST,
        "current_instance_type": instance_type(order),
        "current_instance_group": "homogeneousCluster",
        "network_interface_name": "lo",
        "num_cpus": cpus,
        "num_gpus": 0,
        "num_neurons": 0,
        "log_level": hyperparameters.get("sagemaker_container_log_level", "20"),
        "hps": own,
        "user_args": arguments(hyperparameters),
        "user_entry_point": program,
        "module_name": program.removesuffix(".py") if isinstance(program, str) else program,
        "module_dir": str(layout.code),
        "framework_params": {name: value_of(text) for name, text in hyperparameters.items() if name.startswith(PREFIX)},
        "input_dir": str(layout.ml / "input"),
        "input_config_dir": str(layout.config),
        "input_data_config": channels,
        "resource_config": resource_config(order),
        "model_dir": str(layout.model),
        "output_dir": str(layout.output),
        "output_data_dir": str(layout.output_data),
        "output_intermediate_dir": str(layout.output / "intermediate"),
        "channels": sorted(channels),
        "training_env": {
            "job_name": order.name,
            "hyperparameters": own,
            "channel_input_dirs": {name: str(layout.data / name) for name in channels},
            "model_dir": str(layout.model),
            "output_data_dir": str(layout.output_data),
        },
        **{f"channel_{name}": str(layout.data / name) for name in channels},
        **{f"hp_{name}": value for name, value in own.items()},
    }


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _argument(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}={each}" for key, each in sorted(value.items()))
    return "" if value is None else str(value)
