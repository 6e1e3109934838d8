"""Why a training job failed, in the service's form.

https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
"""

import os
import re
import signal
import stat
from collections.abc import Sequence
from pathlib import Path

from .kept import Exit

# A failure reason is no longer; a program's own words are cut so that the rest has its place.
MOST_CHARACTERS = 1024
_LAST_LINES = 10
NO_OUTPUT = (
    "The program left no model and no other output. On this machine, the folder for the model is not /opt/ml/model but "
    "the one in SM_MODEL_DIR."
)
# A path of a container, and not one of the job's own folder, which ends like it.
_OF_A_CONTAINER = re.compile(r"(?<![\w./-])/opt/ml\b")
_HINT = (
    "\nOn this machine, a job has a folder of its own instead of /opt/ml. Read where from the environment: "
    "SM_MODEL_DIR, SM_CHANNEL_TRAIN, SM_INPUT_CONFIG_DIR, SM_OUTPUT_DATA_DIR, or SAGEMAKER_BASE_DIR for all of it."
)


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
    hint = _HINT if any(map(_OF_A_CONTAINER.search, last_lines)) else ""
    most = MOST_CHARACTERS - len(label) - len(code) - len(hint)
    return f"{label}{_own_words(failure)[:most] or _end_of_log(last_lines)[-most:]}{code}{hint}"


def _own_words(failure: Path) -> str:
    """Return the beginning of the file, if it is one: a link may lead elsewhere, and a pipe never ends."""
    try:
        with open(os.open(failure, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return ""
            return file.read(4 * MOST_CHARACTERS).decode("utf-8", "replace")[:MOST_CHARACTERS].strip()
    except OSError:
        return ""


def _end_of_log(lines: Sequence[str]) -> str:
    starts = [number for number, line in enumerate(lines) if line.startswith("Traceback")]
    relevant = lines[starts[-1] :] if starts else lines[-_LAST_LINES:]
    return "\n".join(relevant)[-MOST_CHARACTERS:].strip()


def _status(ended: Exit) -> int:
    """Return the exit code of a container: a signal counts from 128."""
    return 128 - ended.status if -signal.NSIG < ended.status < 0 else ended.status
