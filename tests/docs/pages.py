"""The pages of the site as their sources say them: blocks of code, headings and links."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.shared import ROOT

DOCS = ROOT / "docs"
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE
)
_HEADING = re.compile(r"^(#{1,6}) +(.+?) *$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: what follows its opening fence, its text, and its first line's number in the page."""

    info: str
    text: str
    line: int


def pages() -> list[Path]:
    """Return the sources of all pages."""
    return sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)


def name_of(page: Path) -> str:
    """Return a page's name below ``docs``."""
    return page.relative_to(DOCS).as_posix()


@cache
def text_of(page: Path) -> str:
    """Return a page's source."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path) -> list[Block]:
    """Return a page's fenced blocks."""
    text = text_of(page)
    return [
        Block(each["info"].strip(), each["text"], text.count("\n", 0, each.start()) + 2)
        for each in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """Return a page's source without its fenced blocks."""
    return _FENCE.sub("", text_of(page))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the site makes them, and those that the page sets itself."""
    found: set[str] = set()
    for _, heading in _HEADING.findall(prose(page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number, unique = 0, slug
        while unique in found:
            number += 1
            unique = f"{slug}-{number}"
        found.add(unique)
    return found | set(re.findall(r"^\(([\w-]+)\)=$", text_of(page), re.MULTILINE))


def links(page: Path) -> list[str]:
    """Return the targets of a page's links."""
    without_code = re.sub(r"`[^`\n]*`", "``", prose(page))
    return [each["target"] for each in _LINK.finditer(without_code)]


def toctree_entries(page: Path) -> list[str]:
    """Return the documents that a page lists in its tables of contents."""
    entries: list[str] = []
    for block in blocks(page):
        if block.info.startswith("{toctree}"):
            lines = [line.strip() for line in block.text.splitlines()]
            entries += [line for line in lines if line and not line.startswith(":")]
    return entries
