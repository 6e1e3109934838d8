"""The reference has every public name, and parts that follow from the code are up to date."""

import importlib
import re
import subprocess
import sys

import pytest

import cdk_hpo
from tests.docs.pages import DOCS, blocks, pages
from tests.shared import ROOT


def documented(module: str) -> list[str]:
    """Return the names of a module that the reference pages document."""
    texts = [block.text for page in pages() if page.parent == DOCS / "reference" for block in blocks(page)]
    return [name for text in texts for name in re.findall(rf"^\.\. auto\w+:: {re.escape(module)}\.(\w+)$", text, re.M)]


def test_every_public_name_is_there_once() -> None:
    names = sorted(name for name in cdk_hpo.__all__ if name != "__version__")
    assert sorted(documented("cdk_hpo")) == names, "docs/reference: add an autoclass for what is new"


@pytest.mark.parametrize("module", ["cdk_hpo.local", "cdk_hpo.testing", "cdk_hpo.watching"])
def test_every_name_of_the_other_modules(module: str) -> None:
    assert sorted(documented(module)) == sorted(importlib.import_module(module).__all__)


def test_generated_parts_are_up_to_date() -> None:
    command = [sys.executable, "scripts/docs_generated.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
