"""One line of JSON per step. Never a request body, a tag or environment value, or the answer's address."""

import json
import logging
import os
from typing import Any

_LEVELS = logging.getLevelNamesMapping()


def _enabled(level: str) -> bool:
    wanted = os.environ.get("LOG_LEVEL", "INFO").upper()
    return _LEVELS.get(level, logging.INFO) >= _LEVELS.get(wanted, logging.INFO)


def write(level: str, **fields: Any) -> None:
    """Write a line.

    Parameters
    ----------
    level
        ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``; written if ``LOG_LEVEL`` is not above it.
    **fields
        What the line says.
    """
    if _enabled(level):
        shown = {key: value for key, value in fields.items() if value is not None}
        print(json.dumps({"level": level, **shown}, ensure_ascii=True, default=str), flush=True)
