"""The tuning part of the SageMaker API as a small service of its own; it needs no server and no other emulator."""

from .access import Access, Caller, Everything
from .api import Clock, TuningService
from .errors import ServiceError
from .jobs import TuningJob
from .records import Records
from .simulation import Settings, SimulatedEngine
from .training import Engine, Outcome, Run, TrainingJob

__all__ = [
    "Access",
    "Caller",
    "Clock",
    "Engine",
    "Everything",
    "Outcome",
    "Records",
    "Run",
    "ServiceError",
    "Settings",
    "SimulatedEngine",
    "TrainingJob",
    "TuningJob",
    "TuningService",
]
