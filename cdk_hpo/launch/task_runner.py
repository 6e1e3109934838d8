"""What launchers have in common that run a state of a workflow."""

from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_iam import IRoleRef

from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.launch.state_changes import StateChanges
from cdk_hpo.launch.task import HyperParameterTuningTask


class TaskRunner(StateChanges):
    """A launcher whose jobs are those of one state."""

    task: HyperParameterTuningTask

    @property
    def definition(self) -> TuningJobDefinition:
        """The definition, with the execution role filled in."""
        return self.task.definition

    @property
    def role(self) -> iam.IRole | IRoleRef | None:
        """The execution role given or made; ``None`` when every training job definition brings its own."""
        return self.task.role
