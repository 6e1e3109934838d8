"""Version 2 of the SDK: the training job definition that a tuner makes of an estimator."""

import json
from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.paths import Path
from cdk_hpo.importing.arguments import Arguments
from cdk_hpo.importing.notes import Notes
from cdk_hpo.importing.sdk_inputs import channel
from cdk_hpo.importing.sdk_ranges import texts

#: Estimators of frameworks write hyperparameters and categories as JSON.
_FRAMEWORKS = frozenset(
    {"Chainer", "HuggingFace", "MXNet", "PyTorch", "RLEstimator", "SKLearn", "TensorFlow", "XGBoost"}
)
_VOLUME = 30
_FLAGS = {
    "EnableNetworkIsolation": "enable_network_isolation",
    "EnableInterContainerTrafficEncryption": "encrypt_inter_container_traffic",
    "EnableManagedSpotTraining": "use_spot_instances",
}
_HARMLESS = frozenset(
    {
        "base_job_name",
        "code_location",
        "container_arguments",
        "container_entry_point",
        "container_log_level",
        "debugger_hook_config",
        "disable_profiler",
        "enable_infra_check",
        "enable_remote_debug",
        "enable_sagemaker_metrics",
        "enable_session_tag_chaining",
        "framework_version",
        "instance_placement_config",
        "keep_alive_period_in_seconds",
        "metric_definitions",
        "profiler_config",
        "py_version",
        "rules",
        "sagemaker_session",
        "tensorboard_output_config",
        "training_plan",
    }
)
_CODE = (
    "left out: the SDK packs this code and uploads it; upload it once, and name it with the hyperparameters "
    "sagemaker_submit_directory and sagemaker_program"
)
_LOST = dict.fromkeys(("dependencies", "entry_point", "git_config", "source_dir"), _CODE)


def is_framework(estimator: Mapping[str, Any]) -> bool:
    """Tell whether the estimator's class, if it is said, is one of a framework."""
    return str(estimator.get("class", "")).rpartition(".")[2] in _FRAMEWORKS


def training_job(given: Mapping[str, Any], path: Path, notes: Notes, instances: Any) -> dict[str, Any]:
    """Return the training job definition, with all hyperparameters as static ones and without data.

    Parameters
    ----------
    given
        The estimator's arguments.
    instances
        What ``override_resource_config`` got instead of the estimator's instances, or ``None``.
    """
    arguments = Arguments(given, path, notes)
    arguments.take("class")
    static = texts(arguments.structure("hyperparameters"), as_json=is_framework(given))
    static |= _uploaded_code(arguments, given)
    out: dict[str, Any] = {
        "AlgorithmSpecification": _algorithm(arguments),
        "StaticHyperParameters": static,
        "HyperParameterTuningResourceConfig": _resources(arguments, instances),
        "StoppingCondition": arguments.taken({"MaxRuntimeInSeconds": "max_run", "MaxWaitTimeInSeconds": "max_wait"}),
        **arguments.taken({"RoleArn": "role", "Environment": "environment"}),
        **{member: True for member, value in arguments.taken(_FLAGS).items() if value},
    }
    output = _output(arguments)
    if output:
        out["OutputDataConfig"] = output
    vpc = arguments.taken({"Subnets": "subnets", "SecurityGroupIds": "security_group_ids"})
    if vpc:
        out["VpcConfig"] = vpc
    checkpoint = arguments.taken({"S3Uri": "checkpoint_s3_uri", "LocalPath": "checkpoint_local_path"})
    if "S3Uri" in checkpoint:
        out["CheckpointConfig"] = checkpoint
    attempts = arguments.take("max_retry_attempts")
    if attempts is not None:
        out["RetryStrategy"] = {"MaximumRetryAttempts": attempts}
    model = _model(arguments)
    if model:
        out["InputDataConfig"] = [model]
    packed = "sagemaker_submit_directory" in static
    arguments.report(_HARMLESS | set(_LOST if packed else ()), {} if packed else _LOST)
    return out


def _uploaded_code(arguments: Arguments, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the hyperparameters that name code which lies in S3 already: the SDK writes them, as JSON."""
    source, program = given.get("source_dir"), given.get("entry_point")
    if not (isinstance(source, str) and source.lower().startswith("s3://") and isinstance(program, str)):
        return {}
    for name in ("source_dir", "entry_point"):
        arguments.take(name)
    return {
        "sagemaker_submit_directory": json.dumps(source),
        "sagemaker_program": json.dumps(program.rpartition("/")[2]),
    }


def _algorithm(arguments: Arguments) -> dict[str, Any]:
    out = {"TrainingInputMode": arguments.take("input_mode", "File")}
    named = arguments.taken({"AlgorithmName": "algorithm_arn"})
    found = named or arguments.taken({"TrainingImage": "image_uri"})
    if not found:
        reason = "the SDK looks the image up when it runs: give what estimator.training_image_uri() returns"
        arguments.notes.lose(arguments.path("image_uri"), reason)
    return out | found


def _resources(arguments: Arguments, instances: Any) -> dict[str, Any]:
    kms = arguments.taken({"VolumeKmsKeyId": "volume_kms_key"})
    own = arguments.taken({"InstanceType": "instance_type", "InstanceCount": "instance_count"})
    own["VolumeSizeInGB"] = arguments.take("volume_size", _VOLUME)
    path = arguments.path("instance_configs")
    if not isinstance(instances, list):
        if instances is not None:
            arguments.notes.lose(path, "is no list; left out")
        return own | kms
    return {"InstanceConfigs": [_instance_config(each, path, arguments.notes) for each in instances], **kms}


def _instance_config(given: Any, path: Path, notes: Notes) -> dict[str, Any]:
    arguments = Arguments(given, path, notes)
    out = arguments.taken({"InstanceType": "instance_type", "InstanceCount": "instance_count"})
    out["VolumeSizeInGB"] = arguments.take("volume_size", _VOLUME)
    arguments.report((), {})
    return out


def _output(arguments: Arguments) -> dict[str, Any]:
    out = arguments.taken({"S3OutputPath": "output_path", "KmsKeyId": "output_kms_key"})
    if arguments.take("disable_output_compression"):
        out["CompressionType"] = "NONE"
    if "S3OutputPath" not in out:
        reason = "the SDK takes its default bucket, sagemaker-REGION-ACCOUNT: give the address"
        arguments.notes.lose(arguments.path("output_path"), reason)
    return out


def _model(arguments: Arguments) -> dict[str, Any]:
    """Return the channel of a model to go on with."""
    address, name = arguments.take("model_uri"), arguments.take("model_channel_name", "model")
    if address is None:
        return {}
    given = {"s3_data": address, "content_type": "application/x-sagemaker-model", "input_mode": "File"}
    return channel(name, given, arguments.path("model_uri"), arguments.notes)
