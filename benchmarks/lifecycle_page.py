"""LIFECYCLE.md: its measured parts stand between marks and are written by the scripts that measure."""

from collections.abc import Iterable
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "LIFECYCLE.md"


def write(part: str, lines: Iterable[str]) -> None:
    """Replace one part of the page.

    Parameters
    ----------
    part
        The name in the marks ``<!-- begin NAME -->`` and ``<!-- end NAME -->``.
    lines
        What stands between them from now on.
    """
    begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{PAGE.name} has no part {begin} … {end}")
    text = "\n".join(lines)
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
