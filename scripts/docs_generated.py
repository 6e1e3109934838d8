#!/usr/bin/env python3
"""Write the parts of the site's pages that follow from the code: a template's resources, and tables.

python scripts/docs_generated.py           write the parts
python scripts/docs_generated.py --check   exit 1 when a page is not what would be written

A part stands between ``<!-- PART: made by scripts/docs_generated.py -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ |= {"CDK_VALIDATION": "false", "COLUMNS": "100"}

import yaml  # type: ignore[import-untyped]  # noqa: E402

from cdk_hpo.checks.knowledge import built_in  # noqa: E402
from cdk_hpo.command.arguments import parser  # noqa: E402
from cdk_hpo.local.__main__ import _parser as local_parser  # noqa: E402
from cdk_hpo.testing import snapshot_of  # noqa: E402

DOCS = ROOT / "docs"
BUILT_IN_PAGE = DOCS / "how-to" / "built-in.md"
COMMAND_PAGE = DOCS / "reference" / "command.md"
TEMPLATE_PAGE = DOCS / "template.md"
_IMAGES = ROOT / "cdk_hpo" / "definition" / "data" / "builtin_images.json"
_PART = re.compile(
    r"(?P<before><!-- (?P<name>[\w ]+): made by scripts/docs_generated\.py -->\n).*?(?P<after><!-- end -->\n)",
    re.DOTALL,
)


def page(file: Path, parts: dict[str, str]) -> str:
    """Return a page with its parts renewed.

    Raises
    ------
    LookupError
        When the page has another set of parts: a resource came or went, and the page must say something about it.
    """
    text = file.read_text(encoding="utf-8")
    named = [match["name"] for match in _PART.finditer(text)]
    if sorted(named) != sorted(parts):
        raise LookupError(f"{file.name} has the parts {sorted(named)}, expected {sorted(parts)}")
    return _PART.sub(lambda match: f"{match['before']}{parts[match['name']]}{match['after']}", text)


def algorithms() -> dict[str, str]:
    """Return a section for each built-in algorithm."""
    known = json.loads(_IMAGES.read_text(encoding="utf-8"))["algorithms"]
    return {"algorithms": "\n".join(_algorithm(name, list(known[name])) for name in sorted(known))}


def _algorithm(name: str, versions: list[str]) -> str:
    about = built_in(name)
    metrics = [f"`{metric}` ({direction.lower()})" for metric, direction in sorted(about.metrics.items())]
    lines = [
        *([f"* versions: {_listed(versions)}"] if len(versions) > 1 else []),
        f"* metrics to tune for: {', '.join(metrics)}",
        f"* can be tuned: {_listed(sorted(about.tunable))}",
        *([f"* must be given: {_listed(about.required)}"] if about.required else []),
    ]
    wrapped = (textwrap.fill(line, 119, subsequent_indent="  ", break_on_hyphens=False) for line in lines)
    return f"### `{name}`\n\n" + "\n".join(wrapped) + "\n"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{each}`" for each in names)


def commands() -> dict[str, str]:
    """Return what each command says about itself when it is asked for help."""
    (subcommands,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    sections = [
        f"## `cdk-hpo {name}`\n\n```text\n{each.format_help()}```\n" for name, each in subcommands.choices.items()
    ]
    return {"commands": "\n".join(sections), "local": f"```text\n{local_parser().format_help()}```\n"}


def resources() -> dict[str, str]:
    """Return each resource of the template that the code on the template page makes, as YAML, without metadata."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", TEMPLATE_PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    names: dict[str, Any] = {"__name__": "page"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, str(TEMPLATE_PAGE), "exec"), names)
    template = json.loads(snapshot_of(names["stack"]))
    return {_short(name): _yaml(_short_names(each)) for name, each in template["Resources"].items()}


def _short(logical_id: str) -> str:
    """Return a logical id without the digest at its end."""
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)


def _short_names(resource: Any) -> Any:
    text = json.dumps({name: each for name, each in resource.items() if name != "Metadata"})
    return json.loads(re.sub(r"\b([A-Za-z]+?)[0-9A-F]{8}\b", r"\1", text))


def _yaml(resource: Any) -> str:
    text: str = yaml.safe_dump(resource, sort_keys=False, width=110, allow_unicode=True)
    return f"```yaml\n{text}```\n"


def main(arguments: list[str]) -> int:
    """Write the parts, or with ``--check`` tell whether they are up to date."""
    stale = []
    for file, parts in ((BUILT_IN_PAGE, algorithms()), (COMMAND_PAGE, commands()), (TEMPLATE_PAGE, resources())):
        text = page(file, parts)
        if text != file.read_text(encoding="utf-8"):
            stale.append(file.name)
            if "--check" not in arguments:
                file.write_text(text, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"{', '.join(stale)}: out of date: run scripts/docs_generated.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
