"""Network isolation, and what a container then cannot fetch."""

from cdk_hpo.access.sources import SCRIPT, script_archive
from cdk_hpo.definition.training import TrainingJobDefinition


def isolated_scripts(jobs: tuple[TrainingJobDefinition, ...]) -> list[str]:
    """Return a warning for each isolated training job whose container would have to fetch its script from S3.

    SageMaker brings inputs and takes the model away by itself; the script's archive is fetched by the container:
    https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    """
    found = []
    for job in jobs:
        address = script_archive(job)
        if job.enable_network_isolation is True and address.startswith("s3://"):
            found.append(
                f"{SCRIPT} is {address}, but an isolated container reaches no S3: bring the archive in a channel, "
                'such as "code", and write "/opt/ml/input/data/code/sourcedir.tar.gz"'
            )
    return found
