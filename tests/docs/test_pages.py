"""The code on the pages runs, says what the pages show, and its apps synthesize without a surprise."""

import contextlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import Block, blocks, name_of, pages, prose, text_of

WITH_PYTHON = [page for page in pages() if any(block.info == "python" for block in blocks(page))]
OUTPUT = "text output"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder that holds what pages speak of and nothing else."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    return tmp_path


def run(page: Path) -> Iterator[tuple[Block, str, dict[str, Any]]]:
    """Run a page's Python blocks in one namespace, one after the other; yield each with what it printed."""
    names: dict[str, Any] = {"__name__": "page", "__file__": str(Path.cwd() / "app.py")}
    lines = 0
    for block in blocks(page):
        if block.info == "python":
            printed = io.StringIO()
            # Messages name lines: those of a file that the reader has pasted the blocks into.
            with contextlib.redirect_stdout(printed):
                exec(compile("\n" * lines + block.text, "app.py", "exec"), names)
            lines += block.text.count("\n")
            yield block, printed.getvalue(), names


def shown(page: Path) -> dict[int, str]:
    """Return what the page says that its Python blocks print, by their lines."""
    found, last = {}, 0
    for block in blocks(page):
        if block.info == OUTPUT:
            found[last] = block.text
        last = block.line
    return found


@pytest.mark.parametrize("page", WITH_PYTHON, ids=name_of)
def test_the_code_of_the_page(page: Path) -> None:
    names: dict[str, Any] = {}
    written: dict[int, str] = {}
    for block, printed, found in run(page):
        names, written[block.line] = found, printed
    promised = shown(page)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        write_output(page, written)
        promised = shown(page)
    assert {line: text for line, text in written.items() if text} == promised
    if "app" in names:
        assert_synthesizes(names["app"], text_of(page))


def assert_synthesizes(app: Any, text: str) -> None:
    """Synthesize an app; what it warns of must be named on its page."""
    assembly = app.synth(force=True)
    messages = [each for stack in assembly.stacks for each in stack.messages]
    assert [json.dumps(each.entry.data) for each in messages if str(each.level).endswith("ERROR")] == []
    for message in messages:
        words = str(message.entry.data)
        rule = words.partition("[ack: ")[2].rstrip("]")
        assert rule, f"a message without an id: {words}"
        assert rule in text, f"the page does not mention this warning: {words}"


def write_output(page: Path, written: dict[int, str]) -> None:
    """Write what the blocks print into the page."""
    lines = page.read_text(encoding="utf-8").splitlines(keepends=True)
    last = 0
    changes = []
    for block in blocks(page):
        if block.info == OUTPUT:
            changes.append((block, written[last]))
        last = block.line
    for block, text in reversed(changes):
        start = block.line - 1
        lines[start : start + block.text.count("\n")] = [text]
    page.write_text("".join(lines), encoding="utf-8")
    text_of.cache_clear()


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_nothing_is_left_to_be_filled_in(page: Path) -> None:
    words = re.sub(r"`[^`]*`", "", prose(page))
    assert re.findall(r"\b(?:[A-Z]+_[A-Z_]+|TODO|TBD|FIXME)\b", words) == []
