"""The arguments that stand for the API's names."""

from cdk_hpo.definition.names import python_names


def test_names_that_read_otherwise() -> None:
    names = python_names()
    assert names["MaxWaitTimeInSeconds"] == "max_wait"
    assert names["DefinitionName"] == "name"
    assert names["InstanceCount"] == "count or instance_count"
    assert names["VolumeKmsKeyId"] == "volume_encryption_key"


def test_every_structure_is_reached() -> None:
    assert {"HyperParameterTuningJobObjective", "S3Uri", "FileSystemId", "MinResource", "UltraServerId"} <= {
        *python_names()
    }
