"""What is in the package; the same sources give the same package, and the same app the same templates."""

import email
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import cdk_hpo
from tests.shared import ROOT

#: What a package may hold besides Python: data, the mark of typed packages, and notices.
DATA = (".css", ".js", ".json", ".typed", "NOTICE")
#: What an sdist holds beside the sources.
BESIDE = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}


def build(folder: Path, root: Path = ROOT, **variables: str) -> list[Path]:
    """Build the sdist, and the wheel from it."""
    subprocess.run(
        [sys.executable, "-m", "build", "-q", "--no-isolation", "--outdir", str(folder), str(root)],
        env=os.environ | variables,
        check=True,
        capture_output=True,
    )
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel and the sdist, built in the checkout, where tests have left compiled files."""
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(built: list[Path]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def sdist(built: list[Path]) -> Path:
    return built[1]


def sources(folder: str) -> set[str]:
    """Return the files of a folder of the checkout that belong into a package."""
    files = (file for file in (ROOT / folder).rglob("*") if file.is_file())
    kept = (file for file in files if "__pycache__" not in file.parts and file.name.endswith((".py", *DATA)))
    return {str(file.relative_to(ROOT)) for file in kept}


def synthesize(folder: Path, python_path: Path) -> dict[str, bytes]:
    """Synthesize a copy of the example in a folder of its own; return every file of the result."""
    folder.mkdir()
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder)
    context = json.loads((folder / "cdk.json").read_text(encoding="utf-8"))["context"]
    kept = {name: each for name, each in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    environment = kept | {
        "CDK_OUTDIR": str(folder / "out"),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_VALIDATION": "false",
        "PYTHONPATH": str(python_path),
        # No credentials, no network: synthesis needs neither.
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    subprocess.run([sys.executable, "app.py"], cwd=folder, env=environment, check=True, capture_output=True)
    out = folder / "out"
    found = {str(file.relative_to(out)): file.read_bytes() for file in sorted(out.rglob("*")) if file.is_file()}
    # The CDK writes down which file made a construct: that is about the app's folder, not about what is deployed.
    return {name: each for name, each in found.items() if not name.endswith(".metadata.json")}


def test_two_folders_and_a_wheel_give_the_same_bytes(tmp_path: Path, wheel: Path) -> None:
    installed = tmp_path / "installed"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(installed), str(wheel)], check=True
    )
    # As after an import in place: compiled files must not change the digest of the function's code.
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(installed / "cdk_hpo" / "_lambda")], check=True)
    first = synthesize(tmp_path / "one", ROOT)
    second = synthesize(tmp_path / "two", ROOT)
    third = synthesize(tmp_path / "three", installed)
    assert "PenguinTuning.template.json" in first
    assert first == second
    assert first == third


def test_the_wheel_holds_what_is_needed_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    about = {name for name in names if ".dist-info/" in name}
    handler = {f"cdk_hpo/_{name}" for name in sources("lambda")}
    assert names - about == sources("cdk_hpo") | handler
    assert {name.split("/", 1)[1] for name in about} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }
    assert {
        "cdk_hpo/py.typed",
        "cdk_hpo/_lambda/tuning_job/handler.py",
        "cdk_hpo/_lambda/models/NOTICE",
        "cdk_hpo/_lambda/models/sagemaker/2017-07-24/service-2.json",
        "cdk_hpo/definition/data/builtin_images.json",
    } <= names
    # The local cloud and the report are a third of it.
    assert wheel.stat().st_size < 600_000


def test_the_sdist_holds_what_is_needed_and_nothing_else(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    assert names == sources("cdk_hpo") | sources("lambda") | BESIDE


def test_the_metadata(wheel: Path) -> None:
    (name,) = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("/METADATA")]
    metadata = email.message_from_bytes(zipfile.ZipFile(wheel).read(name))
    assert metadata["Name"] == "cdk-hpo"
    assert metadata["Version"] == cdk_hpo.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    needed = [each for each in metadata.get_all("Requires-Dist", []) if "extra ==" not in each]
    assert sorted(needed) == ["aws-cdk-lib<3,>=2.230", "constructs<11,>=10.4"]
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert str(metadata.get_payload()).startswith("# cdk-hpo")


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    """Somewhere else, later, by somebody else, in another time zone, and without what tests left in the folders."""
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in ("cdk_hpo", "lambda"):
        shutil.copytree(ROOT / folder, one / folder)
        shutil.copytree(one / folder, two / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in BESIDE - {"PKG-INFO"}:
        shutil.copy(ROOT / name, one / name)
        shutil.copyfile(one / name, two / name)
    # As from a version control system that hands out fresh files with other permissions.
    for file in two.rglob("*"):
        if file.is_file():
            os.utime(file)
            file.chmod(0o664)
    first = build(tmp_path / "first", one, TZ="UTC")
    second = build(tmp_path / "second", two, TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="1")
    assert [each.name for each in first] == [each.name for each in second]
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]
