"""Why a training job failed, in the service's form.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import signal
from collections.abc import Sequence
from pathlib import Path

from .kept import Exit

# A failure reason is no longer; a program's own words are cut so that the rest has its place.
MOST_CHARACTERS = 1024
_LAST_LINES = 10


def reason(ended: Exit, failure: Path, last_lines: Sequence[str]) -> str:
    """Return the reason.

    Parameters
    ----------
    ended
        How the program ended, not well.
    failure
        The file in which a program may say why.
    last_lines
        The end of its log.
    """
    if ended.why == "disk":
        return "AlgorithmError: No space left on device: the folder of the training job has grown beyond its limit."
    if ended.why == "memory":
        return (
            "AlgorithmError: Please use an instance type with more memory, or reduce the size of training data "
            "processed on an instance., exit code: 137"
        )
    if ended.why == "failed":
        return f"AlgorithmError: The program could not be run: {ended.message}, exit code: {_status(ended)}"
    label, code = "AlgorithmError: ", f", exit code: {_status(ended)}"
    most = MOST_CHARACTERS - len(label) - len(code)
    return f"{label}{_own_words(failure)[:most] or _end_of_log(last_lines)[-most:]}{code}"


def _own_words(failure: Path) -> str:
    try:
        with failure.open(encoding="utf-8", errors="replace") as file:
            return file.read(MOST_CHARACTERS).strip()
    except OSError:
        return ""


def _end_of_log(lines: Sequence[str]) -> str:
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback")]
    relevant = lines[starts[-1] :] if starts else lines[-_LAST_LINES:]
    return "\n".join(relevant)[-MOST_CHARACTERS:].strip()


def _status(ended: Exit) -> int:
    """Return the exit code of a container: a signal counts from 128."""
    return 128 - ended.status if -signal.NSIG < ended.status < 0 else ended.status
