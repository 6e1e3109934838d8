"""Tuning jobs that exist already."""

from typing import Any

from aws_cdk import Arn, ArnFormat, Stack, Token
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
    _refuse_no_text("tuning_job_name", "the name of a tuning job", name)
    if name.startswith("arn:"):
        raise ValueError(f"expected the name of a tuning job, got an ARN: write from_tuning_job_arn(…) for {name!r}")
    # SageMaker's ARNs have names in lower case; a token is left as it is.
    arn = Stack.of(scope).format_arn(
        service="sagemaker", resource=_RESOURCE, resource_name=name if "${" in name else name.lower()
    )
    return ImportedTuningJob(scope, id, name=name, arn=arn)


def from_arn(scope: Construct, id: str, arn: str) -> ImportedTuningJob:
    """Return the job that an ARN names."""
    _refuse_no_text("tuning_job_arn", "the ARN of a tuning job", arn)
    if not arn.startswith("arn:") and not Token.is_unresolved(arn):
        raise ValueError(f"{_EXPECTED}, got {arn!r}: of a job's name write from_tuning_job_name(…)")
    name = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).resource_name
    if not name or (f":{_RESOURCE}/" not in arn and "${" not in arn):
        raise ValueError(f"{_EXPECTED}, got {arn!r}")
    return ImportedTuningJob(scope, id, name=name, arn=arn)


_EXPECTED = f"expected the ARN of a tuning job, arn:…:sagemaker:…:{_RESOURCE}/name"


def _refuse_no_text(argument: str, expected: str, given: Any) -> None:
    if isinstance(given, str) and given:
        return
    got = "an empty text" if given == "" else f"an object of the class {type(given).__name__}"
    hint = ": the job itself can be used as it is" if hasattr(given, "tuning_job_arn") else ""
    raise (ValueError if given == "" else TypeError)(f"{argument}: expected {expected} as text, got {got}{hint}")
