"""Metrics, read from a job's log with the regular expressions of its definition.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-define-metrics-variables.html
"""

import contextlib
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from cdk_hpo.checks.images import builtin_algorithm

from .order import JobError

_MATCHER = Path(__file__).with_name("matcher.py")
# A progress bar draws itself anew after each carriage return, which the log shows like this.
_ANEW = "#015"
# Of what lies between two of them, a metric is only sought at the beginning.
MOST_CHARACTERS = 4096
NUMBER = r"[-+]?(?:nan|inf(?:inity)?|[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"


def expression(definition: Mapping[str, Any], metric: str) -> re.Pattern[str] | None:
    """Return the regular expression of a metric.

    Parameters
    ----------
    definition
        The training job definition. A built-in algorithm has its metrics without defining them.
    metric
        The metric's name.

    Returns
    -------
    re.Pattern or None
        None when the metric is not defined, or its regular expression is none.
    """
    algorithm = definition["AlgorithmSpecification"]
    given = {each["Name"]: each["Regex"] for each in algorithm.get("MetricDefinitions") or []}
    if metric in given:
        try:
            return re.compile(given[metric])
        except re.error:
            return None
    built_in = builtin_algorithm(algorithm.get("TrainingImage") or "")
    return re.compile(_built_in(built_in, metric)) if built_in else None


class Values:
    """Finds the values of a metric in a log, in a process that is stopped when that takes too long.

    Parameters
    ----------
    metric
        The metric's name.
    pattern
        Its regular expression.
    """

    def __init__(self, metric: str, pattern: re.Pattern[str]) -> None:
        self._metric = metric
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_MATCHER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            encoding="utf-8",
        )
        with contextlib.suppress(BrokenPipeError):
            self._send(pattern.pattern)

    def find(self, lines: Sequence[str]) -> list[float]:
        """Return the values in some lines; JobError when the regular expression is too slow for them."""
        texts = [text for line in lines for text in _pieces(line)]
        if not texts:
            return []
        assert self._process.stdout is not None
        answer = ""
        with contextlib.suppress(BrokenPipeError, ValueError):  # it has ended, or is being ended
            self._send(texts)
            answer = self._process.stdout.readline()
        if not answer.endswith("\n"):
            if self._process.wait() != -signal.SIGPROF:
                raise JobError(f"InternalServerError: What reads the metric {self._metric} has ended.")
            raise JobError(
                f"AlgorithmError: The regular expression of the metric {self._metric} is too slow for the program's "
                "output. Avoid what can match the same text in many ways, such as .* at its beginning, or (a+)+."
            )
        found: list[float] = json.loads(answer)
        return found

    def kill(self) -> None:
        """Stop whatever it does; ``end`` is still to be called."""
        self._process.kill()

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()

    def _send(self, content: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(content) + "\n")
        self._process.stdin.flush()


def _pieces(line: str) -> Iterator[str]:
    return (piece[:MOST_CHARACTERS] for piece in line.split(_ANEW) if piece)


def _built_in(algorithm: str, metric: str) -> str:
    channel, _, name = metric.partition(":")
    if algorithm == "xgboost":
        return rf"\[[0-9]+\].*#011{re.escape(channel)}-{re.escape(name)}:({NUMBER})"
    # The others do not run here; a program that the user maps to one of them prints name=value.
    return rf"{re.escape(metric)}\s*[=:]\s*({NUMBER})"
