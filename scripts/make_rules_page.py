#!/usr/bin/env python3
"""Make ``docs/rules.md`` from the catalogue of rules: a table for each subject, then each rule with its examples.

python scripts/make_rules_page.py           write the page
python scripts/make_rules_page.py --check   exit 1 when the page is not what would be written
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cdk_hpo.checks import Rule, Severity, catalogue  # noqa: E402

PAGE = ROOT / "docs" / "rules.md"
INTRODUCTION = """\
# The rules of a tuning request

<!-- Made by scripts/make_rules_page.py from cdk_hpo/checks/data/catalogue.json: change it there. -->

`cdk_hpo.check(request)`, `cdk-hpo check` and every construct that launches a tuning job check a request against these
rules before anything is deployed. An **error** is what the service refuses; a **warning** is legal, but useless,
doubtful, or above a default quota. Ids never change, so that a rule can be acknowledged by its id.

The examples are parts of a request in boto3 form; everything around them is right. `…` stands for what is left out.
"""
Steps = tuple[str | int, ...]


class Lines(list[str]):
    """YAML in the making."""

    def write(self, value: Any, indent: str = "", lead: str = "") -> None:
        """Add a value; ``lead`` is what stands before it in its first line."""
        short = one_line(value)
        if short is not None:
            self.append(f"{indent}{lead}{short}")
        elif isinstance(value, dict) and "$items" not in value:
            self._entries(value, indent, lead)
        else:
            self._items(value, indent, lead)

    def _entries(self, value: dict[str, Any], indent: str, lead: str) -> None:
        inner = indent
        if lead == "- ":
            inner = f"{indent}  "
        elif lead:
            self.append(f"{indent}{lead}".rstrip())
            inner = f"{indent}  "
        for number, (key, item) in enumerate(value.items()):
            first = indent + "- " if lead == "- " and number == 0 else inner
            name = key if re.fullmatch(r"[A-Za-z_][\w.-]*", key) else json.dumps(key, ensure_ascii=False)
            before = len(self)
            self.write(item, inner, f"{name}: ")
            self[before] = first + self[before].removeprefix(inner)

    def _items(self, value: Any, indent: str, lead: str) -> None:
        if lead:
            self.append(f"{indent}{lead}".rstrip())
        items, times = value, 0
        if isinstance(value, dict):
            item, times = value["$items"]
            items = [*value.get("$first", []), json.loads(json.dumps(item).replace("{n}", "0"))]
        for item in items:
            self.write(item, f"{indent}  " if lead else indent, "- ")
        if times:
            self[-1] += f"  # and so on: {times} of these"


def one_line(value: Any) -> str | None:
    """Write what fits into one line, else return None."""
    if isinstance(value, dict) and len(value) == 1:
        ((form, content),) = value.items()
        if form == "$number":
            return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}.get(str(content), str(content))
        if form == "$text":
            before, character, times, after = content
            size = len(before) + len(character) * times + len(after)
            return f"{json.dumps(f'{before}{character * 3}…{after}', ensure_ascii=False)}  # {size} characters"
        if form == "$entries":
            key, item, times = content
            return "{" + f"{key.replace('{n}', '0')}: {json.dumps(item)}, …" + "}" + f"  # {times} entries"
        if form == "$long_key":
            character, times, item = content
            return "{" + f"{character * 3}…: {json.dumps(item)}" + "}" + f"  # a key of {times} characters"
    if isinstance(value, dict):
        return None if value else "{}"
    if isinstance(value, list):
        plain = all(not isinstance(item, (dict, list)) for item in value)
        return json.dumps(value, ensure_ascii=False) if plain else None
    return value if value == "…" else json.dumps(value, ensure_ascii=False)


def example(changes: dict[str, Any]) -> str:
    """Write the changed part of a request as YAML."""
    tree: dict[str, Any] = {}
    for path, value in changes.get("set", {}).items():
        put(tree, steps_of(path), value)
    lines = Lines()
    if tree:
        lines.write(tree)
    lines += [f"# without {path}" for path in changes.get("remove", ())]
    return "\n".join(lines or ["# the request as it is"])


def steps_of(path: str) -> Steps:
    """Split ``A[0].B`` into its steps."""
    return tuple(
        int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path) if name or index
    )


def put(tree: Any, steps: Steps, value: Any) -> None:
    """Put a value into a tree of dictionaries and lists; items before it in a list are left out."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        new: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(step, int):
            tree.extend("…" for _ in range(step + 1 - len(tree)))
            if following is None or tree[step] == "…":
                tree[step] = new
        elif following is None or step not in tree:
            tree[step] = new
        tree = tree[step]


def severity(rule: Rule) -> str:
    """Name the severity, or say that there is none."""
    return "not checked" if rule.severity is None else rule.severity.value


def row(rule: Rule) -> str:
    """Write a rule's line in the table of its subject."""
    cells = (f"[`{rule.id}`](#{rule.id})", severity(rule), "" if rule.where == "-" else rule.where, rule.summary)
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def section(rule: Rule) -> str:
    """Write about one rule."""
    where = "" if rule.where == "-" else f" · {rule.where}"
    parts = [f"### `{rule.id}`", f"**{severity(rule)}**{where}", f"{rule.summary} {rule.why}"]
    also = ", or the page of the structure at hand" if rule.by_structure else ""
    parts.append(f"Documented at <{rule.source}>{also}.")
    for title, changes in (("Wrong", rule.wrong), ("Right", rule.right)):
        if changes is not None:
            form = ", in a list of definitions" if changes.get("base") == "list" else ""
            parts.append(f"{title}{form}:\n\n```yaml\n{example(changes)}\n```")
    return "\n\n".join(parts)


def page() -> str:
    """Write the whole page."""
    rules = list(catalogue().values())
    counts = [f"{sum(rule.severity is kind for rule in rules)} {kind.value}s" for kind in Severity]
    counts.append(f"{sum(rule.severity is None for rule in rules)} that only the account can tell")
    parts = [INTRODUCTION, f"{len(rules)} rules: {', '.join(counts)}.\n"]
    for subject in dict.fromkeys(rule.subject for rule in rules):
        of_subject = [rule for rule in rules if rule.subject == subject]
        rows = [row(rule) for rule in of_subject]
        parts.append(
            "\n".join(
                [f"## {subject}\n", "| rule | severity | where | what must hold |", "| --- | --- | --- | --- |", *rows]
            )
        )
        parts += [section(rule) for rule in of_subject]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def main(words: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in words:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
