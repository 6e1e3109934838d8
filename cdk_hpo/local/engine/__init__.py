"""The engine that really searches and trains: the search and the training jobs behind the API's seam."""

from .engine import TrainingEngine
from .run import TrainedRun, Trainer, Training

__all__ = ["TrainedRun", "Trainer", "Training", "TrainingEngine"]
