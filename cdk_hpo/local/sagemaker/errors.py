"""The errors of the service, in its own words where they are known."""

from collections.abc import Sequence


class ServiceError(Exception):
    """An error answer of the service.

    Parameters
    ----------
    code
        The error code on the wire, e.g. ``ResourceInUse``.
    message
        The text that a client shows.
    status
        HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ServiceError:
    """Refuse a request whose values break a rule."""
    return ServiceError("ValidationException", message)


def invalid_members(problems: Sequence[str]) -> ServiceError:
    """Refuse a request that breaks constraints of the service model, all problems in one message."""
    noun = "validation error" if len(problems) == 1 else "validation errors"
    return invalid(f"{len(problems)} {noun} detected: {'; '.join(problems)}")


def unreadable(message: str) -> ServiceError:
    """Refuse a body that is no JSON of the wanted types."""
    return ServiceError("SerializationException", message)


def tuning_job_not_found(name: str) -> ServiceError:
    """Say that no tuning job has this name."""
    return ServiceError(
        "ResourceNotFound", f"Amazon SageMaker can't find a tuning job called {name}. Type another name."
    )


def training_job_not_found() -> ServiceError:
    """Say that no training job has the name that was asked for."""
    return invalid("Requested resource not found.")


def name_taken(name: str) -> ServiceError:
    """Say that a tuning job with this name exists; names are unique ignoring case."""
    return ServiceError(
        "ResourceInUse",
        f"A hyperparameter tuning job with the name, {name}, already exists. Choose a different name.",
    )


def not_running(status: str) -> ServiceError:
    """Refuse to stop a tuning job that is not in progress."""
    return invalid(f"The request was rejected because the hyperparameter tuning job is in status {status}.")


def still_running(status: str) -> ServiceError:
    """Refuse to delete the record of a tuning job that has not ended."""
    return invalid(f"The hyperparameter tuning job cannot be deleted because it is in status {status}.")


def access_denied(principal: str, action: str, resource: str, *, explicit: bool = False) -> ServiceError:
    """Refuse a caller whose policies do not allow the action."""
    why = (
        "with an explicit deny in an identity-based policy"
        if explicit
        else f"because no identity-based policy allows the {action} action"
    )
    return ServiceError(
        "AccessDeniedException",
        f"User: {principal} is not authorized to perform: {action} on resource: {resource} {why}",
    )


def foreign_role() -> ServiceError:
    """Refuse a role of another account."""
    return ServiceError("AccessDeniedException", "Cross-account pass role is not allowed.")


def role_not_assumable(role_arn: str) -> ServiceError:
    """Refuse a role that does not exist or does not let SageMaker assume it."""
    return invalid(
        f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
        "'sagemaker.amazonaws.com' to assume the role."
    )


def unknown_operation(operation: str) -> ServiceError:
    """Say that the local cloud has no such operation, instead of making an answer up."""
    return ServiceError(
        "UnknownOperationException",
        f"The local cloud does not implement the SageMaker operation {operation or '(none named)'}. "
        "It implements the operations of hyperparameter tuning jobs, of their tags, and of models only.",
    )
