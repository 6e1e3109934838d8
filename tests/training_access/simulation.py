"""A training job that does nothing but call what a real one calls, as its execution role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.training_access.calls import Call, calls_of
from tests.training_access.facts import World
from tests.training_access.requests import Request, Requests

if TYPE_CHECKING:
    from cdk_hpo.local import LocalCloud

SERVICE = "sagemaker.amazonaws.com"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")
_MISSING = ("NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError", "404")


@dataclass(frozen=True)
class Outcome:
    """What became of a call.

    Parameters
    ----------
    call
        The call.
    role_arn
        The role that made it.
    allowed
        Whether IAM allowed it.
    requested
        Whether a request was sent; otherwise the role's policies were evaluated for it.
    """

    call: Call
    role_arn: str
    allowed: bool
    requested: bool


def act_as_training_job(cloud: "LocalCloud", request: Mapping[str, Any]) -> list[Outcome]:
    """Let a training job of each definition of a tuning job make its calls.

    Parameters
    ----------
    cloud
        A local cloud that enforces permissions.
    request
        The tuning job's request, as SageMaker received it.

    Returns
    -------
    list of Outcome
        What became of each call.

    Raises
    ------
    ValueError
        When a role does not trust SageMaker for the training job.
    """
    world = _world(cloud)
    parts = request.get("TrainingJobDefinitions") or [request["TrainingJobDefinition"]]
    outcomes: list[Outcome] = []
    for number, part in enumerate(parts, start=1):
        job = f"{request['HyperParameterTuningJobName']}-{number:03}-0a1b2c3d"
        source = f"arn:{world.partition}:sagemaker:{world.region}:{world.account}:training-job/{job}"
        role = part["RoleArn"]
        session = cloud.assume_role_as(SERVICE, role, source_arn=source, session_name="SageMaker")
        clients = _Clients(cloud, session)
        requests = Requests(clients.client, cloud.client, account=cloud.account, region=cloud.region)
        for call in calls_of(part, job, world):
            send = requests.of(call)
            allowed = _evaluate(cloud, role, call) if send is None else _send(send)
            outcomes.append(Outcome(call, role, allowed, send is not None))
    return outcomes


class _Clients:
    """One client for each service: to make one takes long."""

    def __init__(self, cloud: "LocalCloud", session: Mapping[str, str]) -> None:
        self._cloud, self._session = cloud, session
        self._made: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        if service not in self._made:
            self._made[service] = self._cloud.client(service, **self._session)
        return self._made[service]


def _send(request: Request) -> bool:
    try:
        request()
    except ClientError as error:
        # Any other error comes from the service, after IAM has let the call through.
        return error.response["Error"]["Code"] not in _DENIED
    return True


def _evaluate(cloud: "LocalCloud", role: str, call: Call) -> bool:
    return cloud.decide(role, call.action, call.resource, call.context)["decision"] == "Allow"


def _world(cloud: "LocalCloud") -> World:
    s3, kms = cloud.client("s3"), cloud.client("kms")
    partition = cloud.client("sts").get_caller_identity()["Arn"].split(":")[1]

    def key(given: str) -> tuple[str, tuple[str, ...]]:
        try:
            arn = kms.describe_key(KeyId=given)["KeyMetadata"]["Arn"]
        except ClientError:
            # Not of this cloud: what was given must say all.
            arn = (
                given if given.startswith("arn:") else f"arn:{partition}:kms:{cloud.region}:{cloud.account}:key/{given}"
            )
            return arn, ()
        return arn, tuple(each["AliasName"] for each in kms.list_aliases(KeyId=arn)["Aliases"])

    def bucket_key(bucket: str) -> str | None:
        try:
            found = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _MISSING:
                raise
            return None
        given = found[0].get("ApplyServerSideEncryptionByDefault", {}).get("KMSMasterKeyID")
        return None if given is None else key(given)[0]

    return World(partition, cloud.region, cloud.account, bucket_key, key)
