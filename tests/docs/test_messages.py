"""Each message on the troubleshooting page is one that the code can say; those of SageMaker name their source."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import cdk_hpo as hpo
from tests.docs.pages import DOCS, text_of
from tests.shared import ROOT

PAGE = DOCS / "troubleshooting.md"
OURS = ("When the app is synthesized", "When it is deployed")
COUNTED = "… errors in …"
SAGEMAKERS = "What SageMaker says"
_SHORTEST = 4
_TELLING = 10


def sections() -> dict[str, list[tuple[str, str]]]:
    """Return the page's sections with their entries: heading and text."""
    found = {}
    for part in re.split(r"^## ", text_of(PAGE), flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        entries = [entry.partition("\n") for entry in re.split(r"^### ", rest, flags=re.MULTILINE)[1:]]
        found[title] = [(heading.strip("` "), text) for heading, _, text in entries]
    return found


@cache
def said() -> tuple[str, ...]:
    """Return every text in the code of the library and of the function; what is filled in is cut out."""
    files = [*(ROOT / "cdk_hpo").rglob("*.py"), *(ROOT / "lambda" / "tuning_job").rglob("*.py")]
    return tuple(text for file in files for text in texts(file))


def texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "\0".join(each.value for each in node.values if isinstance(each, ast.Constant))


def fragments(message: str) -> list[str]:
    """Return the parts of a message between the ellipses."""
    parts = (part.strip(" .:;,") for part in message.split("…"))
    return [part for part in parts if len(part) >= _SHORTEST]


def can_say(part: str) -> bool:
    """Tell whether a text of the code holds the part, or two that follow each other do."""
    splits = range(_TELLING, len(part) - _TELLING + 1)
    return _is_said(part) or any(_is_said(part[:place]) and _is_said(part[place:]) for place in splits)


@cache
def _is_said(part: str) -> bool:
    return any(part in text for text in said())


def test_nothing_is_said_that_the_code_cannot_say() -> None:
    assert not can_say("was not created by the moon")
    assert can_say("was not created, and trying again has not helped")


def test_the_page_has_its_sections() -> None:
    assert {*OURS, SAGEMAKERS} < {*sections()}
    assert all(len(sections()[title]) > 5 for title in (*OURS, SAGEMAKERS))


def test_the_first_words_of_a_validation_error() -> None:
    assert COUNTED in [heading for heading, _ in sections()[OURS[0]]]
    findings = hpo.check({})
    assert str(hpo.ValidationError(findings, construct_path="Stack/Job")).startswith(f"{len(findings)} errors in Stack")


@pytest.mark.parametrize(
    "message", [heading for title in OURS for heading, _ in sections()[title] if heading != COUNTED]
)
def test_the_code_can_say_it(message: str) -> None:
    parts = fragments(message)
    assert max(map(len, parts)) >= _TELLING, "nothing of this message is fixed"
    missing = [part for part in parts if not can_say(part)]
    assert missing == [], f"no code says {missing}"


@pytest.mark.parametrize("heading", [heading for heading, _ in sections()[SAGEMAKERS]])
def test_sagemakers_words_have_a_source(heading: str) -> None:
    (text,) = (text for each, text in sections()[SAGEMAKERS] if each == heading)
    assert re.search(r"\(\[source\]\(https://[^)]+\)", text)
