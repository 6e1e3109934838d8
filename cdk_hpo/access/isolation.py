"""Network isolation, and what a container then cannot fetch."""

from cdk_hpo.definition.training import TrainingJobDefinition

_SCRIPT = "sagemaker_submit_directory"


def isolated_scripts(jobs: tuple[TrainingJobDefinition, ...]) -> list[str]:
    """Return a warning for each isolated training job whose container would have to fetch its script from S3.

    SageMaker brings inputs and takes the model away by itself; the script's archive is fetched by the container:
    https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    """
    found = []
    for job in jobs:
        static = job.static_hyper_parameters
        address = static.get(_SCRIPT, "") if isinstance(static, dict) else ""
        if job.enable_network_isolation is True and address.strip('"').startswith("s3://"):
            found.append(
                f"{_SCRIPT} is {address}, but an isolated container reaches no S3: bring the archive in a channel, "
                'such as "code", and write "/opt/ml/input/data/code/sourcedir.tar.gz"'
            )
    return found
