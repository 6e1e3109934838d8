"""Links inside the site lead somewhere, every page can be reached, and nothing is fetched from elsewhere."""

import posixpath
import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, anchors, links, name_of, pages, text_of, toctree_entries

INTERNAL = [
    (page, target)
    for page in pages()
    for target in links(page)
    if not re.match(r"[a-z]+:", target) and not target.startswith("<")
]


@pytest.mark.parametrize(
    ("page", "target"), INTERNAL, ids=lambda each: name_of(each) if isinstance(each, Path) else each
)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = page if not path else Path(posixpath.normpath((page.parent / path).as_posix()))
    assert there.is_file(), f"{name_of(page)}: {target}: there is no such page"
    assert not anchor or anchor in anchors(there), f"{name_of(page)}: {target}: there is no such heading"


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = [
        (page.parent / f"{entry}.md").relative_to(DOCS).as_posix()
        for page in pages()
        for entry in toctree_entries(page)
    ]
    assert sorted(listed) == sorted(name_of(page) for page in pages() if page.name != "index.md" or page.parent != DOCS)


def test_pictures_are_there_and_have_a_text() -> None:
    for page in pages():
        for target in re.findall(r"^```\{image\} (\S+)$", text_of(page), re.MULTILINE):
            assert (page.parent / target).is_file()
        assert text_of(page).count("```{image}") == len(re.findall(r"^:alt: .{20}", text_of(page), re.MULTILINE))


@pytest.mark.parametrize("picture", sorted((DOCS / "images").glob("*.svg")), ids=lambda each: each.name)
def test_pictures_need_nothing_from_elsewhere(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []
    assert "prefers-color-scheme: dark" in text
    assert "<title" in text
    assert "<desc" in text


def test_lines_are_not_too_long() -> None:
    for page in pages():
        if page.name not in ("rules.md", "execution-role.md"):
            prose = re.sub(
                r"^```.*?^```$|^\|.*?$|^#.*?$|^:alt:.*?$|^\(?\[source\].*?$",
                "",
                text_of(page),
                flags=re.DOTALL | re.MULTILINE,
            )
            assert [line for line in prose.splitlines() if len(line) > 120] == [], name_of(page)
