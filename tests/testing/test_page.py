"""The tests on the page about testing pass, laid out as the page says, and fail where they should."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks
from tests.shared import ROOT


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Lay the page's code out in files."""
    stack, *others = [block.text for block in blocks(DOCS / "how-to" / "testing.md") if block.info == "python"]
    plugin = [text for text in others if text.startswith("pytest_plugins")]
    tests = [text for text in others if text not in plugin]
    (tmp_path / "penguins.py").write_text(stack, encoding="utf-8")
    (tmp_path / "conftest.py").write_text("".join(plugin), encoding="utf-8")
    imports = "import aws_cdk as cdk\nfrom penguins import Penguins\n"
    (tmp_path / "test_penguins.py").write_text("\n\n".join([imports, *tests]), encoding="utf-8")
    return tmp_path


def run(folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CDK_VALIDATION": "false"} | variables
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_tests_of_the_page(suite: Path) -> None:
    first = run(suite, UPDATE_SNAPSHOTS="1")
    assert "5 passed" in first.stdout, first.stdout + first.stderr
    stack = suite / "penguins.py"
    changed = stack.read_text(encoding="utf-8").replace("training_jobs: int = 20", "training_jobs: int = 21")
    stack.write_text(changed.replace("ml.m5.large", "ml.m5.xlarge"), encoding="utf-8")
    second = run(suite, UPDATE_SNAPSHOTS="")
    assert "3 failed, 2 passed" in second.stdout, second.stdout
    for name in ("test_instances_are_small", "test_the_budget", "test_the_template"):
        assert f"FAILED test_penguins.py::{name}" in second.stdout
