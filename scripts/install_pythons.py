"""The Python interpreters of this machine that the package supports."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
_ASK = "import ensurepip, platform, venv; print(platform.python_version())"


def interpreters() -> dict[str, Path]:
    """Return an interpreter for each supported version that is there, by its full version, oldest first."""
    found: dict[str, tuple[str, Path]] = {}
    for candidate in _candidates():
        version = _version_of(candidate)
        minor = version.rpartition(".")[0]
        if minor in SUPPORTED and minor not in found:
            found[minor] = version, candidate
    return dict(found[minor] for minor in SUPPORTED if minor in found)


def _candidates() -> Iterator[Path]:
    yield from (Path(each) for each in os.environ.get("PYTHONS", "").split(os.pathsep) if each)
    for minor in SUPPORTED:
        # Those of a version manager before those on the path, which may be the manager's own stand-ins.
        yield from sorted((Path.home() / ".pyenv" / "versions").glob(f"{minor}.*/bin/python"), reverse=True)
        yield from sorted((Path.home() / ".local/share/uv/python").glob(f"cpython-{minor}.*/bin/python"), reverse=True)
        on_path = shutil.which(f"python{minor}")
        if on_path:
            yield Path(on_path)


def _version_of(python: Path) -> str:
    """Return an interpreter's version; nothing when it cannot make environments, as some of Linux systems cannot."""
    try:
        done = subprocess.run([python, "-c", _ASK], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
