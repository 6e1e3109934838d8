"""What a training job definition names in S3."""

from collections.abc import Iterator

from cdk_hpo.definition.channel import S3DataSource
from cdk_hpo.definition.training import TrainingJobDefinition

#: The static hyperparameter that names the archive of the training script (script mode of the framework images).
SCRIPT = "sagemaker_submit_directory"


def s3_sources(job: TrainingJobDefinition) -> Iterator[S3DataSource]:
    """Yield the sources in S3 of a definition's channels; channels that are one token hide theirs."""
    for channel in job.inputs if isinstance(job.inputs, tuple) else ():
        if isinstance(channel.source, S3DataSource):
            yield channel.source


def script_archive(job: TrainingJobDefinition) -> str:
    """Return the address of the archive of the training script, or empty text."""
    # The SDK writes hyperparameters as JSON, so the address may stand in quotation marks.
    static = job.static_hyper_parameters
    return (static.get(SCRIPT, "") if isinstance(static, dict) else "").strip('"')
