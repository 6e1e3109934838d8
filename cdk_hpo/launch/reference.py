"""What every tuning job can do, whether it is created here or elsewhere."""

from typing import Protocol

from aws_cdk import Resource
from aws_cdk import aws_iam as iam

from cdk_hpo.launch.state_changes import StateChanges


class IHyperParameterTuningJob(Protocol):
    """A tuning job, created in this app or imported."""

    @property
    def tuning_job_name(self) -> str:
        """The job's name."""
        ...

    @property
    def tuning_job_arn(self) -> str:
        """The job's ARN."""
        ...


# The CDK's class comes first: what Python's classes before it hold is looked up in JavaScript's classes, for each job.
class TuningJobBase(Resource, StateChanges):
    """What a created and an imported tuning job have in common."""

    tuning_job_name: str
    tuning_job_arn: str

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Allow actions on this job.

        Parameters
        ----------
        grantee : IGrantable
            Who gets the permission.
        *actions : str
            IAM actions such as ``sagemaker:DescribeHyperParameterTuningJob``.
        """
        return iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=[self.tuning_job_arn])

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to describe this job and to list its training jobs."""
        return self.grant(
            grantee,
            "sagemaker:DescribeHyperParameterTuningJob",
            "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
        )

    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to stop this job."""
        return self.grant(grantee, "sagemaker:StopHyperParameterTuningJob")
