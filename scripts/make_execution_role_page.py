#!/usr/bin/env python3
"""Make ``docs/execution-role.md`` from the table of the calls that a training job makes with its execution role.

python scripts/make_execution_role_page.py           write the page
python scripts/make_execution_role_page.py --check   exit 1 when the page is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.training_access.table import Row, rows, sources  # noqa: E402

PAGE = ROOT / "docs" / "execution-role.md"
INTRODUCTION = """\
# What a training job calls with its execution role

<!-- Made by scripts/make_execution_role_page.py from tests/training_access/table.json: change it there. -->

Each row is what follows from one field of a request, and the pages that say so. The tests let a training job make these
calls as the role that is made for it: every call is allowed, every permission of the role is used by a call, and the
same calls on a neighbouring resource are denied.

| Field | Found there | Calls | Resource and conditions | Why | Sources |
|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    names = {name: number for number, name in enumerate(sources(), start=1)}
    lines = [_line(row, names) for row in rows()]
    pages = [f"{names[name]}. [{each['title']}]({each['url']})" for name, each in sources().items()]
    return INTRODUCTION + "\n".join(lines) + "\n\n## Sources\n\n" + "\n".join(pages) + "\n"


def _line(row: Row, names: dict[str, int]) -> str:
    calls = "<br>".join(f"`{each}`" for each in row.actions) or "none"
    where = [row.resource, *(f"{key} = {value or '(empty)'}" for key, value in row.context.items())]
    resource = "<br>".join(f"`{each}`" for each in where if each)
    field = f"`{row.field}`" if row.field else "always"
    numbers = ", ".join(str(names[each]) for each in row.sources)
    return f"| {field} | {row.facts} | {calls} | {resource} | {row.why} | {numbers} |"


def main(arguments: list[str]) -> int:
    """Write or check the page."""
    text = page()
    if arguments == ["--check"]:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
