"""The package's own files: where the Lambda handler's folder lies, and reading data."""

# Not with pathlib, which takes longer to load than all checks together.
# ruff: noqa: PTH112, PTH120, PTH123

import json
from functools import cache
from os.path import dirname, isdir, realpath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PACKAGE = dirname(realpath(__file__))


@cache
def handler_directory() -> str:
    """Return the folder with the handler's code and its trimmed service model.

    Raises
    ------
    FileNotFoundError
        When neither the wheel's copy nor the checkout's folder is there: the installation is damaged.
    """
    for candidate in (f"{_PACKAGE}/_lambda", f"{dirname(_PACKAGE)}/lambda"):
        if isdir(f"{candidate}/tuning_job"):
            return candidate
    raise FileNotFoundError(f"cdk-hpo is not completely installed: no Lambda handler in {_PACKAGE}/_lambda")


def package_json(path: str) -> "Any":
    """Read a JSON file of this package, by its path inside the package."""
    return read_json(f"{_PACKAGE}/{path}")


def read_json(path: str) -> "Any":
    """Read a JSON file."""
    with open(path, "rb") as file:
        return json.load(file)
