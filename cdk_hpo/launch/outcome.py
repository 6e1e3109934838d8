"""What a deployment knows of its tuning job afterwards, for other resources of the stack."""

from typing import cast

from aws_cdk import CfnResource, Token
from constructs import Construct


class TuningJobOutcome:
    """The attributes of the custom resource."""

    #: Whether a deployment waits until the job has completed.
    waits_for_completion: bool
    _resource: CfnResource

    @property
    def tuning_job_status(self) -> str:
        """The job's status when the deployment went on: ``InProgress``, or ``Completed`` after waiting for it."""
        return self._attribute("Status")

    @property
    def tuning_job_failure_reason(self) -> str:
        """Why the job has failed, up to 512 characters; empty unless it has when the deployment looks at it."""
        return self._attribute("FailureReason")

    @property
    def best_training_job_name(self) -> str:
        """The name of the best training job; only with ``wait_for=WaitFor.COMPLETED``."""
        return self._result("BestTrainingJobName")

    @property
    def best_training_job_arn(self) -> str:
        """The ARN of the best training job; only with ``wait_for=WaitFor.COMPLETED``."""
        return self._result("BestTrainingJobArn")

    @property
    def best_objective_value(self) -> str:
        """The best training job's objective value as text; only with ``wait_for=WaitFor.COMPLETED``."""
        return self._result("ObjectiveValue")

    @property
    def best_hyper_parameters(self) -> str:
        """The best training job's hyperparameters as JSON text; only with ``wait_for=WaitFor.COMPLETED``.

        The tuned ones, then the static ones but for those that look like secrets by name or value. Where all attributes
        together are too long for CloudFormation (4,096 bytes), entries are dropped from the end.
        """
        return self._result("HyperParameters")

    @property
    def best_tuned_hyper_parameters(self) -> str:
        """The best training job's tuned hyperparameters as JSON text; only with ``wait_for=WaitFor.COMPLETED``.

        Where all attributes together are too long for CloudFormation, entries are dropped from the end.
        """
        return self._result("TunedHyperParameters")

    @property
    def best_model_artifact(self) -> str:
        """The S3 address of the best training job's model; only with ``wait_for=WaitFor.COMPLETED``."""
        return self._result("ModelArtifact")

    @property
    def training_job_status_counters(self) -> str:
        """The number of training jobs by status, as JSON text; only with ``wait_for=WaitFor.COMPLETED``.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrainingJobStatusCounters.html
        """
        return self._result("TrainingJobStatusCounters")

    @property
    def objective_status_counters(self) -> str:
        """The number of training jobs by state of their objective, as JSON text; only with ``WaitFor.COMPLETED``.

        https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ObjectiveStatusCounters.html
        """
        return self._result("ObjectiveStatusCounters")

    def _result(self, name: str) -> str:
        if not self.waits_for_completion:
            raise ValueError(
                f"{cast(Construct, self).node.path}: {name} is known when the tuning job has completed: "
                "create the job with wait_for=WaitFor.COMPLETED"
            )
        return self._attribute(name)

    def _attribute(self, name: str) -> str:
        return Token.as_string(self._resource.get_att(name))
