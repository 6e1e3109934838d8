"""One customer key for everything that a training job stores."""

from typing import TYPE_CHECKING, Any

from cdk_hpo.definition._value import variant
from cdk_hpo.definition.training import TrainingJobDefinition

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_kms import IKeyRef


def encrypted(job: TrainingJobDefinition, key: "IKeyRef | str", *, between_containers: bool) -> TrainingJobDefinition:
    """Return the definition with the key for its volumes and its output, where it has none already."""
    output = job.output
    if output.encryption_key is None:
        output = variant(output, encryption_key=key)
    # Every class of machines has the attribute; only their common base does not say so.
    resources: Any = job.resources
    if resources.volume_encryption_key is None:
        resources = variant(resources, volume_encryption_key=key)
    encrypt = True if between_containers else job.enable_inter_container_traffic_encryption
    return variant(job, output=output, resources=resources, enable_inter_container_traffic_encryption=encrypt)
