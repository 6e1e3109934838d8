"""Where the Lambda handler's folder lies, in an installed wheel and in a checkout."""

from functools import cache
from pathlib import Path


@cache
def handler_directory() -> Path:
    """Return the folder with the handler's code and its trimmed service model.

    Raises
    ------
    FileNotFoundError
        When neither the wheel's copy nor the checkout's folder is there: the installation is damaged.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "_lambda", package.parent / "lambda"):
        if (candidate / "tuning_job").is_dir():
            return candidate
    raise FileNotFoundError(f"cdk-hpo is not completely installed: no Lambda handler in {package / '_lambda'}")
