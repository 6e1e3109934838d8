"""A tuning job while it trains: a line for each training job as it ends."""

import time
from collections.abc import Mapping
from typing import Any

from demo_jobs import LIVE
from demo_screen import Screen, painted

_LOOK_SECONDS = 0.5


class Progress:
    """Shows training jobs in the order in which they end.

    Parameters
    ----------
    screen : Screen
        Where to.
    sagemaker : client
        The boto3 client.
    name : str
        The tuning job.
    """

    def __init__(self, screen: Screen, sagemaker: Any, name: str) -> None:
        self._screen, self._sagemaker, self._name = screen, sagemaker, name
        self._shown: set[str] = set()
        self._parameters: list[str] = []
        self._best: float | None = None

    def follow(self, seconds: float) -> dict[str, Any]:
        """Follow the tuning job to its end, or for some seconds; return its last description."""
        end = time.monotonic() + seconds
        while True:
            job: dict[str, Any] = self._sagemaker.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName=self._name
            )
            self._show(job)
            if job["HyperParameterTuningJobStatus"] not in LIVE or time.monotonic() > end:
                return job
            time.sleep(_LOOK_SECONDS)

    def _show(self, job: Mapping[str, Any]) -> None:
        pages = self._sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
            HyperParameterTuningJobName=self._name
        )
        ended = [each for page in pages for each in page["TrainingJobSummaries"] if "TrainingEndTime" in each]
        for each in sorted(ended, key=lambda each: each["TrainingEndTime"]):
            if each["TrainingJobName"] not in self._shown:
                self._shown.add(each["TrainingJobName"])
                self._line(job, each)

    def _line(self, job: Mapping[str, Any], training: Mapping[str, Any]) -> None:
        objective = job["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        tuned = training["TunedHyperParameters"]
        if not self._parameters:
            self._parameters = sorted(tuned)
            heading = [f"{'job':<6}", f"{'status':<10}", *(f"{name:>10}" for name in self._parameters)]
            self._screen.detail(painted(f"{'  '.join(heading)}  {objective['MetricName']}", "dim"))
        metric = training.get("FinalHyperParameterTuningJobObjectiveMetric")
        value = None if metric is None else metric["Value"]
        better = value is not None and (
            self._best is None or (value < self._best if objective["Type"] == "Minimize" else value > self._best)
        )
        self._best = value if better else self._best
        limit = job["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"]
        cells = [
            f"{f'{len(self._shown)}/{limit}':<6}",
            f"{training['TrainingJobStatus']:<10}",
            *(f"{float(tuned[name]):>10.4g}" for name in self._parameters),
            f"{'no value' if value is None else f'{value:.5f}':>{len(objective['MetricName'])}}",
        ]
        self._screen.detail("  ".join(cells) + (painted("  best so far", "green") if better else ""))
