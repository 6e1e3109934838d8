"""The best model of a job for whose end a deployment waits, as a resource of the same stack."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from cdk_hpo.access.model_role import create_model_role, model_statements
from cdk_hpo.access.partition import Place
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.request_parts import definitions_of

if TYPE_CHECKING:
    from cdk_hpo.launch.job import HyperParameterTuningJob


def create_best_model(
    job: "HyperParameterTuningJob",
    id: str,
    role: IRoleRef | None,
    image: str | None,
    environment: Mapping[str, str] | None,
) -> sagemaker.CfnModel:
    """Return the model (see `HyperParameterTuningJob.create_best_model`)."""
    artifact = job.best_model_artifact
    parts = definitions_of(job.request)
    images = {part["AlgorithmSpecification"].get("TrainingImage") for part in parts}
    compressed = {part["OutputDataConfig"].get("CompressionType") != "NONE" for part in parts}
    if image is None and (len(images) > 1 or None in images):
        raise ValueError(f"{job.node.path}: the training jobs do not have one image: give image=")
    if len(compressed) > 1:
        raise ValueError(f"{job.node.path}: some training jobs compress what they write, and some do not")
    scope = Construct(job, id)
    if role is None:
        statements = model_statements(job.definition, job.request, image, Place.of(Stack.of(job)))
        role = create_model_role(scope, "Role", statements)
    # What is not compressed is below a prefix, and its address ends in a slash.
    source = sagemaker.CfnModel.S3DataSourceProperty(s3_uri=artifact, s3_data_type="S3Prefix", compression_type="None")
    container = sagemaker.CfnModel.ContainerDefinitionProperty(
        image=images.pop() if image is None else image,
        environment=None if environment is None else dict(environment),
        model_data_url=artifact if compressed == {True} else None,
        model_data_source=None
        if compressed == {True}
        else sagemaker.CfnModel.ModelDataSourceProperty(s3_data_source=source),
    )
    return sagemaker.CfnModel(
        scope,
        "Resource",
        execution_role_arn=str(reference(role, "role_arn", "role_ref.role_arn")),
        primary_container=container,
        enable_network_isolation=True if any(part.get("EnableNetworkIsolation") for part in parts) else None,
    )
