"""The commands on the pages exist, with the options that are given."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdk_hpo.command.arguments import parser
from cdk_hpo.local.__main__ import _parser as local_parser
from tests.docs.pages import blocks, name_of, pages
from tests.shared import ROOT

#: Tools that are no part of this project: only that their names are spelt right can be said here.
OTHERS = {
    "aws": {"sagemaker", "sso"},
    "cdk": {"bootstrap", "deploy", "destroy", "diff", "synth"},
    "export": None,
    "npm": {"install"},
    "pip": {"install"},
    "pytest": None,
    "UPDATE_SNAPSHOTS=1": {"pytest"},
}


def commands() -> Iterator[tuple[str, str]]:
    for page in pages():
        for block in blocks(page):
            if block.info in ("sh", "console", "bash"):
                for line in block.text.splitlines():
                    words = line.strip().removeprefix("$ ")
                    if words and not words.startswith("#"):
                        yield name_of(page), words


def parsed(given: argparse.ArgumentParser, words: list[str]) -> None:
    """Parse words; what the parser does not take ends the test with its own words."""
    given.parse_args(words)


@pytest.mark.parametrize(("page", "line"), [*commands()])
def test_a_command(page: str, line: str) -> None:
    first, *rest = shlex.split(line, comments=True)
    if first == "cdk-hpo":
        parsed(parser(), rest)
    elif line.startswith("python -m cdk_hpo.local"):
        parsed(local_parser(), rest[2:])
    elif first == "make":
        targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(rest) <= set(targets)
    else:
        assert first in OTHERS, f"{page}: {line}"
        known = OTHERS[first]
        assert known is None or rest[0] in known, f"{page}: {line}"


def test_files_that_are_installed_are_there() -> None:
    lines = [line for _, line in commands() if line.startswith("pip install")]
    assert lines
    for line in lines:
        target = shlex.split(line)[2]
        extras = re.findall(r"\[([\w,]+)\]", target)
        project = (Path(ROOT) / "pyproject.toml").read_text(encoding="utf-8")
        assert all(re.search(rf"^{extra} = \[", project, re.MULTILINE) for each in extras for extra in each.split(","))
