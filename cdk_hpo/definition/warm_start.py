"""Starting from what earlier tuning jobs found."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cdk_hpo.definition._codec import Choice, Many, Problem, Resource, Wrapped
from cdk_hpo.definition._tokens import attribute
from cdk_hpo.definition._value import Value, value, wire
from cdk_hpo.definition.enums import WarmStartType

if TYPE_CHECKING:
    from cdk_hpo.launch.reference import IHyperParameterTuningJob


class _Parent(Resource):
    """A tuning job, or its name."""

    def normalise(self, given: Any) -> Any:
        """Take a job, text or a token; tell those who give something near it what is wanted."""
        try:
            return super().normalise(given)
        except Problem as problem:
            if isinstance(given, list | tuple):
                raise Problem(f"{problem}: give each parent by itself, not in a list") from None
            if attribute(given, "training_jobs") is not None:
                raise Problem(f"{problem}: give the HyperParameterTuningJob that is made of the definition") from None
            raise


_PARENTS = 'a list of tuning jobs or their names such as ["job-name"]'
_PARENT = _Parent("a tuning job or its name as text", "tuning_job_name")


@value
class WarmStart(Value):
    """The parents of a tuning job and what it takes over from them.

    Parameters
    ----------
    parents : sequence of IHyperParameterTuningJob or str
        The parents or their names, 1 to 5; each must have ended when this job starts.
    type : WarmStartType
        ``IdenticalDataAndAlgorithm`` to go on with the same data and image, ``TransferLearning`` otherwise.

    Raises
    ------
    ValidationError
        When there is no parent, or one is neither a tuning job nor text.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobWarmStartConfig.html
    """

    _shape = "HyperParameterTuningJobWarmStartConfig"

    parents: "Sequence[IHyperParameterTuningJob | str]" = wire(
        "ParentHyperParameterTuningJobs",
        Many(
            Wrapped("HyperParameterTuningJobName", _PARENT),
            at_least=1,
            rule="warm-start-parents-count",
            expected=_PARENTS,
        ),
        kw_only=False,
    )
    type: WarmStartType | str = wire("WarmStartType", Choice(WarmStartType))
