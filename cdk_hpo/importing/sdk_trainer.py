"""Version 3 of the SDK: the training job definition that a tuner makes of a model trainer."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import Path
from cdk_hpo.importing.arguments import Arguments
from cdk_hpo.importing.notes import Notes
from cdk_hpo.importing.sdk_inputs import channels
from cdk_hpo.importing.sdk_ranges import texts
from cdk_hpo.importing.snake import SnakeReader

_COMPUTE = {"instance_type": "ml.m5.xlarge", "instance_count": 1, "volume_size_in_gb": 30}
_SPOT = "enable_managed_spot_training"
_FLAGS = ("enable_network_isolation", "enable_inter_container_traffic_encryption")
#: What is a member of the definition under its own name.
_MEMBERS = ("stopping_condition", "output_data_config", "checkpoint_config", "environment")
_HARMLESS = frozenset(
    {
        "base_job_name",
        "local_container_root",
        "model_package_config",
        "sagemaker_session",
        "training_image_config",
        "training_mode",
    }
)
_CODE = (
    "left out: the SDK packs this code and uploads it as channels of its own; upload it once and name it as a channel"
)
_LOST = dict.fromkeys(("distributed", "source_code"), _CODE)


def training_job(given: Mapping[str, Any], path: Path, notes: Notes) -> dict[str, Any]:
    """Return the training job definition, with all hyperparameters as static ones.

    Parameters
    ----------
    given
        The arguments of ``ModelTrainer``.
    """
    arguments = Arguments(given, path, notes)
    compute = _COMPUTE | dict(arguments.structure("compute"))
    networking = dict(arguments.structure("networking"))
    members: dict[str, Any] = {name: arguments.take(name) for name in _MEMBERS}
    members |= {name: networking.pop(name, None) for name in _FLAGS}
    members |= {_SPOT: compute.pop(_SPOT, None), "vpc_config": networking or None}
    members |= {"resource_config": compute, "role_arn": arguments.take("role")}
    members["stopping_condition"] = members["stopping_condition"] or {}
    out = SnakeReader(notes).structure("HyperParameterTrainingJobDefinition", members, path)
    out["StaticHyperParameters"] = texts(arguments.structure("hyperparameters"), as_json=False)
    out["AlgorithmSpecification"] = {
        "TrainingInputMode": arguments.take("training_input_mode", "File"),
        **arguments.taken({"TrainingImage": "training_image", "AlgorithmName": "algorithm_name"}),
    }
    data = channels(arguments.take("input_data_config"), arguments.path("input_data_config"), notes)
    if data:
        out["InputDataConfig"] = data
    if "OutputDataConfig" not in out:
        reason = "the SDK takes its default bucket, sagemaker-REGION-ACCOUNT: give the address as s3_output_path"
        notes.lose(arguments.path("output_data_config"), reason)
    arguments.report(_HARMLESS, _LOST)
    return out
