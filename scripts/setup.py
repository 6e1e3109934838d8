#!/usr/bin/env python3
"""Make the development environment: a virtual environment with Node in it, and the pinned CDK CLI.

    python3 scripts/setup.py

Needs nothing but Python 3.11 or newer and a package index for pip and npm. Does nothing when all is there already.
"""

import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "ready"
INPUTS = ("pyproject.toml", "constraints.txt", "package.json", "package-lock.json")


def wanted() -> str:
    """Return what the environment is made from: when that changes, it is made again."""
    digest = hashlib.sha256(sys.version.encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def machine_settings_for_npm() -> dict[str, str]:
    """Point npm at the machine's settings, a proxy for instance: the wheel's npm looks for them inside the wheel."""
    name = "NPM_CONFIG_GLOBALCONFIG"
    for folder in ("/etc", "/usr/local/etc", "/usr/etc"):
        file = Path(folder) / "npmrc"
        if file.is_file() and name not in map(str.upper, os.environ):
            return {name: str(file)}
    return {}


def run(what: str, command: Sequence[str | Path]) -> None:
    """Run one step, say what it does and how long it took, and explain a failure."""
    print(f"  {what} …", end="", flush=True)
    start = time.monotonic()
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_CONSTRAINT": str(ROOT / "constraints.txt"),
        **machine_settings_for_npm(),
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f" {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode:
        print("\n".join(done.stdout.splitlines()[-25:]))
        sys.exit(
            f"\nSet-up failed at: {what}\n  command: {' '.join(str(word) for word in command)}\n"
            "The lines above are what it printed. If a download failed, run the same make target again:\n"
            "what has been installed already is kept."
        )


def main() -> None:
    """Make what is missing."""
    if sys.version_info < (3, 11):
        sys.exit(f"cdk-hpo needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if STAMP.exists() and STAMP.read_text() == wanted():
        return
    print("Setting up the development environment in .venv and node_modules (once):", flush=True)
    if not ((BIN / "python").exists() and (BIN / "pip").exists()):
        # Also after an earlier run that was interrupted.
        venv.create(VENV, with_pip=True, clear=True)
    run(
        "Python packages (about 350 MB: the CDK, Node, the local cloud, the search, plots, test tools)",
        [BIN / "python", "-m", "pip", "install", "-q", "-e", ".[local,train,report,dev]"],
    )
    run("CDK command line", [BIN / "npm", "ci", "--loglevel=error", "--no-audit", "--no-fund"])
    STAMP.write_text(wanted())


if __name__ == "__main__":
    main()
