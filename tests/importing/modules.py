"""Writing modules, running them, and asking ruff and mypy about them."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import cdk_hpo as hpo
from cdk_hpo.importing.fitting import Fitted, fitted
from cdk_hpo.importing.module import Named, region, written
from cdk_hpo.importing.notes import Reading
from tests.shared import ROOT


def module_of(definition: hpo.TuningJobDefinition, source: str = "request.json") -> str:
    return written([Named("definition", definition)], source)


def fit(request: Any) -> Fitted:
    return fitted(Reading(request))


def run(module: str) -> dict[str, Any]:
    """Run a module and return its definitions by variable."""
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(module, "generated.py", "exec"), names)
    return {name: each for name, each in names.items() if isinstance(each, hpo.TuningJobDefinition)}


def round_trip(request: dict[str, Any]) -> dict[str, Any]:
    """Return the request that the written module makes, in the region of its built-in images."""
    definition = fit(request).definition
    assert definition is not None
    made: hpo.TuningJobDefinition = run(module_of(definition))["definition"]
    return made.to_request(region=region(definition))


def write(folder: Path, modules: dict[str, str]) -> None:
    for name, module in modules.items():
        (folder / f"{name.replace('-', '_')}.py").write_text(module, encoding="utf-8")


def ruff(folder: Path) -> list[str]:
    """Return what ruff finds with this project's rules, and how it would lay the modules out."""
    tool, options = (
        str(Path(sys.executable).with_name("ruff")),
        ["--no-cache", "--config", str(ROOT / "pyproject.toml")],
    )
    # Letters that look like others are the user's own: they stand in the texts of the source.
    return _complaints([tool, "check", "--ignore", "RUF001", *options, str(folder)]) + _complaints(
        [tool, "format", "--diff", *options, str(folder)]
    )


def mypy(folder: Path) -> list[str]:
    return _complaints([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(folder)])


def _complaints(command: list[str]) -> list[str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()
