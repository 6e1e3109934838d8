"""Training jobs as processes of this machine that follow SageMaker's contract with a training container.

What is missing of a container: there is no isolation but a folder, a process group, limits of time, memory and disk.
"""

from .images import Images
from .job import Settings, TrainingJob
from .lines import LogSink
from .order import JobError, Order, Result
from .storage import S3Storage, Storage, StorageError

__all__ = [
    "Images",
    "JobError",
    "LogSink",
    "Order",
    "Result",
    "S3Storage",
    "Settings",
    "Storage",
    "StorageError",
    "TrainingJob",
]
