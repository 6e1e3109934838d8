"""Constructs for Amazon SageMaker hyperparameter tuning jobs.

Every public name loads when it is first used, so that ``import cdk_hpo`` costs nothing and the checks and definitions
work without Node.
"""

TYPE_CHECKING = False  # known to type checkers; the module typing alone would take longer to load than the checks
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo._version import __version__ as __version__
    from cdk_hpo.access.network import TuningNetwork as TuningNetwork
    from cdk_hpo.access.storage import TuningStorage as TuningStorage
    from cdk_hpo.checks import Finding as Finding
    from cdk_hpo.checks import Severity as Severity
    from cdk_hpo.checks import ValidationError as ValidationError
    from cdk_hpo.checks import check as check
    from cdk_hpo.definition.algorithm import Algorithm as Algorithm
    from cdk_hpo.definition.algorithm import AlgorithmResource as AlgorithmResource
    from cdk_hpo.definition.algorithm import BuiltInAlgorithm as BuiltInAlgorithm
    from cdk_hpo.definition.algorithm import EcrImage as EcrImage
    from cdk_hpo.definition.algorithm import MetricDefinition as MetricDefinition
    from cdk_hpo.definition.algorithm import TrainingImage as TrainingImage
    from cdk_hpo.definition.channel import Channel as Channel
    from cdk_hpo.definition.channel import DatasetSource as DatasetSource
    from cdk_hpo.definition.channel import DataSource as DataSource
    from cdk_hpo.definition.channel import FileSystemDataSource as FileSystemDataSource
    from cdk_hpo.definition.channel import S3DataSource as S3DataSource
    from cdk_hpo.definition.enums import AllocationStrategy as AllocationStrategy
    from cdk_hpo.definition.enums import AutotuneMode as AutotuneMode
    from cdk_hpo.definition.enums import CompleteOnConvergence as CompleteOnConvergence
    from cdk_hpo.definition.enums import CompressionType as CompressionType
    from cdk_hpo.definition.enums import EarlyStopping as EarlyStopping
    from cdk_hpo.definition.enums import FileSystemAccessMode as FileSystemAccessMode
    from cdk_hpo.definition.enums import FileSystemType as FileSystemType
    from cdk_hpo.definition.enums import ObjectiveType as ObjectiveType
    from cdk_hpo.definition.enums import OutputCompressionType as OutputCompressionType
    from cdk_hpo.definition.enums import RecordWrapper as RecordWrapper
    from cdk_hpo.definition.enums import S3DataDistribution as S3DataDistribution
    from cdk_hpo.definition.enums import S3DataType as S3DataType
    from cdk_hpo.definition.enums import ScalingType as ScalingType
    from cdk_hpo.definition.enums import TrainingInputMode as TrainingInputMode
    from cdk_hpo.definition.enums import WarmStartType as WarmStartType
    from cdk_hpo.definition.instances import InstanceConfig as InstanceConfig
    from cdk_hpo.definition.instances import InstanceConfigs as InstanceConfigs
    from cdk_hpo.definition.instances import InstanceGroup as InstanceGroup
    from cdk_hpo.definition.instances import InstanceGroups as InstanceGroups
    from cdk_hpo.definition.instances import InstancePlacement as InstancePlacement
    from cdk_hpo.definition.instances import InstancePreference as InstancePreference
    from cdk_hpo.definition.instances import InstancePreferences as InstancePreferences
    from cdk_hpo.definition.instances import Instances as Instances
    from cdk_hpo.definition.instances import PlacementSpecification as PlacementSpecification
    from cdk_hpo.definition.instances import Resources as Resources
    from cdk_hpo.definition.instances import TuningInstances as TuningInstances
    from cdk_hpo.definition.limits import BestObjectiveNotImproving as BestObjectiveNotImproving
    from cdk_hpo.definition.limits import CompletionCriteria as CompletionCriteria
    from cdk_hpo.definition.limits import ConvergenceDetected as ConvergenceDetected
    from cdk_hpo.definition.limits import ResourceLimits as ResourceLimits
    from cdk_hpo.definition.limits import StoppingCondition as StoppingCondition
    from cdk_hpo.definition.network import VpcConfig as VpcConfig
    from cdk_hpo.definition.objective import Objective as Objective
    from cdk_hpo.definition.output import Checkpoint as Checkpoint
    from cdk_hpo.definition.output import Output as Output
    from cdk_hpo.definition.ranges import AutoParameter as AutoParameter
    from cdk_hpo.definition.ranges import CategoricalParameter as CategoricalParameter
    from cdk_hpo.definition.ranges import ContinuousParameter as ContinuousParameter
    from cdk_hpo.definition.ranges import IntegerParameter as IntegerParameter
    from cdk_hpo.definition.ranges import ParameterRanges as ParameterRanges
    from cdk_hpo.definition.strategy import Bayesian as Bayesian
    from cdk_hpo.definition.strategy import Grid as Grid
    from cdk_hpo.definition.strategy import Hyperband as Hyperband
    from cdk_hpo.definition.strategy import Random as Random
    from cdk_hpo.definition.strategy import Strategy as Strategy
    from cdk_hpo.definition.tags import Tag as Tag
    from cdk_hpo.definition.training import TrainingJobDefinition as TrainingJobDefinition
    from cdk_hpo.definition.tuning import TuningJobDefinition as TuningJobDefinition
    from cdk_hpo.definition.warm_start import WarmStart as WarmStart
    from cdk_hpo.launch.alarms import TuningAlarms as TuningAlarms
    from cdk_hpo.launch.best_model import BestModel as BestModel
    from cdk_hpo.launch.cost import MaxCost as MaxCost
    from cdk_hpo.launch.dashboard import TuningDashboard as TuningDashboard
    from cdk_hpo.launch.fleet import TuningFleet as TuningFleet
    from cdk_hpo.launch.job import HyperParameterTuningJob as HyperParameterTuningJob
    from cdk_hpo.launch.options import ApprovalStatus as ApprovalStatus
    from cdk_hpo.launch.options import Concurrency as Concurrency
    from cdk_hpo.launch.options import OnDelete as OnDelete
    from cdk_hpo.launch.options import OnLimit as OnLimit
    from cdk_hpo.launch.options import OnMissingData as OnMissingData
    from cdk_hpo.launch.options import WaitFor as WaitFor
    from cdk_hpo.launch.reference import IHyperParameterTuningJob as IHyperParameterTuningJob
    from cdk_hpo.launch.schedule import TuningSchedule as TuningSchedule
    from cdk_hpo.launch.task import HyperParameterTuningTask as HyperParameterTuningTask

_HOMES = {
    "access.network": ("TuningNetwork",),
    "access.storage": ("TuningStorage",),
    "_version": ("__version__",),
    "checks": ("Finding", "Severity", "ValidationError", "check"),
    "definition.algorithm": (
        "Algorithm",
        "AlgorithmResource",
        "BuiltInAlgorithm",
        "EcrImage",
        "MetricDefinition",
        "TrainingImage",
    ),
    "definition.channel": ("Channel", "DataSource", "DatasetSource", "FileSystemDataSource", "S3DataSource"),
    "definition.enums": (
        "AllocationStrategy",
        "AutotuneMode",
        "CompleteOnConvergence",
        "CompressionType",
        "EarlyStopping",
        "FileSystemAccessMode",
        "FileSystemType",
        "ObjectiveType",
        "OutputCompressionType",
        "RecordWrapper",
        "S3DataDistribution",
        "S3DataType",
        "ScalingType",
        "TrainingInputMode",
        "WarmStartType",
    ),
    "definition.instances": (
        "InstanceConfig",
        "InstanceConfigs",
        "InstanceGroup",
        "InstanceGroups",
        "InstancePlacement",
        "InstancePreference",
        "InstancePreferences",
        "Instances",
        "PlacementSpecification",
        "Resources",
        "TuningInstances",
    ),
    "definition.limits": (
        "BestObjectiveNotImproving",
        "CompletionCriteria",
        "ConvergenceDetected",
        "ResourceLimits",
        "StoppingCondition",
    ),
    "definition.network": ("VpcConfig",),
    "definition.objective": ("Objective",),
    "definition.output": ("Checkpoint", "Output"),
    "definition.ranges": (
        "AutoParameter",
        "CategoricalParameter",
        "ContinuousParameter",
        "IntegerParameter",
        "ParameterRanges",
    ),
    "definition.strategy": ("Bayesian", "Grid", "Hyperband", "Random", "Strategy"),
    "definition.tags": ("Tag",),
    "definition.training": ("TrainingJobDefinition",),
    "definition.tuning": ("TuningJobDefinition",),
    "definition.warm_start": ("WarmStart",),
    "launch.alarms": ("TuningAlarms",),
    "launch.best_model": ("BestModel",),
    "launch.cost": ("MaxCost",),
    "launch.dashboard": ("TuningDashboard",),
    "launch.fleet": ("TuningFleet",),
    "launch.job": ("HyperParameterTuningJob",),
    "launch.options": ("ApprovalStatus", "Concurrency", "OnDelete", "OnLimit", "OnMissingData", "WaitFor"),
    "launch.schedule": ("TuningSchedule",),
    "launch.task": ("HyperParameterTuningTask",),
    "launch.reference": ("IHyperParameterTuningJob",),
}
_HOME = {name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> "Any":
    """Load a public name when it is first used (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        from difflib import get_close_matches

        hint = "".join(f": did you mean {near!r}?" for near in get_close_matches(name, __all__, n=1))
        # Without obj=, for which Python would say the same once more.
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}", name=name)
    from importlib import import_module

    found = globals()[name] = getattr(import_module(home), name)
    return found


def __dir__() -> list[str]:
    """List the public names, for editors and ``dir()``."""
    return [*__all__]
