#!/usr/bin/env python3
"""Build the package, install it as a user would, and see that the example gives the same templates everywhere.

    make test-install

Builds the sdist and the wheel twice and compares them byte for byte, checks their metadata, and installs each of them
in clean environments: with every supported Python that this machine has, and with the oldest and the newest CDK that
are allowed. In each, the example is synthesized in an empty folder. The artefacts and a software bill of materials
(CycloneDX) of what an installation brings are left in ``dist``. Exit status 1 when anything is not as it should be.

PYTHONS may hold more interpreters, separated by colons.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from install_example import InstallError, Templates, differences, synthesize
from install_pythons import SUPPORTED, interpreters
from test_floor import ROOT, floor

DIST = ROOT / "dist"
#: Kept out of the development environment, which needs them for nothing else.
TOOLS = ("build==1.6.1", "hatchling==1.33.0", "twine==7.0.0", "cyclonedx-bom==7.5.0")
MOST_PROBLEMS = 20
#: The bill of materials against its schema, with what the tool brings for that.
VALIDATE = """\
import sys
from pathlib import Path
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text(encoding="utf-8"))
sys.exit(str(problem) if problem else 0)
"""


def run(*command: str | Path, **variables: str) -> str:
    """Run a command and return what it printed."""
    # Nothing of the checkout or of the environment that this script runs in may be found by accident.
    kept = {name: each for name, each in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT.parent, env=kept | variables, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise InstallError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def build(python: Path, folder: Path, **variables: str) -> list[Path]:
    """Build the sdist, and the wheel from it."""
    run(python, "-m", "build", "-q", "--no-isolation", "--outdir", folder, ROOT, **variables)
    return sorted(folder.iterdir())


def built_twice(python: Path, folder: Path) -> list[Path]:
    """Build twice, as if on two machines; return the artefacts, which are the same."""
    first = build(python, folder / "one", TZ="UTC", PYTHONHASHSEED="1")
    second = build(python, folder / "two", TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C")
    for one, two in zip(first, second, strict=True):
        if one.name != two.name or one.read_bytes() != two.read_bytes():
            raise InstallError(f"two builds of {one.name} differ")
    print(f"built twice with the same bytes: {', '.join(f'{each.name} ({size(each)})' for each in first)}", flush=True)
    return first


def size(file: Path) -> str:
    """Return a file's size for people."""
    return f"{file.stat().st_size / 1000:.0f} kB"


def newest() -> list[str]:
    """Return the versions of the runtime dependencies that everything else is tested with."""
    names = [each.split("==")[0] for each in floor()]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return [line for line in lines if line.split("==")[0] in names]


class Environment:
    """A clean virtual environment with the package in it.

    Parameters
    ----------
    python
        The interpreter that it is made with.
    folder
        Where.
    artefact
        The wheel or the sdist.
    dependencies
        The versions of the runtime dependencies, as pip takes them.
    """

    def __init__(self, python: Path, folder: Path, artefact: Path, dependencies: Sequence[str]) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        run(python, "-m", "venv", folder)
        pip = (self.python, "-m", "pip", "--disable-pip-version-check")
        run(*pip, "install", "-q", "--no-compile", artefact, *dependencies)
        run(*pip, "check")

    def versions(self) -> str:
        """Return the versions of the runtime dependencies."""
        names = [each.split("==")[0] for each in floor()]
        code = f"from importlib.metadata import version; print(', '.join(map(version, {names})))"
        return run(self.python, "-c", code).strip()

    def use(self) -> Templates:
        """Synthesize the example, check it with the command, and return its templates."""
        home = run(self.python, "-c", "import cdk_hpo; print(cdk_hpo.__file__)").strip()
        if not Path(home).is_relative_to(self.folder):
            raise InstallError(f"the package that was imported is not the one that was installed: {home}")
        out = self.folder / "example" / "cdk.out"
        templates = synthesize(self.python, out.parent, out)
        run(self.folder / "bin" / "cdk-hpo", "check", out)
        return templates


def bill_of_materials(tools: Path, environment: Environment, wheel: Path) -> Path:
    """Write down what an installation consists of, and what the wheel holds that comes from elsewhere."""
    file = DIST / f"{wheel.name.split('-py3')[0]}.cdx.json"
    run(environment.python, "-m", "pip", "uninstall", "-q", "-y", "pip")
    words = ("environment", "--pyproject", ROOT / "pyproject.toml", "--mc-type", "library", "--output-reproducible")
    run(tools / "bin" / "cyclonedx-py", *words, "-o", file, environment.python)
    bill = json.loads(file.read_text(encoding="utf-8"))
    # The project's file leaves the version to the build.
    name, version = wheel.name.split("-")[:2]
    purl = f"pkg:pypi/{name.replace('_', '-')}@{version}"
    bill["metadata"]["component"] |= {"version": version, "purl": purl}
    (botocore,) = re.findall(r"^botocore==(.+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    bill["components"].append(
        {
            "type": "data",
            "bom-ref": "service-model",
            "name": "botocore: the service model of SageMaker, trimmed",
            "version": botocore,
            "purl": f"pkg:pypi/botocore@{botocore}#botocore/data/sagemaker/2017-07-24",
            "licenses": [{"license": {"id": "Apache-2.0"}}],
        }
    )
    file.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
    run(tools / "bin" / "python", "-c", VALIDATE, file)
    return file


def try_all(folder: Path, tools: Path, artefacts: Sequence[Path]) -> Iterator[str]:
    """Install and use everything everywhere; print a table, and yield what is wrong."""
    columns = "{:<8} {:<6} {:<22} {:>5}  {}"
    print(columns.format("Python", "from", "aws-cdk-lib, constructs", "s", "templates of the example"), flush=True)
    pythons, first = interpreters(), None
    for version, python in pythons.items():
        for dependencies, artefact in product((floor(), newest()), artefacts):
            start = time.monotonic()
            environment = Environment(python, folder / "environment", artefact, dependencies)
            templates = environment.use()
            first = first or templates
            different = differences(templates, first)
            verdict = "differ" if different else ("the first" if first is templates else "the same")
            kind, seconds = "wheel" if artefact.suffix == ".whl" else "sdist", f"{time.monotonic() - start:.0f}"
            print(columns.format(version, kind, environment.versions(), seconds, verdict), flush=True)
            yield from different
            if artefact.suffix == ".whl" and dependencies == newest() and version == list(pythons)[-1]:
                print(f"bill of materials: {bill_of_materials(tools, environment, artefact).relative_to(ROOT)}")
            shutil.rmtree(environment.folder)
    missing = [each for each in SUPPORTED if each not in {version.rpartition(".")[0] for version in pythons}]
    if missing:
        print(f"not to be had on this machine, so not tried: Python {', '.join(missing)}")
    if first is None:
        yield "no Python that is supported was found"


def check(folder: Path) -> int:
    """Do everything below a folder."""
    tools = folder / "tools"
    venv.create(tools, with_pip=True)
    run(tools / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", *TOOLS)
    artefacts = built_twice(tools / "bin" / "python", folder / "built")
    run(tools / "bin" / "twine", "check", "--strict", *artefacts)
    DIST.mkdir(exist_ok=True)
    for each in artefacts:
        shutil.copy(each, DIST)
    problems = list(try_all(folder, tools, artefacts))
    print("\n".join(problems[:MOST_PROBLEMS]) if problems else "all installations gave the same templates")
    return 1 if problems else 0


def main() -> int:
    """Build, install, synthesize and compare, and leave nothing but ``dist``."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="cdk-hpo-install-") as folder:
        try:
            return check(Path(folder))
        except InstallError as error:
            print(error)
            return 1


if __name__ == "__main__":
    sys.exit(main())
