"""Which errors of the service pass by themselves, and which do not.

Unknown errors are final: a create that can never succeed must fail while the user still looks at the
deployment.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from botocore import exceptions

_COMMON = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html"
_CONSISTENCY = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency"
)

DENIED = "denied-for-now"


@dataclass(frozen=True, kw_only=True)
class Passing:
    """A kind of error that is tried again."""

    name: str
    code: str
    """Pattern of the error code (whole)."""
    message: str = ""
    """Pattern found in the message."""
    example: tuple[str, str]
    """Code and message of one such error, in the service's words."""
    patience: float = float("inf")
    """Seconds after which it is taken as final; by default only the event's own time limit counts."""
    option: str | None = None
    """Property of the resource that has to ask for it."""
    source: str


# The first line that matches decides.
PASSING = (
    Passing(
        name="throttled",
        code=r"Throttling|ThrottlingException|ThrottledException|RequestThrottled|TooManyRequestsException|RequestLimitExceeded"
        r"|SlowDown|BandwidthLimitExceeded|LimitExceededException",
        example=("ThrottlingException", "Rate exceeded"),
        source=f"{_COMMON} (ThrottlingException); the codes that botocore's standard retry mode knows",
    ),
    Passing(
        name="service-trouble",
        code=r"InternalFailure|InternalServerError|InternalError|ServiceUnavailable|ServiceUnavailableException|RequestTimeout.*"
        r"|PriorRequestNotComplete",
        example=("InternalFailure", ""),
        source=f"{_COMMON} (InternalFailure, ServiceUnavailable)",
    ),
    Passing(
        name="credentials-renewed",
        code=r"ExpiredToken|ExpiredTokenException|RequestExpired",
        example=("ExpiredTokenException", "The security token included in the request is expired"),
        patience=120,
        source=f"{_COMMON} (RequestExpired, ExpiredTokenException)",
    ),
    # A role made in the same deployment is not visible everywhere at once. IAM's delay is a matter of seconds, at most
    # of minutes; a trust policy that is wrong must not keep the deployment waiting for the hour that an event may last.
    Passing(
        name="role-not-assumable-yet",
        code=r"ValidationException",
        message=r"(?i)(could not|unable to|cannot) assume (the )?role|please ensure that the role exists",
        example=(
            "ValidationException",
            "Could not assume role arn:aws:iam::123456789012:role/Execution. Please ensure that the role exists and "
            "allows principal 'sagemaker.amazonaws.com' to assume the role.",
        ),
        patience=600,
        source=f"https://github.com/awslabs/predictive-maintenance-using-machine-learning/issues/3; {_CONSISTENCY}",
    ),
    # The execution role's own policies (bucket, key, repository, network) reach the service a little later than the
    # role. The service's sentences around IAM's are not documented, hence several patterns.
    Passing(
        name="role-permissions-not-visible-yet",
        code=r"ValidationException",
        message=r"(?i)access ?denied|not authorized to perform|does not have (the )?(required )?permission"
        r"|is not accessible",
        example=(
            "ValidationException",
            "User: arn:aws:sts::123456789012:assumed-role/Execution/SageMaker is not authorized to perform: "
            "s3:ListBucket",
        ),
        patience=300,
        source=f"https://repost.aws/knowledge-center/sagemaker-s3-accessdenied-training; {_CONSISTENCY}",
    ),
    # What a deployment has made moments ago, other services may not see yet. An identifier that is wrong must be told
    # soon, so the patience is short.
    Passing(
        name="key-or-network-not-visible-yet",
        code=r"ValidationException",
        message=r"(?i)\b(key|subnets?|security groups?)\b.* (does|do) not exist",
        example=(
            "ValidationException",
            "Key 'arn:aws:kms:us-east-1:123456789012:key/11112222-3333-4444-5555-666677778888' does not exist",
        ),
        patience=120,
        source="https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency"
        "; https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html",
    ),
    # The function's own policy was attached moments ago, so a denial may pass; one that outlasts IAM's delay does not.
    Passing(
        name=DENIED,
        code=r"AccessDenied|AccessDeniedException|NotAuthorized|UnauthorizedOperation|UnrecognizedClientException|InvalidClientTokenId",
        example=(
            "AccessDeniedException",
            "User: arn:aws:sts::123456789012:assumed-role/Function/handler is not authorized to perform: "
            "sagemaker:CreateHyperParameterTuningJob on resource: arn:aws:sagemaker:us-east-1:123456789012:"
            "hyper-parameter-tuning-job/nightly because no identity-based policy allows the "
            "sagemaker:CreateHyperParameterTuningJob action",
        ),
        patience=300,
        source=f"{_COMMON} (AccessDeniedException); {_CONSISTENCY}",
    ),
    Passing(
        name="limit-reached",
        code=r"ResourceLimitExceeded",
        example=(
            "ResourceLimitExceeded",
            "The account-level service limit 'ml.m5.large for training job usage' is 2 Instances, with current "
            "utilization of 2 Instances and a request delta of 1 Instances.",
        ),
        option="OnLimit",
        source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html#Errors",
    ),
    Passing(
        name="data-not-there-yet",
        code=r"ValidationException",
        message=r"(?i)no s3 objects found",
        example=(
            "ValidationException",
            'No S3 objects found under S3 URL "s3://data/train/" given in input data source. Please ensure that the '
            "bucket exists in the selected region, that objects exist under that S3 prefix, and that the role has "
            '"s3:ListBucket" permissions on the bucket.',
        ),
        option="OnMissingData",
        source="https://github.com/aws/amazon-sagemaker-examples/issues/2267",
    ),
)

_BROKEN_CONNECTION = (
    exceptions.ConnectionError,
    exceptions.HTTPClientError,
    exceptions.IncompleteReadError,
    exceptions.ResponseStreamingError,
)


def code_of(error: Exception) -> str:
    """Return the service's error code, or the type of an error that did not come from the service."""
    response = _response(error)
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


def _response(error: Exception) -> dict[str, Any]:
    """Return the answer; errors of a broken connection have the attribute as well, with nothing in it."""
    return getattr(error, "response", None) or {}


def message_of(error: Exception) -> str:
    """Return the service's own words, with the request id by which AWS Support finds the call."""
    response = _response(error)
    message = response.get("Error", {}).get("Message")
    if message is None:
        return str(error)
    request = response.get("ResponseMetadata", {}).get("RequestId")
    return f"{message} (request id {request})" if request else message


def passing(error: Exception, asked: Set[str] = frozenset()) -> Passing | None:
    """Return the line of the table that says to try again, or none for an error that is final.

    Parameters
    ----------
    error
        What the call raised.
    asked
        Options by which the user asked to wait certain errors out.
    """
    if isinstance(error, _BROKEN_CONNECTION):
        return _CONNECTION
    if not isinstance(error, exceptions.ClientError):
        return None
    code, message = code_of(error), message_of(error)
    for line in PASSING:
        if re.fullmatch(line.code, code) and re.search(line.message, message):
            return line if line.option is None or line.option in asked else None
    if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
        return _SERVER_ERROR
    return None


#: Nobody else will stop the job: a delete is not given up for an error that nobody knows.
IN_A_DELETE = Passing(
    name="unknown-in-a-delete",
    code="",
    example=("SomethingNew", ""),
    patience=60,
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html",
)
_CONNECTION = Passing(
    name="connection-broken",
    code="",
    example=("ConnectionClosedError", ""),
    source="https://docs.aws.amazon.com/botocore/latest/topics/retries.html (standard mode)",
)
_SERVER_ERROR = Passing(
    name="server-error",
    code="",
    example=("SomethingNew", ""),
    source="https://docs.aws.amazon.com/botocore/latest/topics/retries.html (standard mode: 5xx)",
)
