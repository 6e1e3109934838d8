"""The calls of SageMaker, through the service model that lies beside the code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import Loader

from .errors import code_of
from .job import Job, Summary

_MODELS = Path(__file__).resolve().parent.parent / "models"
_PAGE = 100  # the most that the service lists at a time
_MOST_TAGS = 50


#: A second try at once for a lost connection; patience is the reconciler's, which watches the time that is left.
CALLS = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 2})


class _TrimmedData(Loader):
    """botocore's data, with the trimmed files beside the code in front."""

    def list_available_services(self, type_name: str) -> list[str]:
        """Name the one service that is used: looking for all of them takes longer than loading it."""
        return ["sagemaker"]

    def is_builtin_path(self, path: str) -> bool:
        """Tell that nobody has changed the endpoints: else their rules would not be asked."""
        return True


def make_client(session: botocore.session.Session | None = None) -> Any:
    """Make a SageMaker client from the trimmed model and endpoints; the endpoints' rules still come from botocore.

    The model knows every field, however old the botocore of the Lambda runtime is, and both load much faster than
    the full ones.
    """
    session = session or botocore.session.get_session()
    session.register_component("data_loader", _TrimmedData(extra_search_paths=[str(_MODELS)]))
    return session.create_client(
        "sagemaker",
        # Off: botocore's checks would replace the service's words, and they print the values. See wire.misfits.
        config=CALLS.merge(Config(parameter_validation=False)),
    )


def request_shape(client: Any) -> Any:
    """Return the model's shape of the create request."""
    return client.meta.service_model.operation_model("CreateHyperParameterTuningJob").input_shape


def is_missing(error: Exception) -> bool:
    """Tell whether an error says that there is no such job."""
    return code_of(error) in ("ResourceNotFound", "ResourceNotFoundException")


class TuningService:
    """Tuning jobs of one account and region."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def find(self, name: str) -> Job | None:
        """Describe a job with its tags; none if it does not exist."""
        try:
            details = self._client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
            arn = details["HyperParameterTuningJobArn"]
            return Job(**_summary(details), arn=arn, tags=self._tags(arn), details=details)
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def _tags(self, arn: str) -> dict[str, str]:
        tags: dict[str, str] = {}
        more: dict[str, str] = {}
        while True:
            page = self._client.list_tags(ResourceArn=arn, **more)
            tags |= {tag["Key"]: tag["Value"] for tag in page.get("Tags", [])}
            if not page.get("NextToken"):
                return tags
            more = {"NextToken": page["NextToken"]}

    def search(self, text: str) -> tuple[Summary, ...]:
        """List the jobs with the text in their names, newest first."""
        found: list[Summary] = []
        more: dict[str, str] = {}
        while True:
            page = self._client.list_hyper_parameter_tuning_jobs(
                NameContains=text, SortBy="CreationTime", SortOrder="Descending", MaxResults=_PAGE, **more
            )
            found += (Summary(**_summary(line)) for line in page["HyperParameterTuningJobSummaries"])
            if not page.get("NextToken"):
                return tuple(found)
            more = {"NextToken": page["NextToken"]}

    def create(self, name: str, request: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        """Make a job."""
        self._client.create_hyper_parameter_tuning_job(**request, HyperParameterTuningJobName=name, Tags=_pairs(tags))

    def tag(self, job: Job, add: Mapping[str, str], remove: tuple[str, ...] = ()) -> None:
        """Add, change and remove tags.

        First what is refused most easily, so that a refusal has changed nothing and a roll-back has nothing to do.
        """
        full = len({*job.tags, *add}) > _MOST_TAGS
        if remove and full:
            self._client.delete_tags(ResourceArn=job.arn, TagKeys=list(remove))
        if add:
            self._client.add_tags(ResourceArn=job.arn, Tags=_pairs(add))
        if remove and not full:
            self._client.delete_tags(ResourceArn=job.arn, TagKeys=list(remove))

    def stop(self, name: str) -> None:
        """Stop a job."""
        self._client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    def erase(self, name: str) -> None:
        """Delete the record of a job that has ended."""
        self._client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def _summary(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": line["HyperParameterTuningJobName"],
        "status": line["HyperParameterTuningJobStatus"],
        "created": line["CreationTime"].timestamp(),
        "over": line["HyperParameterTuningEndTime"].timestamp() if "HyperParameterTuningEndTime" in line else None,
    }


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
