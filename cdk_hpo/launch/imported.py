"""Tuning jobs that exist already."""

from aws_cdk import Arn, ArnFormat, Stack
from constructs import Construct

from cdk_hpo.launch.reference import TuningJobBase

_RESOURCE = "hyper-parameter-tuning-job"


class ImportedTuningJob(TuningJobBase):
    """A tuning job known by its name and ARN."""

    def __init__(self, scope: Construct, id: str, *, name: str, arn: str) -> None:
        super().__init__(scope, id)
        self.tuning_job_name = name
        self.tuning_job_arn = arn
        self._event_names = [name]


def from_name(scope: Construct, id: str, name: str) -> ImportedTuningJob:
    """Return the job of that name in the stack's account and region."""
    # SageMaker's ARNs have names in lower case; a token is left as it is.
    arn = Stack.of(scope).format_arn(
        service="sagemaker", resource=_RESOURCE, resource_name=name if "${" in name else name.lower()
    )
    return ImportedTuningJob(scope, id, name=name, arn=arn)


def from_arn(scope: Construct, id: str, arn: str) -> ImportedTuningJob:
    """Return the job that an ARN names."""
    name = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resource_name
    if not name or (f":{_RESOURCE}/" not in arn and "${" not in arn):
        raise ValueError(f"expected the ARN of a tuning job, arn:…:sagemaker:…:{_RESOURCE}/name, got {arn!r}")
    return ImportedTuningJob(scope, id, name=name, arn=arn)
