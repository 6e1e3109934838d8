"""The same app gives the same bytes: in another folder, and from an installed wheel."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "-q", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


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
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "cdk_hpo/py.typed",
        "cdk_hpo/_lambda/tuning_job/handler.py",
        "cdk_hpo/_lambda/models/sagemaker/2017-07-24/service-2.json",
        "cdk_hpo/definition/data/builtin_images.json",
    } <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name or name.endswith(".pyc")]
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"cdk_hpo"}
    assert wheel.stat().st_size < 500_000
