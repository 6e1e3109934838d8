"""What the role of a state machine needs for a tuning job."""

from aws_cdk import aws_iam as iam

from cdk_hpo.access.partition import Place

#: The rule by which Step Functions learns that a job has ended; the service makes it itself.
_RULE = "rule/StepFunctionsGetEventsForSageMakerTuningJobsRule"


def tuning_jobs(place: Place, names: str) -> str:
    """Return the ARN of the jobs whose names have a pattern."""
    return place.arn("sagemaker", f"hyper-parameter-tuning-job/{names}")


def task_statements(place: Place, *, names: str, role_arns: list[str], waits: bool) -> list[iam.PolicyStatement]:
    """Return what is needed beside the create call itself.

    Parameters
    ----------
    place
        Where the state machine runs.
    names
        The pattern of the jobs' names.
    role_arns
        The execution roles that are handed to SageMaker.
    waits
        Whether the state waits for the job's end: Step Functions then marks the job with a tag, looks at it, and stops
        it when the execution is stopped.

    Notes
    -----
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html#sagemaker-iam
    """
    jobs = [tuning_jobs(place, names)]
    # Whether Tags.of(…) adds tags shows only when the policy is written; what it takes is for these jobs alone.
    statements = [passing(role_arns), tagging_at_creation(jobs)]
    if waits:
        follow = ("DescribeHyperParameterTuningJob", "ListTags", "StopHyperParameterTuningJob")
        statements += [
            _allow([f"sagemaker:{action}" for action in follow], jobs),
            _allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"], [place.arn("events", _RULE)]),
        ]
    return statements


def passing(role_arns: list[str]) -> iam.PolicyStatement:
    """Return what is needed to hand roles to SageMaker."""
    return _allow(["iam:PassRole"], role_arns, {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}})


def tagging_at_creation(resources: list[str]) -> iam.PolicyStatement:
    """Return what is needed to tag resources while they are created."""
    return _allow(["sagemaker:AddTags"], resources, {"Null": {"sagemaker:TaggingAction": "false"}})


def _allow(
    actions: list[str], resources: list[str], conditions: dict[str, dict[str, str]] | None = None
) -> iam.PolicyStatement:
    """Return a statement without an id: several tasks' statements meet in one policy."""
    return iam.PolicyStatement(actions=actions, resources=resources, conditions=conditions)
