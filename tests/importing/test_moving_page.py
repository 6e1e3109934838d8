"""The page about moving shows what the command really writes and says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.docs.pages import DOCS, blocks

PAGE = blocks(DOCS / "how-to" / "moving.md")


def examples() -> Iterator[tuple[str, str, str, str]]:
    """Yield the command, its source, what it says and the module of every example."""
    for index, block in enumerate(PAGE):
        if block.info == "console":
            rest = PAGE[index + 1 :]
            said = rest.pop(0).text if rest[0].info == "text" else ""
            source, module = PAGE[index - 1], rest[0]
            assert (source.info, module.info) == ("json", "python")
            yield block.text.strip(), source.text, said, module.text


def test_every_source_has_its_example() -> None:
    assert len([*examples()]) == len([block for block in PAGE if block.info == "json"]) == 3


@pytest.mark.parametrize(("line", "source", "said", "module"), [*examples()])
def test_an_example(
    line: str,
    source: str,
    said: str,
    module: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    command = Command(tmp_path, capsys)
    prompt, program, *words = line.split()
    assert (prompt, program) == ("$", "cdk-hpo")
    command.file(words[-1], source)
    done = command(*words)
    assert (done.out, done.err) == (module, said)
